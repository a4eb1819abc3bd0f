"""How one value is read from text and written back, for every type a rulebook has.

Numbers are read as decimals and never pass through binary fractions. Amounts are
written in pounds and kept in pence; shares are written in percent and kept from 0 to 1.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import (
    AreaId,
    ClauseId,
    ContractId,
    GroupId,
    MilestoneId,
    OrganisationId,
    PositionId,
)
from quasimarket.core.money import Pence, to_pence
from quasimarket.rulebook.units import Refused, Unit


IDENTIFIERS: tuple[object, ...] = (
    AreaId,
    ClauseId,
    ContractId,
    GroupId,
    MilestoneId,
    OrganisationId,
    PositionId,
)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_WHOLE = re.compile(r"-?\d{1,15}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_AMOUNT_HINT = "write pounds with a full stop, no sign, no commas: 1200 or 1200.50"


@dataclass(frozen=True, slots=True)
class TextForm:
    """How values of one type stand in a file."""

    unit: str
    """The unit that must be stated; blank where the type says it all."""
    read: Callable[[str], Any]  # a value of the field's type, known only at run time
    write: Callable[[Any], str]  # its opposite
    is_evidenced: bool
    """The value carries its unit, evidence and source."""


@cache
def text_form(hint: Any) -> TextForm | None:  # a type expression has no narrower type
    """Give the text form of a field's type, or None if it is not a single value."""
    unit = Unit("")
    if get_origin(hint) is Annotated:
        hint, unit = get_args(hint)[0], get_args(hint)[1]
    if hint is Pence:
        return TextForm("GBP", _read_amount, _write_amount, True)
    if hint is int:
        return TextForm(unit.name or "number", _read_whole, str, True)
    if hint is Decimal:
        return TextForm(
            unit.name or "number",
            lambda text: _read_decimal(text) / unit.per_one,
            lambda value: _write_decimal(value * unit.per_one),
            True,
        )
    if hint is date:
        return TextForm("date", _read_day, str, True)
    if hint is Month:
        return TextForm("month", _read_month, str, True)
    if hint is bool:
        return TextForm(
            "yes or no", _read_yes_or_no, lambda yes: "yes" if yes else "no", True
        )
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return TextForm("", lambda text: _read_choice(hint, text), str, False)
    if hint in IDENTIFIERS:
        return TextForm("", read_identifier, str, False)
    if hint is str:
        return TextForm("", str, str, False)
    return None


def without_none(hint: Any) -> tuple[Any, bool]:  # a type expression, as above
    """Split "X | None" into X and whether None was allowed."""
    if get_origin(hint) in (Union, UnionType):
        kept = [part for part in get_args(hint) if part is not NoneType]
        return kept[0], len(kept) < len(get_args(hint))
    return hint, False


def item_of(hint: Any) -> Any | None:  # a type expression, as above
    """Give X of "tuple[X, ...]", or None."""
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def values_of(hint: Any) -> tuple[Any, Any] | None:  # a type expression, as above
    """Give K and V of "Mapping[K, V]", or None."""
    if get_origin(hint) is Mapping:
        key, value = get_args(hint)
        return key, value
    return None


def is_identifier_type(hint: object) -> bool:
    """Say whether a type is one of the identifiers."""
    return isinstance(hint, NewType) and hint in IDENTIFIERS


def read_identifier(text: str) -> str:
    """Read an identifier: letters, digits, hyphens, underscores."""
    if not _IDENTIFIER.fullmatch(text):
        raise Refused(
            _shown(text), "an id of letters, digits, - and _, at most 64 of them"
        )
    return text


def _read_amount(text: str) -> Pence:
    if not _NUMBER.fullmatch(text):
        raise Refused(_shown(text), "an amount in pounds", _AMOUNT_HINT)
    try:
        amount = to_pence(text)
    except ValueError:
        raise Refused(
            _shown(text), "an amount in whole pence", "at most two decimals"
        ) from None
    if amount < 0:
        raise Refused(_shown(text), "an amount of 0 or more", _AMOUNT_HINT)
    return amount


def _write_amount(amount: int) -> str:
    pounds, pence = divmod(amount, 100)
    return f"{pounds}.{pence:02d}" if pence else str(pounds)


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise Refused(_shown(text), "a whole number", "no commas, no decimals")
    return int(text)


def _read_decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise Refused(
            _shown(text), "a number such as 5 or 27.5", "no commas, no percent sign"
        )
    return Decimal(text)


def _write_decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_day(text: str) -> date:
    try:
        if len(text) != len("2011-06-01"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_shown(text), "a date such as 2011-06-01") from None


def _read_month(text: str) -> Month:
    try:
        if len(text) != len("2011-06"):
            raise ValueError
        return Month.parse(text)
    except ValueError:
        raise Refused(_shown(text), "a month such as 2011-06") from None


def _read_yes_or_no(text: str) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False}
    if text.lower() not in known:
        raise Refused(_shown(text), "yes or no")
    return known[text.lower()]


def _read_choice(choices: type[StrEnum], text: str) -> StrEnum:
    try:
        return choices(text)
    except ValueError:
        raise Refused(
            _shown(text), f"one of {', '.join(choices)}", did_you_mean(text, choices)
        ) from None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the known word nearest to one that is not known."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word nearest to another, or nothing if none is near."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def _shown(text: str) -> str:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return repr(shown) if shown else "nothing"
