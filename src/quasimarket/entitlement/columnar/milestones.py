"""Which milestones a participant has reached, as seen on a day."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.days import counts_for_days, find_runs
from quasimarket.entitlement.columnar.participation import (
    contract_on,
    find_moves,
    find_participation,
    position_on,
)
from quasimarket.entitlement.columnar.rules import BASIS_CODE, BREAK_CODE, Rules
from quasimarket.entitlement.columnar.workspace import (
    ATTACHED,
    EARNED,
    EVENTS,
    FIRST_DAY,
    HAPPENED,
    HELD_AT,
    HELD_BY,
    IN_GROUP,
    IS_FOUND,
    JOBS,
    KIND,
    LAST,
    LAST_DAY,
    NO_DAY,
    REFERRED,
    RUNS,
    SEEN,
    START,
    Workspace,
)
from quasimarket.rulebook.rulebook import Basis, BreakRule


ATTACHMENT = BASIS_CODE[Basis.ATTACHMENT]
DAYS_IN_WORK = BASIS_CODE[Basis.DAYS_IN_WORK]
FOLLOWING_DAYS = BASIS_CODE[Basis.FOLLOWING_DAYS]
DAYS_WITHOUT = BASIS_CODE[Basis.DAYS_WITHOUT]
RESTART = BREAK_CODE[BreakRule.RESTART]
END = BREAK_CODE[BreakRule.END]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def latest_spell(
    jobs: NDArray[np.int32], job_events: NDArray[np.int64], found: int, day: int
) -> int:
    """Give the start event of the spell that holds a day, of several the latest."""
    start = NO_DAY
    event = -1
    for at in range(found):
        if not counts_for_days(jobs, at) or jobs[at, START] > day:
            continue
        if jobs[at, LAST] != NO_DAY and jobs[at, LAST] < day:
            continue
        if jobs[at, START] > start or (
            jobs[at, START] == start and job_events[at] > event
        ):
            start = jobs[at, START]
            event = job_events[at]
    return event


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def spell_before(
    jobs: NDArray[np.int32], job_events: NDArray[np.int64], found: int, day: int
) -> int:
    """Give the start event of the spell that ends last before a day."""
    last = NO_DAY
    start = NO_DAY
    event = -1
    for at in range(found):
        if not counts_for_days(jobs, at) or jobs[at, LAST] == NO_DAY:
            continue
        if jobs[at, LAST] >= day or jobs[at, LAST] < last:
            continue
        if (
            jobs[at, LAST] > last
            or jobs[at, START] > start
            or (jobs[at, START] == start and job_events[at] > event)
        ):
            last = jobs[at, LAST]
            start = jobs[at, START]
            event = job_events[at]
    return event


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def note_spells(space: Workspace, first: int, end: int) -> None:
    """Write beside each day earned in work its spell and the day it could be seen.

    A bridged day is known to count only when work begins again.
    """
    work = space.work
    jobs = space.counts[JOBS]
    at = 0
    for slot in range(first, end):
        day = space.reached[slot, EARNED]
        while work[at, LAST_DAY] < day:
            at += 1
        if work[at, FIRST_DAY] <= day:
            space.reached[slot, SEEN] = day
            space.reached_spell[slot] = latest_spell(
                space.jobs, space.job_events, jobs, day
            )
        else:
            space.reached[slot, SEEN] = work[at, FIRST_DAY]
            space.reached_spell[slot] = spell_before(
                space.jobs, space.job_events, jobs, day
            )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def reach_days_in_work(space: Workspace, slot: int, needed: int, unbroken: bool) -> int:
    """Find the day that makes the days needed, over all runs or in one."""
    runs = space.runs
    counted = 0
    for at in range(space.counts[RUNS]):
        length = runs[at, LAST_DAY] - runs[at, FIRST_DAY] + 1
        if counted + length >= needed:
            space.reached[slot, EARNED] = runs[at, FIRST_DAY] + needed - counted - 1
            note_spells(space, slot, slot + 1)
            return 1
        if not unbroken:
            counted += length
    return 0


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def reach_following_days(
    space: Workspace, slot: int, since: int, needed: int, most: int, break_rule: int
) -> int:
    """Find each further so many days after a day, until the most there can be."""
    runs = space.runs
    reached = 0
    carried = 0
    for at in range(space.counts[RUNS]):
        last = runs[at, LAST_DAY]
        if last < since:
            continue
        before = max(runs[at, FIRST_DAY] - 1, since)
        while reached < most and before + needed - carried <= last:
            before += needed - carried
            carried = 0
            space.reached[slot + reached, EARNED] = before
            reached += 1
        if reached >= most or break_rule == END:
            break
        carried = 0 if break_rule == RESTART else carried + last - before
    note_spells(space, slot, slot + reached)
    return reached


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def reach_days_without(
    space: Workspace, slot: int, needed: int, kind: int, view_day: int
) -> int:
    """Say whether the days since referral passed without an event of a kind."""
    referred = space.who[REFERRED]
    earned = referred + needed - 1
    if earned > view_day:
        return 0
    for row in range(space.counts[EVENTS]):
        if (
            space.events[row, KIND] == kind
            and referred <= space.events[row, HAPPENED] <= earned
        ):
            return 0
    space.reached[slot, EARNED] = earned
    space.reached[slot, SEEN] = earned
    space.reached_spell[slot] = -1
    return 1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def reach_milestone(
    space: Workspace, rules: Rules, milestone: int, view_day: int
) -> int:
    """Find how many of one milestone are reached, each into its slot."""
    slot = rules.slot[milestone]
    basis = rules.basis[milestone]
    attached = space.who[ATTACHED]
    if basis == ATTACHMENT:
        if attached == NO_DAY:
            return 0
        space.reached[slot, EARNED] = attached
        space.reached[slot, SEEN] = attached
        space.reached_spell[slot] = -1
        return 1
    group = space.who[IN_GROUP]
    if group < 0:
        return 0
    needed = rules.days[milestone, group]
    if needed <= 0:
        return 0
    if basis == DAYS_IN_WORK:
        return reach_days_in_work(space, slot, needed, rules.unbroken[milestone])
    if basis == FOLLOWING_DAYS:
        after = rules.after[milestone]
        if space.reached_count[after] == 0:
            return 0
        return reach_following_days(
            space,
            slot,
            space.reached[rules.slot[after], EARNED],
            needed,
            rules.maximum[milestone, group],
            rules.break_rule[milestone],
        )
    return reach_days_without(space, slot, needed, rules.without[milestone], view_day)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def reach(space: Workspace, rules: Rules, known_events: int, view_day: int) -> None:
    """Work out everything a participant has reached, as so many events tell it."""
    find_participation(space, known_events, rules.allotted_days)
    space.reached_count[:] = 0
    if space.who[IS_FOUND] == 0:
        return
    find_runs(
        space,
        known_events,
        view_day,
        rules.allotted_days,
        rules.run_on,
        rules.bridge_days,
    )
    find_moves(space, known_events)
    for milestone in rules.turn:
        count = reach_milestone(space, rules, milestone, view_day)
        space.reached_count[milestone] = count
        first = rules.slot[milestone]
        for slot in range(first, first + count):
            day = space.reached[slot, EARNED]
            space.reached[slot, HELD_BY] = contract_on(space, day)
            space.reached[slot, HELD_AT] = position_on(space, day)
