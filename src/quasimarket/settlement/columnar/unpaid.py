"""What was reached and not paid, and what was claimed and not reached."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.rules import Rules
from quasimarket.entitlement.columnar.workspace import (
    ATTACHED,
    EARNED,
    HELD_BY,
    IS_FOUND,
    KIND,
    MILESTONE,
    NO_DAY,
    NUMBER,
    REFERRED_TO,
    Workspace,
)
from quasimarket.settlement.columnar.bench import Bench
from quasimarket.settlement.columnar.claims import (
    CLAIMED,
    CLAIMED_KIND,
    IS_REJECTED,
    REJECTED_KIND,
    VALIDATED,
    VALIDATED_KIND,
    is_own_accepted,
)
from quasimarket.settlement.columnar.prices import Calendar
from quasimarket.settlement.columnar.rows import UNPAID, Row, Rows


UNPAID_REASONS = (
    "rejected",
    "unclaimed",
    "awaiting-validation",
    "earlier-number-unclaimed",
    "awaiting-outcome",
    "held-until-claimable",
    "no-participation",
    "never-attached",
    "not-reached",
)
REJECTED = 0
UNCLAIMED = 1
AWAITING_VALIDATION = 2
EARLIER_NUMBER_UNCLAIMED = 3
AWAITING_OUTCOME = 4
HELD_UNTIL_CLAIMABLE = 5
NO_PARTICIPATION = 6
NEVER_ATTACHED = 7
NOT_REACHED = 8


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def reason_unpaid(rules: Rules, bench: Bench, milestone: int, slot: int) -> int:
    """Give the first reason that fits a milestone that is not paid."""
    if bench.is_accepted[slot]:
        return HELD_UNTIL_CLAIMABLE
    state = bench.states[slot]
    if state[IS_REJECTED] == 1:
        return REJECTED
    if state[CLAIMED] == NO_DAY:
        return UNCLAIMED
    if state[VALIDATED] == NO_DAY:
        return AWAITING_VALIDATION
    for earlier in range(rules.slot[milestone], slot):
        if not is_own_accepted(bench.states[earlier]):
            return EARLIER_NUMBER_UNCLAIMED
    return AWAITING_OUTCOME


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def note_unpaid(
    space: Workspace,
    rules: Rules,
    calendar: Calendar,
    bench: Bench,
    participant: int,
    unpaid: Rows,
    used: NDArray[np.int64],
) -> None:
    """List the milestones with a price that were reached and are not paid."""
    for milestone in range(len(rules.basis)):
        first = rules.slot[milestone]
        for slot in range(first, first + space.reached_count[milestone]):
            is_paid = (
                bench.is_accepted[slot] and bench.payable[slot] <= calendar.settled_day
            )
            if is_paid or bench.price[slot] == 0:
                continue
            reason = reason_unpaid(rules, bench, milestone, slot)
            row = unpaid[used[UNPAID]]
            row["participant"] = participant
            row["kind"] = milestone
            row["number"] = slot - first + 1
            row["earned"] = space.reached[slot, EARNED]
            row["contract"] = space.reached[slot, HELD_BY]
            row["reason"] = reason
            used[UNPAID] += 1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def names_milestone(events: NDArray[np.int32], row: int) -> bool:
    """Say whether an event claims, validates or rejects a milestone."""
    kind = events[row, KIND]
    return events[row, MILESTONE] >= 0 and (
        kind in (CLAIMED_KIND, VALIDATED_KIND, REJECTED_KIND)
    )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def is_claimed(events: NDArray[np.int32], found: int, first: int) -> bool:
    """Say whether the claim that an event is the first about stands at the end."""
    was_claimed = False
    was_rejected = False
    for row in range(first, found):
        if (
            not names_milestone(events, row)
            or events[row, MILESTONE] != events[first, MILESTONE]
            or events[row, NUMBER] != events[first, NUMBER]
        ):
            continue
        kind = events[row, KIND]
        was_claimed = was_claimed or kind == CLAIMED_KIND
        was_rejected = kind == REJECTED_KIND
    return was_claimed and not was_rejected


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def is_first_about(events: NDArray[np.int32], row: int) -> bool:
    """Say whether no earlier event names the same milestone and number."""
    for earlier in range(row):
        if (
            names_milestone(events, earlier)
            and events[earlier, MILESTONE] == events[row, MILESTONE]
            and events[earlier, NUMBER] == events[row, NUMBER]
        ):
            return False
    return True


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def reason_refused(space: Workspace) -> int:
    """Say why a claim is for nothing that was reached."""
    if space.who[IS_FOUND] == 0:
        return NO_PARTICIPATION
    if space.who[ATTACHED] == NO_DAY:
        return NEVER_ATTACHED
    return NOT_REACHED


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def goes_after(entry: Row, milestone: int, number: int) -> bool:
    """Say whether an entry comes after that for a milestone and number."""
    if entry["kind"] != milestone:
        return bool(entry["kind"] > milestone)
    return bool(entry["number"] > number)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def note_refused(
    space: Workspace,
    rules: Rules,
    found: int,
    participant: int,
    unpaid: Rows,
    used: NDArray[np.int64],
) -> None:
    """List the claims for what was not reached, each in its place."""
    events = space.events
    begun = used[UNPAID]
    while begun > 0 and unpaid[begun - 1]["participant"] == participant:
        begun -= 1
    for row in range(found):
        if not names_milestone(events, row):
            continue
        milestone = events[row, MILESTONE]
        if 1 <= events[row, NUMBER] <= space.reached_count[milestone]:
            continue
        if not is_first_about(events, row) or not is_claimed(events, found, row):
            continue
        place = used[UNPAID]
        number = events[row, NUMBER]
        while place > begun and goes_after(unpaid[place - 1], milestone, number):
            unpaid[place] = unpaid[place - 1]
            place -= 1
        entry = unpaid[place]
        entry["participant"] = participant
        entry["kind"] = milestone
        entry["number"] = number
        entry["earned"] = NO_DAY
        entry["contract"] = space.who[REFERRED_TO] if space.who[IS_FOUND] == 1 else -1
        entry["reason"] = reason_refused(space)
        used[UNPAID] += 1
