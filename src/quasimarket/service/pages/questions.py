"""From the fields of an act to the questions of a form.

What a field's type asks for decides how it is asked: a date in three boxes, a choice as
radio buttons (as a list to pick from beyond six), yes or no as a box to tick, pence as
pounds, a long text in several lines with its length counted.
"""

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from django.utils.translation import gettext as _
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from quasimarket.service.pages.wording import worded


FEW = 6  # choices that radio buttons can show
Choice = tuple[str, str]  # the value, and what it is called


class Kind(StrEnum):
    """How a question is asked."""

    DATE = "date"
    CHOICE = "choice"
    SEVERAL = "several"  # boxes to tick, any number of them
    FLAG = "flag"  # one box to tick
    POUNDS = "pounds"
    NUMBER = "number"
    TEXT = "text"
    LONG = "long"
    LINES = "lines"  # one answer a line
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a form."""

    name: str
    title: str
    hint: str
    kind: Kind
    required: bool
    choices: Sequence[Choice] = ()
    longest: int | None = None
    default: object = None

    @property
    def id(self) -> str:
        """Name its (first) box on the page."""
        return f"id_{self.name}-day" if self.kind is Kind.DATE else f"id_{self.name}"

    @property
    def label(self) -> str:
        """Give the question, saying if it may be left blank."""
        if self.required or self.kind in (Kind.FLAG, Kind.SEVERAL):
            return worded(self.title)
        return _("%(question)s (optional)") % {"question": worded(self.title)}

    @property
    def missing(self) -> str:
        """Say what to do when it was left blank."""
        match self.kind:
            case Kind.DATE:
                return _("Enter a date")
            case Kind.CHOICE | Kind.SEVERAL:
                return _("Choose an answer")
            case Kind.FLAG:
                return _("Tick the box to confirm")
            case Kind.POUNDS:
                return _("Enter an amount")
            case Kind.NUMBER:
                return _("Enter a number")
            case Kind.FILE:
                return _("Choose a file")
            case _:
                return _("Enter an answer")


def questions_of(
    kind: type[BaseModel], offered: Mapping[str, Iterable[Choice]] | None = None
) -> list[Question]:
    """Give the questions of a model of pydantic, in the order of its fields.

    Args:
        kind: an act, as a rule.
        offered: what may be chosen in fields whose choices depend on the case.
    """
    offered = offered or {}
    return [
        question(name, field, offered.get(name))
        for name, field in kind.model_fields.items()
    ]


def question(
    name: str, field: FieldInfo, offered: Iterable[Choice] | None = None
) -> Question:
    """Give the question of one field."""
    asked = without_none(field.annotation)
    extra = field.json_schema_extra
    marks: Mapping[str, Any] = extra if isinstance(extra, dict) else {}
    choices = tuple(offered) if offered is not None else choices_of(asked)
    is_several = get_origin(asked) in (list, tuple, set, frozenset)
    return Question(
        name=name,
        title=field.title or name.replace("_", " ").capitalize(),
        hint=field.description or "",
        kind=kind_of(asked, marks, has_choices=bool(choices), is_several=is_several),
        required=field.is_required(),
        choices=choices,
        longest=next(
            (rule.max_length for rule in field.metadata if hasattr(rule, "max_length")),
            None,
        ),
        default=None if field.is_required() else field.get_default(),
    )


def without_none(annotation: Any) -> Any:
    """Take `| None` off a type."""
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [one for one in get_args(annotation) if one is not type(None)]
        return kept[0] if len(kept) == 1 else str
    return annotation


def kind_of(
    asked: Any, marks: Mapping[str, Any], *, has_choices: bool, is_several: bool
) -> Kind:
    """Decide how a field is asked."""
    if marks.get("file") or asked is bytes:
        return Kind.FILE
    if is_several:
        return Kind.SEVERAL if has_choices else Kind.LINES
    if has_choices:
        return Kind.CHOICE
    if marks.get("pounds"):
        return Kind.POUNDS
    if asked is bool:
        return Kind.FLAG
    if asked is date:
        return Kind.DATE
    if asked is int:
        return Kind.NUMBER
    return Kind.LONG if marks.get("long") else Kind.TEXT


def choices_of(asked: Any) -> tuple[Choice, ...]:
    """Give what an enumeration or a literal type offers, also within a list."""
    if get_origin(asked) in (list, tuple, set, frozenset):
        asked = get_args(asked)[0]
    if get_origin(asked) is Literal:
        return tuple((str(one), in_words(one)) for one in get_args(asked))
    if isinstance(asked, type) and issubclass(asked, Enum):
        return tuple((str(one.value), in_words(one)) for one in asked)
    return ()


HYPHENATED = frozenset({"e-mail"})
"""Words that are written so."""


def in_words(value: object) -> str:
    """Call a choice by its label, or by its value in words."""
    label = getattr(value, "label", None)
    if label is not None:
        return str(label)
    text = str(getattr(value, "value", value))
    if text not in HYPHENATED:
        text = text.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]
