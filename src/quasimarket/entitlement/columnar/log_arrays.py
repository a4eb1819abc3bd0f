"""A log's columns as compiled code takes them, each event counted once."""

from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.core.errors import Fault, InputFault
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind


NAMING_MILESTONES = (EventKind.CLAIMED, EventKind.VALIDATED, EventKind.REJECTED)
LONGEST = 2**31 - 1
"""The largest id that is carried as it is."""
Ids = NDArray[np.int64]
AnyIds = NDArray[np.int32] | NDArray[np.int64]
_Value = TypeVar("_Value", bound=np.generic)


class LogArrays(NamedTuple):
    """The columns that rules read."""

    kind: NDArray[np.uint8]
    participant: NDArray[np.int32]
    happened: NDArray[np.int32]
    known: NDArray[np.int32]
    contract: NDArray[np.int16]
    position: NDArray[np.int32]
    group: NDArray[np.int8]
    spell: NDArray[np.int32]
    milestone: NDArray[np.int8]
    """Empty, as `number` is, where no event names a milestone."""
    number: NDArray[np.int16]
    event: NDArray[np.int32]
    """The event id, or its rank among the `long_ids` of the log."""
    is_repeat: NDArray[np.bool_]
    """Rows that repeat an event; empty where there are none."""


def log_arrays(columns: EventColumns, ids: Ids | None) -> LogArrays:
    """Give the columns of a log, with the rows that say an event again.

    `ids` are its `long_ids`.

    Raises:
        InputFault: an event id stands for two events.
    """
    repeated = _repeated_rows(columns)
    is_repeat = np.zeros(len(columns) if len(repeated) else 0, np.bool_)
    is_repeat[repeated] = True
    seen = kinds_seen(columns)
    has_names = any(seen[KIND_CODE[kind]] for kind in NAMING_MILESTONES)
    named = slice(None) if has_names else slice(0)
    return LogArrays(
        kind=_shown(columns.kind),
        participant=_shown(columns.participant),
        happened=_shown(columns.happened),
        known=_shown(columns.known),
        contract=_shown(columns.contract),
        position=_shown(columns.position),
        group=_shown(columns.group),
        spell=_shown(columns.spell),
        milestone=_shown(columns.milestone[named]),
        number=_shown(columns.number[named]),
        event=_shown(_short_ids(columns.event, ids)),
        is_repeat=_shown(is_repeat),
    )


def long_ids(columns: EventColumns) -> Ids | None:
    """Give the ids of a log in their order, where some are too long for 32 bits.

    A settlement carries two ids with every line, and half of each line would be ids
    if they had 64.
    """
    event = columns.event
    fits = event.min(initial=0) >= 0 and event.max(initial=0) <= LONGEST
    return None if fits else np.unique(event).astype(np.int64, copy=False)


def _short_ids(event: AnyIds, ids: Ids | None) -> NDArray[np.int32]:
    if ids is None:
        return event.astype(np.int32, copy=False)
    return np.searchsorted(ids, event).astype(np.int32)


def _shown(values: NDArray[_Value]) -> NDArray[_Value]:
    """Give a column in one piece and not to be written on.

    Compiled code is kept by the type of its arrays, and columns that come from Arrow
    cannot be written on: so that one compilation serves, none can.
    """
    shown = np.ascontiguousarray(values).view()
    shown.flags.writeable = False
    return shown


def kinds_seen(columns: EventColumns) -> NDArray[np.int64]:
    """Count the events of a log by kind."""
    counts: NDArray[np.int64] = count_kinds(_shown(columns.kind))
    return counts


@njit(cache=True, nogil=True)
def count_kinds(kind: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count the rows of each kind."""
    counts = np.zeros(256, np.int64)
    for row in range(len(kind)):
        counts[kind[row]] += 1
    return counts


def _repeated_rows(columns: EventColumns) -> NDArray[np.int64]:
    """Find rows that repeat an event; refuse an event id that means two events."""
    event = columns.event
    if len(event) < 2 or bool((event[1:] > event[:-1]).all()):
        return np.empty(0, np.int64)
    order = np.argsort(event, kind="stable")
    repeats = np.flatnonzero(event[order][1:] == event[order][:-1])
    again, first = order[repeats + 1], order[repeats]
    unequal = np.zeros(len(repeats), np.bool_)
    for name in _TOLD:
        column = getattr(columns, name)
        unequal |= column[again] != column[first]
    if unequal.any():
        raise InputFault(
            Fault(
                where=f"event {_event_name(columns, row)}",
                found="two events that differ under one id",
                expected="an id for each event",
                hint="give the correction its own id",
            )
            for row in again[unequal]
        )
    return np.sort(again)


_TOLD = (
    "kind",
    "participant",
    "happened",
    "known",
    "contract",
    "position",
    "group",
    "spell",
    "milestone",
    "number",
    "code",
    "amount",
)


def _event_name(columns: EventColumns, row: int) -> str:
    code = columns.event[row]
    return str(code if columns.events is None else columns.events[code])
