"""Days in work as intervals: spells joined, benefit taken out, short gaps bridged."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.workspace import (
    ATTACHED,
    EVENTS,
    FIRST_DAY,
    HAPPENED,
    IS_STRUCK,
    JOBS,
    KIND,
    KINDS,
    LAST,
    LAST_DAY,
    NO_DAY,
    REFERRED,
    RUNS,
    SPELL,
    SPELL_ID,
    START,
    WORK,
    Workspace,
)
from quasimarket.entitlement.columns import KIND_CODE
from quasimarket.events import EventKind


JOB_STARTED = KIND_CODE[EventKind.JOB_STARTED]
JOB_ENDED = KIND_CODE[EventKind.JOB_ENDED]
BENEFIT_STARTED = KIND_CODE[EventKind.BENEFIT_STARTED]
BENEFIT_ENDED = KIND_CODE[EventKind.BENEFIT_ENDED]
REJECTED = KIND_CODE[EventKind.REJECTED]
NO_EVENT_KIND = 255
Intervals = NDArray[np.int32]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def fold_spells(
    events: NDArray[np.int32],
    event_ids: NDArray[np.int64],
    known_events: int,
    start_kind: int,
    end_kind: int,
    strike_kind: int,
    spells: NDArray[np.int32],
    start_events: NDArray[np.int64],
) -> int:
    """Gather spells from their reports; of two reports the one known last stands."""
    found = 0
    for row in range(known_events):
        kind = events[row, KIND]
        if kind != start_kind and kind != end_kind and kind != strike_kind:
            continue
        spell = events[row, SPELL]
        if spell == -1:
            continue
        at = found - 1
        while at >= 0 and spells[at, SPELL_ID] != spell:
            at -= 1
        if at < 0:
            at = found
            found += 1
            spells[at, SPELL_ID] = spell
            spells[at, START] = NO_DAY
            spells[at, LAST] = NO_DAY
            spells[at, IS_STRUCK] = 0
            start_events[at] = -1
        if kind == start_kind:
            spells[at, START] = events[row, HAPPENED]
            start_events[at] = event_ids[row]
        elif kind == end_kind:
            spells[at, LAST] = events[row, HAPPENED]
        else:
            spells[at, IS_STRUCK] = 1
    return found


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def counts_for_days(spells: NDArray[np.int32], at: int) -> bool:
    """Say whether a spell has a start, no earlier end, and was not struck out."""
    return (
        spells[at, START] != NO_DAY
        and spells[at, IS_STRUCK] == 0
        and (spells[at, LAST] == NO_DAY or spells[at, LAST] >= spells[at, START])
    )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def join_spells(
    spells: NDArray[np.int32],
    found: int,
    first_day: int,
    last_day: int,
    joined: Intervals,
) -> int:
    """Cut spells at both days and join those that touch or overlap."""
    count = 0
    for at in range(found):
        if not counts_for_days(spells, at):
            continue
        first = max(spells[at, START], first_day)
        last = last_day
        if spells[at, LAST] != NO_DAY and spells[at, LAST] < last_day:
            last = spells[at, LAST]
        if first > last:
            continue
        place = count
        while place > 0 and joined[place - 1, FIRST_DAY] > first:
            joined[place, FIRST_DAY] = joined[place - 1, FIRST_DAY]
            joined[place, LAST_DAY] = joined[place - 1, LAST_DAY]
            place -= 1
        joined[place, FIRST_DAY] = first
        joined[place, LAST_DAY] = last
        count += 1
    kept = 0
    for at in range(count):
        if kept > 0 and joined[at, FIRST_DAY] <= joined[kept - 1, LAST_DAY] + 1:
            if joined[at, LAST_DAY] > joined[kept - 1, LAST_DAY]:
                joined[kept - 1, LAST_DAY] = joined[at, LAST_DAY]
        else:
            joined[kept, FIRST_DAY] = joined[at, FIRST_DAY]
            joined[kept, LAST_DAY] = joined[at, LAST_DAY]
            kept += 1
    return kept


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def take_out(
    cover: Intervals, covers: int, barred: Intervals, bars: int, left: Intervals
) -> int:
    """Give the days of one list of intervals that are not in the other."""
    count = 0
    bar = 0
    for at in range(covers):
        first = cover[at, FIRST_DAY]
        last = cover[at, LAST_DAY]
        while bar < bars and barred[bar, LAST_DAY] < first:
            bar += 1
        ahead = bar
        while ahead < bars and barred[ahead, FIRST_DAY] <= last:
            if barred[ahead, FIRST_DAY] > first:
                left[count, FIRST_DAY] = first
                left[count, LAST_DAY] = barred[ahead, FIRST_DAY] - 1
                count += 1
            first = barred[ahead, LAST_DAY] + 1
            ahead += 1
        if first <= last:
            left[count, FIRST_DAY] = first
            left[count, LAST_DAY] = last
            count += 1
    return count


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def bridge_gaps(
    work: Intervals,
    works: int,
    barred: Intervals,
    bars: int,
    bridge_days: int,
    runs: Intervals,
) -> int:
    """Join intervals whose gap is short and holds no barred day."""
    count = 0
    bar = 0
    for at in range(works):
        if count > 0:
            gap_first = runs[count - 1, LAST_DAY] + 1
            gap_last = work[at, FIRST_DAY] - 1
            while bar < bars and barred[bar, LAST_DAY] < gap_first:
                bar += 1
            is_free = bar >= bars or barred[bar, FIRST_DAY] > gap_last
            if is_free and gap_last - gap_first + 1 <= bridge_days:
                runs[count - 1, LAST_DAY] = work[at, LAST_DAY]
                continue
        runs[count, FIRST_DAY] = work[at, FIRST_DAY]
        runs[count, LAST_DAY] = work[at, LAST_DAY]
        count += 1
    return count


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def keep_allotted(runs: Intervals, count: int, last_allotted: int, run_on: bool) -> int:
    """Drop runs that start after the allotted time; cut one that runs past it."""
    kept = 0
    for at in range(count):
        if runs[at, FIRST_DAY] > last_allotted:
            break
        if not run_on and runs[at, LAST_DAY] > last_allotted:
            runs[at, LAST_DAY] = last_allotted
        kept += 1
    return kept


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def find_runs(
    space: Workspace,
    known_events: int,
    view_day: int,
    allotted_days: int,
    run_on: bool,
    bridge_days: int,
) -> None:
    """Work out the runs of days in work of the participant as seen on a day."""
    space.counts[EVENTS] = known_events
    space.counts[JOBS] = 0
    space.counts[WORK] = 0
    space.counts[RUNS] = 0
    attached = space.who[ATTACHED]
    if attached == NO_DAY:
        return
    jobs = fold_spells(
        space.events,
        space.event_ids,
        known_events,
        JOB_STARTED,
        JOB_ENDED,
        REJECTED,
        space.jobs,
        space.job_events,
    )
    space.counts[JOBS] = jobs
    if jobs == 0:
        return
    benefits = 0
    if space.counts[KINDS] & (1 << BENEFIT_STARTED):
        benefits = fold_spells(
            space.events,
            space.event_ids,
            known_events,
            BENEFIT_STARTED,
            BENEFIT_ENDED,
            NO_EVENT_KIND,
            space.benefits,
            space.benefit_events,
        )
    covers = join_spells(space.jobs, jobs, attached, view_day, space.cover)
    bars = join_spells(space.benefits, benefits, NO_DAY, view_day, space.on_benefit)
    works = take_out(space.cover, covers, space.on_benefit, bars, space.work)
    runs = bridge_gaps(
        space.work, works, space.on_benefit, bars, bridge_days, space.runs
    )
    last_allotted = space.who[REFERRED] + allotted_days - 1
    space.counts[WORK] = works
    space.counts[RUNS] = keep_allotted(space.runs, runs, last_allotted, run_on)
