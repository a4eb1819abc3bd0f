"""Say answers back to their giver, to be checked before an act is done."""

from quasimarket.service.acting.act import Act
from quasimarket.service.pages.parts import Line, SummaryList
from quasimarket.service.pages.questions import Kind, Question
from quasimarket.service.pages.shown import shown, shown_pounds


def said_back(questions: list[Question], act: Act) -> SummaryList:
    """List every question with its answer in words."""
    return SummaryList(
        lines=[
            Line(key=one.title, value=answer_in_words(one, getattr(act, one.name)))
            for one in questions
        ]
    )


def answer_in_words(question: Question, value: object) -> str:
    """Write an answer as it was asked: a choice by what it is called."""
    called = dict(question.choices)
    match value:
        case list() | tuple() | set() | frozenset():
            return ", ".join(answer_in_words(question, one) for one in value)
        case _ if called and value is not None:
            text = str(getattr(value, "value", value))
            return called.get(text, text)
        case _ if question.kind is Kind.POUNDS:
            return shown_pounds(value)
        case _:
            return shown(value)
