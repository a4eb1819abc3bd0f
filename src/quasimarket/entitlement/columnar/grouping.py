"""Events by participant, and each participant's in the order they became known.

The rows of one person lie far apart in a log. A slice of participants is therefore
first packed: one look at each column in the order of the log, one record an event in
the order of participants, so that afterwards everything about a person lies together.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.log_arrays import NAMING_MILESTONES, LogArrays
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
from quasimarket.entitlement.columns import KIND_CODE
from quasimarket.events import EventKind


def _codes_of(*kinds: EventKind) -> tuple[int, ...]:
    return tuple(KIND_CODE[kind] for kind in kinds)


MILESTONE_KINDS = _codes_of(*NAMING_MILESTONES)
SPELL_KINDS = _codes_of(
    EventKind.JOB_STARTED,
    EventKind.JOB_ENDED,
    EventKind.BENEFIT_STARTED,
    EventKind.BENEFIT_ENDED,
    EventKind.REJECTED,
)
CONTRACT_KINDS = _codes_of(
    EventKind.REFERRED, EventKind.REFERRAL_CANCELLED, EventKind.TRANSFERRED
)
POSITION_KINDS = _codes_of(EventKind.ALLOCATED, EventKind.TRANSFERRED)
GROUP_KINDS = _codes_of(EventKind.REFERRED, EventKind.GROUP_CORRECTED)

# columns of packed events; no kind of event names more than they hold
PACKED_KIND = 0
PACKED_HAPPENED = 1
PACKED_KNOWN = 2
PACKED_PLACE = 3
"""The spell or the position."""
PACKED_PAYER = 4
"""The contract, or the number of the milestone."""
PACKED_CLASS = 5
"""The group, or the milestone."""
PACKED_FIELDS = 6


class Slice(NamedTuple):
    """The events of some participants that any rule reads, by participant."""

    first: int
    starts: NDArray[np.int32]
    """Where the events of each begin, from `first` on; one more at the end."""
    packed: NDArray[np.int32]
    event: NDArray[np.int64]


def pack_slice(
    log: LogArrays, first: int, end: int, is_read: NDArray[np.bool_], last_known: int
) -> Slice:
    """Pack the events of participants from the first up to, not including, the end.

    Only kinds that are read and events known by a day are packed.
    """
    starts = np.zeros(end - first + 1, np.int32)
    count_events(log, first, end, is_read, last_known, starts)
    starts = np.cumsum(starts, dtype=np.int32)
    packed = np.empty((int(starts[-1]), PACKED_FIELDS), np.int32)
    event = np.empty(int(starts[-1]), np.int64)
    pack_events(log, first, end, is_read, last_known, starts[:-1].copy(), packed, event)
    return Slice(first, starts, packed, event)


@njit(cache=True, nogil=True, _nrt=False)
def is_wanted(
    log: LogArrays, row: int, is_read: NDArray[np.bool_], last_known: int
) -> bool:
    """Say whether an event is read, known by a day, and not said before."""
    if len(log.is_repeat) > 0 and log.is_repeat[row]:
        return False
    return bool(is_read[log.kind[row]] and log.known[row] <= last_known)


@njit(cache=True, nogil=True, _nrt=False)
def count_events(
    log: LogArrays,
    first: int,
    end: int,
    is_read: NDArray[np.bool_],
    last_known: int,
    counts: NDArray[np.int32],
) -> None:
    """Count the events of each participant, one place further on."""
    participant = log.participant
    for row in range(len(participant)):
        if first <= participant[row] < end and is_wanted(log, row, is_read, last_known):
            counts[participant[row] - first + 1] += 1


@njit(cache=True, nogil=True, _nrt=False)
def pack_events(
    log: LogArrays,
    first: int,
    end: int,
    is_read: NDArray[np.bool_],
    last_known: int,
    places: NDArray[np.int32],
    packed: NDArray[np.int32],
    event: NDArray[np.int64],
) -> None:
    """Write a record for each event at its participant's next place."""
    participant = log.participant
    for row in range(len(participant)):
        if not first <= participant[row] < end:
            continue
        if not is_wanted(log, row, is_read, last_known):
            continue
        at = places[participant[row] - first]
        places[participant[row] - first] = at + 1
        kind = log.kind[row]
        packed[at, PACKED_KIND] = kind
        packed[at, PACKED_HAPPENED] = log.happened[row]
        packed[at, PACKED_KNOWN] = log.known[row]
        event[at] = log.event[row]
        packed[at, PACKED_PLACE] = -1
        packed[at, PACKED_PAYER] = -1
        packed[at, PACKED_CLASS] = -1
        if kind in SPELL_KINDS:
            packed[at, PACKED_PLACE] = log.spell[row]
        elif kind in POSITION_KINDS:
            packed[at, PACKED_PLACE] = log.position[row]
        if kind in MILESTONE_KINDS:
            packed[at, PACKED_PAYER] = log.number[row]
            packed[at, PACKED_CLASS] = log.milestone[row]
        else:
            if kind in CONTRACT_KINDS:
                packed[at, PACKED_PAYER] = log.contract[row]
            if kind in GROUP_KINDS:
                packed[at, PACKED_CLASS] = log.group[row]


@njit(cache=True, nogil=True, _nrt=False)
def is_known_after(events: Slice, at: int, other: int) -> bool:
    """Say whether one event comes after another by (known, event id)."""
    known = events.packed[at, PACKED_KNOWN]
    known_other = events.packed[other, PACKED_KNOWN]
    if known != known_other:
        return bool(known > known_other)
    return bool(events.event[at] > events.event[other])


@njit(cache=True, nogil=True, _nrt=False)
def sort_by_knowledge(rows: NDArray[np.int32], count: int, events: Slice) -> None:
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
def gather(space: Workspace, events: Slice, participant: int) -> int:
    """Bring the events of a participant into the workspace, in order; count them."""
    first = events.starts[participant - events.first]
    count = events.starts[participant - events.first + 1] - first
    for at in range(count):
        space.rows[at] = first + at
    sort_by_knowledge(space.rows, count, events)
    for at in range(count):
        row = space.rows[at]
        kind = events.packed[row, PACKED_KIND]
        names_milestone = kind in MILESTONE_KINDS
        place = events.packed[row, PACKED_PLACE]
        payer = events.packed[row, PACKED_PAYER]
        group = events.packed[row, PACKED_CLASS]
        space.events[at, KIND] = kind
        space.events[at, HAPPENED] = events.packed[row, PACKED_HAPPENED]
        space.events[at, KNOWN] = events.packed[row, PACKED_KNOWN]
        space.events[at, CONTRACT] = -1 if names_milestone else payer
        space.events[at, POSITION] = place if kind in POSITION_KINDS else -1
        space.events[at, GROUP] = -1 if names_milestone else group
        space.events[at, SPELL] = place if kind in SPELL_KINDS else -1
        space.events[at, MILESTONE] = group if names_milestone else -1
        space.events[at, NUMBER] = payer if names_milestone else -1
        space.event_ids[at] = events.event[row]
    return int(count)
