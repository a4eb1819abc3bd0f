"""Say answers back to their giver, to be checked before an act is done."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from quasimarket.service.acting.act import Act
from quasimarket.service.pages.parts import Line, SummaryList
from quasimarket.service.pages.questions import Kind, Question
from quasimarket.service.pages.shown import shown, shown_pounds
from quasimarket.service.pages.wording import worded


def said_back(
    questions: list[Question], act: Act, files: Mapping[str, Any] | None = None
) -> SummaryList:
    """List every question with its answer in words; a file by its name and digest."""
    return SummaryList(
        lines=[
            Line(
                key=one.title,
                value=file_in_words(
                    getattr((files or {}).get(one.name), "name", ""), value
                )
                if isinstance(value := getattr(act, one.name), bytes)
                else answer_in_words(one, value),
            )
            for one in questions
        ]
    )


def file_in_words(name: str, content: bytes) -> str:
    """Name a file so that it can be told from another."""
    return _("%(name)s, %(size)s bytes, SHA-256 %(digest)s") % {
        "name": name or _("A file"),
        "size": f"{len(content):,}",
        "digest": hashlib.sha256(content).hexdigest(),
    }


def answer_in_words(question: Question, value: object) -> str:
    """Write an answer as it was asked: a choice by what it is called."""
    called = dict(question.choices)
    match value:
        case list() | tuple() | set() | frozenset():
            return ", ".join(answer_in_words(question, one) for one in value)
        case _ if called and value is not None:
            text = str(getattr(value, "value", value))
            return worded(called.get(text, text))
        case _ if question.kind is Kind.POUNDS:
            return shown_pounds(value)
        case _:
            return shown(value)
