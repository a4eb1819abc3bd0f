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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLog:
    """A typed log under check."""

    typed: TypedLog
    limits: LogLimits
    faults: FaultList

    @property
    def table(self) -> pa.Table:
        """The columns."""
        return self.typed.table

    def is_kind(self, *kinds: EventKind) -> ArrowColumn:
        """Mark the events of some kinds."""
        return pc.is_in(self.table["kind"], pa.array([str(kind) for kind in kinds]))

    def is_kind_or_unknown(self, kind: EventKind) -> ArrowColumn:
        """Mark events of a kind, and those whose kind cannot be told."""
        known = self.is_kind(*EventKind)
        return pc.or_(self.is_kind(kind), pc.invert(known))

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
