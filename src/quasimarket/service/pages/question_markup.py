"""Write the questions of a form as GOV.UK components, with answers and errors."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quasimarket.service.pages.answers import PARTS, Answers
from quasimarket.service.pages.components import component, error_message
from quasimarket.service.pages.questions import FEW, Kind, Question
from quasimarket.service.pages.wording import worded


SHORT = 60  # characters that a narrow box shows


def form_markup(questions: Sequence[Question], answers: Answers) -> SafeString:
    """Write every question."""
    written = (question_markup(one, answers) for one in questions)
    return mark_safe("".join(written))  # each is a component


def question_markup(question: Question, answers: Answers) -> SafeString:
    """Write one question."""
    return WRITERS.get(question.kind, line_box)(question, answers)


def shared(question: Question, answers: Answers) -> dict[str, object]:
    """Give what every component takes."""
    return {
        "hint": {"text": worded(question.hint)} if question.hint else None,
        "errorMessage": error_message(answers.errors.get(question.name)),
    }


def label(question: Question) -> dict[str, object]:
    """Give the label of a question that has one box."""
    return {"text": question.label, "classes": "govuk-label--s"}


def legend(question: Question) -> dict[str, object]:
    """Give the legend of a question that has several boxes."""
    return {"legend": {"text": question.label, "classes": "govuk-fieldset__legend--s"}}


def date_boxes(question: Question, answers: Answers) -> SafeString:
    """Ask for a date in three boxes."""
    wrong = " govuk-input--error" if question.name in answers.errors else ""
    words = (_("Day"), _("Month"), _("Year"))
    return component(
        "date-input",
        **shared(question, answers),
        id=f"id_{question.name}",
        fieldset={"role": "group", **legend(question)},
        items=[
            {
                "id": f"id_{question.name}-{part}",
                "name": f"{question.name}-{part}",
                "label": word,
                "value": answers.text(f"{question.name}-{part}"),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
            }
            for part, word in zip(PARTS, words, strict=True)
        ],
    )


def choice_boxes(question: Question, answers: Answers) -> SafeString:
    """Ask for one of several: radio buttons, or beyond six a list to pick from."""
    chosen = answers.text(question.name)
    if len(question.choices) > FEW:
        blank = {"value": "", "text": _("Choose"), "selected": not chosen}
        return component(
            "select",
            **shared(question, answers),
            id=question.id,
            name=question.name,
            label=label(question),
            items=[blank, *choice_items(question, [chosen], "selected")],
        )
    return component(
        "radios",
        **shared(question, answers),
        idPrefix=question.id,
        name=question.name,
        fieldset=legend(question),
        classes="govuk-radios--small" if len(question.choices) > 4 else None,
        items=choice_items(question, [chosen], "checked"),
    )


def choice_items(
    question: Question, chosen: Sequence[str], mark: str
) -> list[dict[str, object]]:
    """Give what may be chosen, marking what was."""
    return [
        {"value": value, "text": worded(text), mark: value in chosen}
        for value, text in question.choices
    ]


def several_boxes(question: Question, answers: Answers) -> SafeString:
    """Ask for any number of several."""
    chosen = answers.typed.get(question.name, [])
    return component(
        "checkboxes",
        **shared(question, answers),
        idPrefix=question.id,
        name=question.name,
        fieldset=legend(question),
        items=choice_items(question, chosen, "checked"),
    )


def flag_box(question: Question, answers: Answers) -> SafeString:
    """Ask for one box to be ticked."""
    given = shared(question, answers)
    item = {
        "id": question.id,
        "value": "true",
        "text": question.label,
        "hint": given["hint"],
        "checked": bool(answers.text(question.name)),
    }
    return component(
        "checkboxes",
        idPrefix=question.id,
        name=question.name,
        errorMessage=given["errorMessage"],
        items=[item],
    )


def text_lines(question: Question, answers: Answers) -> SafeString:
    """Ask for a text of several lines, counting its length where that is bounded."""
    return component(
        "character-count" if question.longest else "textarea",
        **shared(question, answers),
        id=question.id,
        name=question.name,
        label=label(question),
        value=answers.text(question.name),
        rows=str(4 if question.kind is Kind.LINES else 5),
        maxlength=str(question.longest) if question.longest else None,
        threshold="50" if question.longest else None,
    )


def file_box(question: Question, answers: Answers) -> SafeString:
    """Ask for a file."""
    return component(
        "file-upload",
        **shared(question, answers),
        id=question.id,
        name=question.name,
        label=label(question),
    )


def line_box(question: Question, answers: Answers) -> SafeString:
    """Ask for a text of one line, a number or an amount."""
    is_figure = question.kind in (Kind.NUMBER, Kind.POUNDS)
    is_short = is_figure or (question.longest or SHORT + 1) <= SHORT
    width = "10" if is_figure else "20"
    return component(
        "input",
        **shared(question, answers),
        id=question.id,
        name=question.name,
        label=label(question),
        value=answers.text(question.name),
        classes=f"govuk-input--width-{width}" if is_short else None,
        inputmode={Kind.NUMBER: "numeric", Kind.POUNDS: "decimal"}.get(question.kind),
        spellcheck=False if is_figure else None,
        prefix={"text": "£"} if question.kind is Kind.POUNDS else None,
    )


WRITERS: Mapping[Kind, Callable[[Question, Answers], SafeString]] = {
    Kind.DATE: date_boxes,
    Kind.CHOICE: choice_boxes,
    Kind.SEVERAL: several_boxes,
    Kind.FLAG: flag_box,
    Kind.LONG: text_lines,
    Kind.LINES: text_lines,
    Kind.FILE: file_box,
}


def hidden_markup(answers: Answers) -> SafeString:
    """Carry what was typed through the page on which it is checked."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((name, text) for name, texts in answers.typed.items() for text in texts),
    )
