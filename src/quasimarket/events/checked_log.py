"""A log under check: its columns, what it may name, and where its faults go."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.events.event import EventKind
from quasimarket.events.faults import FaultList
from quasimarket.events.typed_columns import ArrowColumn, TypedLog


FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
"""The days on which a programme's events can lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLimits:
    """What the log of one programme may name, and when people may be referred."""

    contracts: Collection[str]
    milestones: Collection[str]
    """What may be claimed."""
    payments: Collection[str]
    """What may be paid: milestones, and what is paid without a claim."""
    referral_days: Mapping[str, tuple[date, date]]
    """Group -> first and last day on which its people may be referred."""
    allotted_days: int


class CheckedLog:
    """A typed log under check."""

    def __init__(
        self, *, typed: TypedLog, limits: LogLimits, faults: FaultList
    ) -> None:
        """Find the kind of every event once: most checks ask for it."""
        self.typed = typed
        self.table: pa.Table = typed.table
        self.limits = limits
        self.faults = faults
        self._kind_codes = _kind_codes(typed.table["kind"])
        self._present = set(pc.unique(self._kind_codes).to_pylist())

    def has(self, *kinds: EventKind) -> bool:
        """Tell whether the log has an event of some kinds."""
        return any(_CODES[kind] in self._present for kind in kinds)

    def is_kind(self, *kinds: EventKind) -> ArrowColumn:
        """Mark the events of some kinds."""
        return self._is_coded({_CODES[kind] for kind in kinds})

    def is_kind_or_unknown(self, kind: EventKind) -> ArrowColumn:
        """Mark events of a kind, and those whose kind cannot be told."""
        return self._is_coded({_CODES[kind], _UNKNOWN})

    def value(self, place: int, column: str) -> Any:
        """Give one value, to be told to a person."""
        return self.table[column][place].as_py()

    def report(
        self,
        places: Sequence[int],
        expected: str,
        found: Callable[[int], str],
        hint: Callable[[int], str] = lambda _: "",
    ) -> None:
        """Add a fault for each place in the table."""
        self.faults.add_row_faults(
            [self.typed.rows[place] for place in places],
            expected,
            lambda at: found(places[at]),
            lambda at: hint(places[at]),
        )

    def _is_coded(self, codes: set[int]) -> ArrowColumn:
        found = codes & self._present
        if len(found) == 1:
            return pc.equal(self._kind_codes, pa.scalar(found.pop(), pa.int8()))
        chosen = pa.array([code in found for code in range(_UNKNOWN + 1)])
        return chosen.take(self._kind_codes)


_CODES = {kind: code for code, kind in enumerate(EventKind)}
_UNKNOWN = len(_CODES)
"""Stands for a kind that is missing or cannot be told."""


def _kind_codes(kinds: ArrowColumn) -> ArrowColumn:
    encoded = kinds.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # a log without rows
        return pa.array([], pa.int8())
    known = {str(kind): code for kind, code in _CODES.items()}
    codes = [known.get(name, _UNKNOWN) for name in encoded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(codes, pa.int8()).take(encoded.indices), _UNKNOWN)
