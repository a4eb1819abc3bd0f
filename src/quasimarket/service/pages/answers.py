"""From what was typed into a form to the answers that an act is made of.

What was typed is kept as it was, so that a form that is shown again shows it. Reading
finds what no type could say well (a date without its month); the act's own type judges
the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from quasimarket.core.money import format_pounds, to_pence
from quasimarket.service.pages.questions import Kind, Question
from quasimarket.service.pages.wording import worded


PARTS = ("day", "month", "year")
BLANK = frozenset({"missing", "none_required"})  # what pydantic calls left blank
Typed = Mapping[str, list[str]]
Made = TypeVar("Made", bound=BaseModel)


@dataclass(slots=True, kw_only=True)
class Answers:
    """What was typed, what it means, and what is wrong with it."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    """What is wrong with the answers together."""

    def text(self, name: str) -> str:
        """Give what was typed into one box."""
        return (self.typed.get(name) or [""])[0]

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.errors or self.whole)

    def summary(self, questions: Sequence[Question]) -> list[tuple[str, str]]:
        """List what is wrong, each with the id of its box, in the form's order."""
        listed = [(text, "") for text in self.whole]
        return listed + [
            (said_of(worded(one.title), self.errors[one.name]), one.id)
            for one in questions
            if one.name in self.errors
        ]


def said_of(title: str, error: str) -> str:
    """Say of which question an error is; a title that asks nothing ends in a colon.

    >>> said_of("I accept the code of conduct", "Tick the box to confirm")
    'I accept the code of conduct: Tick the box to confirm'
    """
    mark = "" if title.endswith(("?", ".", ":", "!")) else ":"
    return f"{title}{mark} {error}"


def boxes(question: Question) -> list[str]:
    """Name the boxes of a question."""
    if question.kind is Kind.DATE:
        return [f"{question.name}-{part}" for part in PARTS]
    return [question.name]


def typed_from(questions: Sequence[Question], sent: Typed) -> dict[str, list[str]]:
    """Keep of what was sent what the form asked for."""
    return {box: sent[box] for one in questions for box in boxes(one) if box in sent}


def read_answers(
    questions: Sequence[Question],
    sent: Typed,
    files: "MultiValueDict[str, UploadedFile] | None" = None,
) -> Answers:
    """Read every question's answer; what was left blank is left out."""
    answers = Answers(typed=typed_from(questions, sent))
    for one in questions:
        try:
            value = read_answer(one, answers, files)
        except ValueError as error:
            answers.errors[one.name] = str(error)
            continue
        if value is not None:
            answers.values[one.name] = value
    return answers


def read_answer(
    question: Question,
    answers: Answers,
    files: "MultiValueDict[str, UploadedFile] | None",
) -> object:
    """Read one answer; None if it was left blank.

    Raises:
        ValueError: what was typed cannot be read; the message is for its writer.
    """
    text = answers.text(question.name).strip()
    match question.kind:
        case Kind.DATE:
            return read_date([answers.text(box).strip() for box in boxes(question)])
        case Kind.FLAG:
            ticked = text != ""
            return True if ticked else (None if question.required else False)
        case Kind.SEVERAL:
            return answers.typed.get(question.name) or None
        case Kind.LINES:
            return [line.strip() for line in text.splitlines() if line.strip()] or None
        case Kind.POUNDS:
            return read_pounds(text)
        case Kind.NUMBER:
            return text.replace(",", "").replace(" ", "") or None
        case Kind.FILE:
            upload = files.get(question.name) if files else None
            return upload.read() if upload else None
        case _:
            return text or None


def read_date(parts: Sequence[str]) -> date | None:
    """Read a date from its three boxes."""
    if not any(parts):
        return None
    absent = [
        name
        for name, part in zip((_("day"), _("month"), _("year")), parts, strict=True)
        if not part
    ]
    if absent:
        raise ValueError(
            _("The date must include a %(parts)s") % {"parts": _(" and ").join(absent)}
        )
    day, month, year = parts
    if len(year) != 4:
        raise ValueError(_("The year must have 4 numbers"))
    try:
        return date(int(year), month_number(month), int(day))
    except (ValueError, OverflowError):
        raise ValueError(_("It must be a real date")) from None


def month_number(text: str) -> int:
    """Read a month, by its number or its English name."""
    if text.isdecimal():
        return int(text)
    for number in range(1, 13):
        name = f"{date(2000, number, 1):%B}".lower()
        if len(text) >= 3 and name.startswith(text.lower()):
            return number
    raise ValueError(text)


def read_pounds(text: str) -> int | None:
    """Read an amount in pounds as pence."""
    bare = text.replace("£", "").replace(",", "").replace(" ", "")
    if not bare:
        return None
    try:
        amount = Decimal(bare)
        if not amount.is_finite() or abs(amount) > 10**13:
            raise ValueError
        return to_pence(amount)
    except (InvalidOperation, ValueError):
        raise ValueError(
            _("Enter an amount in pounds and pence, like 1,128.50")
        ) from None


def check_answers(
    kind: type[Made], questions: Sequence[Question], answers: Answers
) -> Made | None:
    """Make the act from its answers; None if anything is wrong, which is then said."""
    try:
        made = kind.model_validate(answers.values)
    except ValidationError as error:
        note_errors(error.errors(include_url=False), questions, answers)
        return None
    return None if answers.has_errors else made


def note_errors(
    found: Sequence[ErrorDetails], questions: Sequence[Question], answers: Answers
) -> None:
    """Say what pydantic found in the form's words; what was said already stands."""
    by_name = {one.name: one for one in questions}
    for error in found:
        name = str(error["loc"][0]) if error["loc"] else ""
        if name not in by_name:
            answers.whole.append(plain_message(error, None))
        elif name not in answers.errors:
            answers.errors[name] = plain_message(error, by_name[name])


def plain_message(error: ErrorDetails, question: Question | None) -> str:
    """Word one error of pydantic for the one who typed."""
    context = error.get("ctx") or {}
    kind = error["type"]
    if question and kind in BLANK:
        return question.missing
    match kind:
        case "value_error" | "assertion_error":
            return str(context.get("error", error["msg"]))
        case "enum" | "literal_error":
            return _("Choose one of the answers given")
        case "int_parsing" | "int_type" | "int_from_float" | "decimal_parsing":
            return _("Enter a whole number")
        case "string_too_long":
            return _("It must be %(number)s characters or fewer") % {
                "number": context["max_length"]
            }
        case "string_too_short":
            return _("It must be %(number)s characters or more") % {
                "number": context["min_length"]
            }
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            return bound_message(kind, context, question)
        case _:
            return str(error["msg"])


def bound_message(
    kind: str, context: Mapping[str, object], question: Question | None
) -> str:
    """Say a bound of a number or a date."""
    limit = next(iter(context.values()))
    if question and question.kind is Kind.POUNDS and isinstance(limit, int):
        limit = format_pounds(limit)
    words = {
        "greater_than_equal": _("It must be %(limit)s or more"),
        "greater_than": _("It must be more than %(limit)s"),
        "less_than_equal": _("It must be %(limit)s or less"),
        "less_than": _("It must be less than %(limit)s"),
    }
    return words[kind] % {"limit": limit}
