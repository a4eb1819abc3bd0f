"""Columns of a settlement as Arrow arrays: codes into names, numbers as they lie.

Whoever lays out a table, in memory or part by part in a file, takes its columns here.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.workspace import NO_DAY
from quasimarket.entitlement.columns import EventColumns, Names
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.engine import UnpaidColumns
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.prices import month_of
from quasimarket.settlement.columnar.records import RECOVERY, kinds_of_payment
from quasimarket.settlement.columnar.statements import StatementColumns
from quasimarket.settlement.columnar.unpaid import UNPAID_REASONS


Codes = NDArray[np.integer[Any]]
LINE_REASONS = ("earned", "no-longer-follows", "recovery")


class Naming:
    """Gives a settlement's codes their names."""

    def __init__(self, rulebook: Rulebook, columns: EventColumns) -> None:
        """Take the names from the rulebook and from the log."""
        kinds = kinds_of_payment(rulebook)
        self.kinds = as_text(str(kind) for kind, _ in kinds)
        self.rules = as_text(str(rule) for _, rule in kinds)
        self.recovery = [kind for kind, _ in kinds].index(RECOVERY)
        self.contracts = as_text(str(item.id) for item in rulebook.contracts)
        self.groups = as_text(str(item.id) for item in rulebook.groups)
        self.positions = as_text(str(name) for name in columns.positions)
        self.participants = columns.participants
        self.events = columns.events

    def lines(
        self, lines: IssuedColumns, fields: Iterable[str], part: slice = slice(None)
    ) -> dict[str, Any]:
        """Give columns of lines, `rule` and `reason` among them."""
        return {field: self._line(lines, field, part) for field in fields}

    def unpaid(
        self, unpaid: UnpaidColumns, fields: Iterable[str], part: slice = slice(None)
    ) -> dict[str, Any]:
        """Give columns of what was not paid."""
        reasons = as_text(UNPAID_REASONS)
        return {
            field: named(unpaid.reason[part], reasons)
            if field == "reason"
            else self._told(field, getattr(unpaid, field)[part])
            for field in fields
        }

    def statements(
        self, statements: StatementColumns, fields: Iterable[str]
    ) -> dict[str, Any]:
        """Give columns of statements; every sum is in pence."""
        sums = ("brought_forward", "lines", "payable", "carried_forward")
        return {
            field: pa.array(getattr(statements, field))
            if field in sums
            else self._told(field, getattr(statements, field))
            for field in fields
        }

    def _line(self, lines: IssuedColumns, field: str, part: slice) -> Any:
        if field == "rule":
            return named(lines.kind[part], self.rules)
        if field == "reason":
            is_recovery = lines.kind[part] == self.recovery
            reasons = np.where(is_recovery, 2, lines.is_reversal[part])
            return named(reasons, as_text(LINE_REASONS))
        return self._told(field, getattr(lines, field)[part])

    def _told(self, field: str, values: NDArray[Any]) -> Any:
        match field:
            case "statement" | "month":
                return months(values)
            case "contract":
                return named(values, self.contracts)
            case "position":
                return named(values, self.positions)
            case "group":
                return named(values, self.groups)
            case "kind":
                return named(values, self.kinds)
            case "participant":
                return identified(values, self.participants)
            case "first_event" | "spell_event":
                return identified(values, self.events)
            case "earned" | "payable":
                return days(values)
        return pa.array(values)


def as_text(names: Iterable[str]) -> Any:  # pyarrow ships no types
    """Give names as an array of text."""
    return pa.array(list(names), pa.string())


def named(codes: Codes, names: Any) -> Any:
    """Give codes as a dictionary column; below zero is missing."""
    indices = pa.array(codes.astype(np.int32, copy=False), mask=_below_zero(codes))
    return pa.DictionaryArray.from_arrays(indices, names)


def identified(codes: Codes, names: Names | None) -> Any:
    """Give ids: as numbers where they are numbers, else by their names."""
    if names is None:
        return pa.array(codes, pa.int64(), mask=_below_zero(codes))
    if names.dtype != object:
        if not len(names):
            return pa.nulls(len(codes), pa.int64())
        return pa.array(names[np.maximum(codes, 0)], mask=_below_zero(codes))
    return named(codes, as_text(str(name) for name in names))


def _below_zero(codes: Codes) -> NDArray[np.bool_] | None:
    return codes < 0 if len(codes) and codes.min() < 0 else None


def days(numbers: NDArray[np.int32]) -> Any:
    """Give days from 1 January 1970 as dates; `NO_DAY` is missing."""
    missing = numbers == NO_DAY
    mask = missing if missing.any() else None
    return pa.array(numbers.astype(np.int32, copy=False), mask=mask).cast(pa.date32())


def months(numbers: Codes) -> Any:
    """Name months counted from January of the year 0."""
    if not len(numbers):
        return named(numbers, as_text(()))
    first, last = int(numbers.min()), int(numbers.max())
    names = as_text(str(month_of(one)) for one in range(first, last + 1))
    return named(numbers - first, names)
