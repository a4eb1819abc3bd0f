"""Events by participant, and each participant's in the order they became known.

The rows of one person lie far apart in a log. They are therefore packed first: one look
at each column in the order of the log, one record an event, written behind the others
of its slice of participants. A slice is small enough to stay in the processor's cache
while its events are put in order and settled.
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
    KINDS,
    KNOWN,
    MILESTONE,
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

PACKED_EVENT = np.dtype(
    [
        ("event", np.int32),
        ("participant", np.int32),
        ("happened", np.int32),
        ("known", np.int32),
        ("spell_or_position", np.int32),
        ("contract_or_number", np.int16),
        ("group_or_milestone", np.int8),
        ("kind", np.uint8),
    ]
)
"""What any rule reads of an event; no kind of event names both of two fields."""


class Slice(NamedTuple):
    """The events of some participants that any rule reads."""

    first: int
    """The first participant."""
    starts: NDArray[np.int32]
    """Where the events of each begin in `order`; one more at the end."""
    order: NDArray[np.int32]
    """Places in `packed`, by participant."""
    packed: NDArray[np.void]


class Wanted(NamedTuple):
    """Which events of a log are packed."""

    is_read: NDArray[np.bool_]
    """By kind: whether any rule reads it."""
    last_known: int


def make_slice(packed: NDArray[np.void], first: int, participants: int) -> Slice:
    """Put the packed events of participants from the first on in their order."""
    starts = np.zeros(participants + 1, np.int32)
    order = np.empty(len(packed), np.int32)
    order_events(packed, first, starts, order)
    return Slice(first, starts, order, packed)


@njit(cache=True, nogil=True, _nrt=False)
def order_events(
    packed: NDArray[np.void],
    first: int,
    starts: NDArray[np.int32],
    order: NDArray[np.int32],
) -> None:
    """Sort places by participant, counting; those of one keep the order of the log."""
    participants = len(starts) - 1
    for at in range(len(packed)):
        starts[packed[at]["participant"] - first] += 1
    end = 0
    for participant in range(participants + 1):
        end += starts[participant]
        starts[participant] = end
    # from the last backwards, each start comes down to where it belongs
    for at in range(len(packed) - 1, -1, -1):
        participant = packed[at]["participant"] - first
        starts[participant] -= 1
        order[starts[participant]] = at


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def is_wanted(log: LogArrays, row: int, wanted: Wanted) -> bool:
    """Say whether an event is read, known by a day, and not said before."""
    if len(log.is_repeat) > 0 and log.is_repeat[row]:
        return False
    return bool(wanted.is_read[log.kind[row]] and log.known[row] <= wanted.last_known)


@njit(cache=True, nogil=True, _nrt=False)
def count_events(
    log: LogArrays,
    first_row: int,
    end_row: int,
    wanted: Wanted,
    shift: int,
    counts: NDArray[np.int64],
) -> None:
    """Count the events among some rows by slice: 2**shift participants are one."""
    for row in range(first_row, end_row):
        if log.participant[row] >= 0 and is_wanted(log, row, wanted):
            counts[log.participant[row] >> shift] += 1


@njit(cache=True, nogil=True, _nrt=False)
def pack_events(
    log: LogArrays,
    first_row: int,
    end_row: int,
    wanted: Wanted,
    shift: int,
    first_slice: int,
    end_slice: int,
    places: NDArray[np.int64],
    packed: NDArray[np.void],
) -> None:
    """Write a record for each event among some rows at its slice's next place."""
    for row in range(first_row, end_row):
        part = log.participant[row] >> shift
        if not first_slice <= part < end_slice or not is_wanted(log, row, wanted):
            continue
        pack_event(log, row, packed[places[part]])
        places[part] += 1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def pack_event(log: LogArrays, row: int, record: np.void) -> None:
    """Write what an event says, and only what its kind of event says."""
    kind = log.kind[row]
    place = payer = group = -1
    if kind in SPELL_KINDS:
        place = log.spell[row]
    elif kind in POSITION_KINDS:
        place = log.position[row]
    if kind in MILESTONE_KINDS:
        payer = log.number[row]
        group = log.milestone[row]
    else:
        if kind in CONTRACT_KINDS:
            payer = log.contract[row]
        if kind in GROUP_KINDS:
            group = log.group[row]
    record["event"] = log.event[row]
    record["participant"] = log.participant[row]
    record["happened"] = log.happened[row]
    record["known"] = log.known[row]
    record["spell_or_position"] = place
    record["contract_or_number"] = payer
    record["group_or_milestone"] = group
    record["kind"] = kind


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def is_known_after(packed: NDArray[np.void], at: int, other: int) -> bool:
    """Say whether one event comes after another by (known, event id)."""
    one = packed[at]
    before = packed[other]
    if one["known"] != before["known"]:
        return bool(one["known"] > before["known"])
    return bool(one["event"] > before["event"])


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def sort_by_knowledge(
    order: NDArray[np.int32], first: int, count: int, packed: NDArray[np.void]
) -> None:
    """Put so many places from the first in order of (known, event id): a Shell sort.

    For the few events of most people, nearly in order already, it is one pass.
    """
    gap = 1
    while gap < count // 9:
        gap = 3 * gap + 1
    while gap > 0:
        for at in range(first + gap, first + count):
            kept = order[at]
            place = at
            while place >= first + gap and is_known_after(
                packed, order[place - gap], kept
            ):
                order[place] = order[place - gap]
                place -= gap
            order[place] = kept
        gap //= 3


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def gather(space: Workspace, events: Slice, participant: int) -> int:
    """Bring the events of a participant into the workspace, in order; count them."""
    first = events.starts[participant - events.first]
    count = events.starts[participant - events.first + 1] - first
    sort_by_knowledge(events.order, first, count, events.packed)
    kinds = 0
    for at in range(count):
        record = events.packed[events.order[first + at]]
        kind = record["kind"]
        kinds |= 1 << kind
        space.events[at, KIND] = kind
        space.events[at, HAPPENED] = record["happened"]
        space.events[at, KNOWN] = record["known"]
        space.events[at, SPELL] = record["spell_or_position"]
        space.events[at, CONTRACT] = record["contract_or_number"]
        space.events[at, GROUP] = record["group_or_milestone"]
        space.events[at, MILESTONE] = -1
        if kind in MILESTONE_KINDS:
            space.events[at, MILESTONE] = record["group_or_milestone"]
        space.event_ids[at] = record["event"]
    space.counts[KINDS] = kinds
    return int(count)
