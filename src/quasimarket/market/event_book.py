"""The organisational event log as it is written: arrays by month, one frame at the end.

Events of one month and kind are entered together. Codes are kept as numbers until the
end, because a run enters some hundred thousand.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import OrganisationEventKind


Array = NDArray[np.int64]
DEPARTMENT, PRIME, SELF = -2, -1, -3
"""Counterparts: the department, the contract's prime, none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Events of one kind and month."""

    kind: OrganisationEventKind
    month: int
    day: Array
    """Day of the month."""
    position: Array
    """Position they are about."""
    holder: Array
    """Organisation that held the position then; -1 is whoever held it at the start."""
    source: str
    counterpart: int
    codes: tuple[str, ...]
    code: Array
    """Index into the codes."""
    number: Array
    hours: NDArray[np.float64]
    amount: Array


@dataclass(slots=True)
class EventBook:
    """All entries so far, in the order in which they were made."""

    entries: list[Entries] = field(default_factory=list)
    holder: Array | None = None
    """Each position's organisation now."""

    def enter(
        self,
        kind: OrganisationEventKind,
        month: int,
        position: Array,
        *,
        source: str,
        counterpart: int = PRIME,
        codes: tuple[str, ...] = ("",),
        code: Array | int = 0,
        number: NDArray[np.number] | int = 1,
        hours: NDArray[np.float64] | float = 0.0,
        amount: NDArray[np.number] | int = 0,
        day: int = 1,
    ) -> None:
        """Enter events about positions; months before the first are below zero."""
        count = len(position)
        if not count:
            return

        def whole(value: NDArray[np.number] | int) -> Array:
            each = np.empty(count, np.int64)
            each[:] = value
            return each

        spent = np.empty(count)
        spent[:] = hours
        self.entries.append(
            Entries(
                kind=kind,
                month=month,
                day=whole(day),
                position=position.astype(np.int64),
                holder=whole(-1 if self.holder is None else self.holder[position]),
                source=source,
                counterpart=counterpart,
                codes=codes,
                code=whole(code),
                number=whole(number),
                hours=spent,
                amount=whole(amount),
            )
        )
