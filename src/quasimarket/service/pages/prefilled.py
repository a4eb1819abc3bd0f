"""What a form holds before anything is typed."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from django.http import QueryDict

from quasimarket.core.money import format_pounds
from quasimarket.service.pages.answers import Answers, typed_from
from quasimarket.service.pages.questions import Kind, Question


def prefilled(
    questions: list[Question], given: QueryDict, subject: Any, kind: type
) -> Answers:
    """Fill in what is known: the link's own words, the case, a field's default.

    An act may know answers from the case: a class method `starting(subject)` gives
    values by the field's name.
    """
    asked = getattr(kind, "starting", None)
    known: Mapping[str, object] = asked(subject) if asked else {}
    typed: dict[str, list[str]] = {}
    for one in questions:
        typed |= written(one, known.get(one.name, one.default))
    return Answers(typed=typed | typed_from(questions, dict(given.lists())))


def written(question: Question, value: object) -> dict[str, list[str]]:
    """Write a value as it would be typed, box by box."""
    name = question.name
    match value:
        case None | False | "":
            return {}
        case date():
            parts = {"day": value.day, "month": value.month, "year": value.year}
            return {f"{name}-{part}": [str(number)] for part, number in parts.items()}
        case True:
            return {name: ["true"]}
        case Enum():
            return {name: [str(value.value)]}
        case int() if question.kind is Kind.POUNDS:
            return {name: [format_pounds(value).replace("£", "")]}
        case list() | tuple() | set() | frozenset():
            texts = [str(getattr(one, "value", one)) for one in value]
            lines = question.kind is Kind.LINES
            return {name: ["\n".join(texts)] if lines else texts}
        case _:
            return {name: [str(value)]}
