"""Events by participant, and each participant's in the order they became known."""

from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.core.errors import Fault, InputFault
from quasimarket.entitlement.columnar.workspace import (
    CONTRACT,
    GROUP,
    HAPPENED,
    KIND,
    KNOWN,
    MILESTONE,
    NUMBER,
    POSITION,
    SPELL,
    Workspace,
)
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind


def _code_of(*kinds: EventKind) -> tuple[int, ...]:
    return tuple(KIND_CODE[kind] for kind in kinds)


MILESTONE_KINDS = _code_of(EventKind.CLAIMED, EventKind.VALIDATED, EventKind.REJECTED)
SPELL_KINDS = _code_of(
    EventKind.JOB_STARTED,
    EventKind.JOB_ENDED,
    EventKind.BENEFIT_STARTED,
    EventKind.BENEFIT_ENDED,
    EventKind.REJECTED,
)
CONTRACT_KINDS = _code_of(
    EventKind.REFERRED, EventKind.REFERRAL_CANCELLED, EventKind.TRANSFERRED
)
POSITION_KINDS = _code_of(EventKind.ALLOCATED, EventKind.TRANSFERRED)
GROUP_KINDS = _code_of(EventKind.REFERRED, EventKind.GROUP_CORRECTED)
_Value = TypeVar("_Value", bound=np.generic)


class EventArrays(NamedTuple):
    """The columns that rules read, and the rows of each participant."""

    kind: NDArray[np.uint8]
    happened: NDArray[np.int32]
    known: NDArray[np.int32]
    contract: NDArray[np.int16]
    position: NDArray[np.int32]
    group: NDArray[np.int8]
    spell: NDArray[np.int32]
    milestone: NDArray[np.int8]
    number: NDArray[np.int16]
    """Empty, as `milestone` is, where no event names a milestone."""
    event: NDArray[np.int64]
    rows: NDArray[np.int32]
    """Rows by participant; those of none come first."""
    starts: NDArray[np.int64]
    """Where each participant's rows begin; one more at the end."""


def group_by_participant(columns: EventColumns) -> EventArrays:
    """Sort the rows of a log by participant, each event once."""
    rows, starts = _count_rows(_shown(columns.participant), len(columns.participants))
    repeated = _repeated_rows(columns)
    if len(repeated):
        rows, starts = _without(rows, starts, repeated)
    named = slice(None) if names_milestones(columns) else slice(0)
    return EventArrays(
        kind=_shown(columns.kind),
        happened=_shown(columns.happened),
        known=_shown(columns.known),
        contract=_shown(columns.contract),
        position=_shown(columns.position),
        group=_shown(columns.group),
        spell=_shown(columns.spell),
        milestone=_shown(columns.milestone[named]),
        number=_shown(columns.number[named]),
        event=_shown(columns.event),
        rows=rows,
        starts=starts,
    )


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


def names_milestones(columns: EventColumns) -> bool:
    """Say whether a log has any claim, validation or rejection."""
    seen = kinds_seen(columns)
    return any(seen[kind] for kind in MILESTONE_KINDS)


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


def _without(
    rows: NDArray[np.int32], starts: NDArray[np.int64], left_out: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    is_out = np.zeros(len(rows), np.bool_)
    is_out[left_out] = True
    gone = is_out[rows]
    before = np.concatenate([[0], np.cumsum(gone)])
    return rows[~gone], starts - before[starts]


@njit(cache=True, nogil=True)
def count_kinds(kind: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count the events of each kind."""
    counts = np.zeros(256, np.int64)
    for row in range(len(kind)):
        counts[kind[row]] += 1
    return counts


@njit(cache=True, nogil=True)
def _count_rows(
    participant: NDArray[np.int32], participants: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    starts = np.zeros(participants + 2, np.int64)
    for row in range(len(participant)):
        starts[participant[row] + 2] += 1
    for at in range(1, participants + 2):
        starts[at] += starts[at - 1]
    rows = np.empty(len(participant), np.int32)
    for row in range(len(participant)):
        place = participant[row] + 1
        rows[starts[place]] = row
        starts[place] += 1
    # each start now stands where the next begins: that of code 0 at index 0
    return rows, starts[: participants + 1]


@njit(cache=True, nogil=True, _nrt=False)
def is_known_after(events: EventArrays, row: int, other: int) -> bool:
    """Say whether one event comes after another by (known, event id)."""
    if events.known[row] != events.known[other]:
        return bool(events.known[row] > events.known[other])
    return bool(events.event[row] > events.event[other])


@njit(cache=True, nogil=True, _nrt=False)
def sort_by_knowledge(rows: NDArray[np.int32], count: int, events: EventArrays) -> None:
    """Put the first so many rows in order of (known, event id): a Shell sort.

    For the few events of most people, nearly in order already, it is one pass.
    """
    gap = 1
    while gap < count // 9:
        gap = 3 * gap + 1
    while gap > 0:
        for at in range(gap, count):
            row = rows[at]
            place = at
            while place >= gap and is_known_after(events, rows[place - gap], row):
                rows[place] = rows[place - gap]
                place -= gap
            rows[place] = row
        gap //= 3


@njit(cache=True, nogil=True, _nrt=False)
def gather(
    space: Workspace,
    events: EventArrays,
    participant: int,
    is_read: NDArray[np.bool_],
    last_known: int,
) -> int:
    """Bring the events of a participant that matter into the workspace, in order."""
    count = 0
    for at in range(events.starts[participant], events.starts[participant + 1]):
        row = events.rows[at]
        if is_read[events.kind[row]] and events.known[row] <= last_known:
            space.rows[count] = row
            count += 1
    sort_by_knowledge(space.rows, count, events)
    for at in range(count):
        row = space.rows[at]
        kind = events.kind[row]
        space.events[at, KIND] = kind
        space.events[at, HAPPENED] = events.happened[row]
        space.events[at, KNOWN] = events.known[row]
        space.event_ids[at] = events.event[row]
        read_named(space, events, at, row, kind)
    return count


@njit(cache=True, nogil=True, _nrt=False)
def read_named(
    space: Workspace, events: EventArrays, at: int, row: int, kind: int
) -> None:
    """Read what an event of a kind names, and nothing else.

    The rows of a participant lie far apart, so that each column read is waited for.
    """
    space.events[at, CONTRACT] = -1
    space.events[at, POSITION] = -1
    space.events[at, GROUP] = -1
    space.events[at, SPELL] = -1
    space.events[at, MILESTONE] = -1
    space.events[at, NUMBER] = -1
    if kind in SPELL_KINDS:
        space.events[at, SPELL] = events.spell[row]
    if kind in CONTRACT_KINDS:
        space.events[at, CONTRACT] = events.contract[row]
    if kind in POSITION_KINDS:
        space.events[at, POSITION] = events.position[row]
    if kind in GROUP_KINDS:
        space.events[at, GROUP] = events.group[row]
    if kind in MILESTONE_KINDS:
        space.events[at, MILESTONE] = events.milestone[row]
        space.events[at, NUMBER] = events.number[row]
