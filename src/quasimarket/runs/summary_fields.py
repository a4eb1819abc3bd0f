"""The kinds of value a summary holds, each with what it may be.

An annotation carries the meaning of a field and its limits; reading, checking, the JSON
Schema and the reference page all go by it.
"""

from dataclasses import dataclass, is_dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The least and the greatest a number may be, both allowed."""

    least: float | None = None
    greatest: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The form a text must have, and what to call it."""

    regex: str
    called: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The texts allowed."""

    choices: tuple[str, ...]


Count = Annotated[float, Limits(least=0)]
Share = Annotated[float, Limits(least=0, greatest=1)]
Rate = Annotated[float, Limits(least=0)]
"""A numerator over a denominator of other people: it can pass 1."""
Pounds = Decimal
"""Pounds and pence, exact; written to JSON as a number."""
MonthText = Annotated[
    str, Pattern(regex=r"\d{4}-(0[1-9]|1[0-2])", called='a month as "YYYY-MM"')
]
Sector = Annotated[str, OneOf(choices=("private", "third", "public"))]
Size = Annotated[str, OneOf(choices=("small", "medium", "large"))]
Mark = Annotated[
    str, OneOf(choices=("read", "derived", "recalled", "assumed", "fitted"))
]
Series = Annotated[
    str,
    OneOf(
        choices=(
            "cumulative_referrals",
            "cumulative_attachments",
            "cumulative_job_outcomes",
            "cumulative_job_starters",
            "cumulative_paid_gbp",
            "cohort_12m",
            "cohort_24m",
        )
    ),
]
Use = Annotated[str, OneOf(choices=("fit", "check", "arithmetic", "forecast"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A field's type, taken apart."""

    base: Any  # a class, or the origin of a generic: no narrower type covers both
    arguments: tuple[Any, ...] = ()  # as written: annotations, not classes
    limits: Limits | None = None
    pattern: Pattern | None = None
    one_of: OneOf | None = None
    may_be_null: bool = False
    meaning: str = ""


def kind_of(annotation: Any) -> Kind:  # an annotation has no common type
    """Take an annotation apart."""
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        kind = kind_of(inner)
        return Kind(
            base=kind.base,
            arguments=kind.arguments,
            limits=_first(notes, Limits) or kind.limits,
            pattern=_first(notes, Pattern) or kind.pattern,
            one_of=_first(notes, OneOf) or kind.one_of,
            may_be_null=kind.may_be_null,
            meaning=_first(notes, str) or kind.meaning,
        )
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (one for one in get_args(annotation) if one is not NoneType)
        kind = kind_of(inner)
        return Kind(
            base=kind.base,
            arguments=kind.arguments,
            limits=kind.limits,
            pattern=kind.pattern,
            one_of=kind.one_of,
            may_be_null=True,
            meaning=kind.meaning,
        )
    origin = get_origin(annotation)
    if origin is not None:
        return Kind(base=origin, arguments=get_args(annotation))
    return Kind(base=annotation)


@cache
def fields_of(record: type) -> dict[str, Kind]:
    """Give each field of a record with its kind, in the order of the file."""
    if not is_dataclass(record):
        raise TypeError(f"{record} is not a record")
    hints = get_type_hints(record, include_extras=True)
    return {name: kind_of(annotation) for name, annotation in hints.items()}


def _first(notes: list[Any], wanted: type) -> Any:  # whatever kind was asked for
    return next((note for note in notes if isinstance(note, wanted)), None)
