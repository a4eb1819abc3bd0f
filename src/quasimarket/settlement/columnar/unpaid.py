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
from quasimarket.settlement.columnar import bench as column
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
from quasimarket.settlement.columnar.rows import UNPAID


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


@njit(cache=True, nogil=True, _nrt=False)
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


@njit(cache=True, nogil=True, _nrt=False)
def note_unpaid(
    space: Workspace,
    rules: Rules,
    calendar: Calendar,
    bench: Bench,
    participant: int,
    unpaid: NDArray[np.int32],
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
            row[column.UNPAID_PARTICIPANT] = participant
            row[column.UNPAID_KIND] = milestone
            row[column.UNPAID_NUMBER] = slot - first + 1
            row[column.UNPAID_EARNED] = space.reached[slot, EARNED]
            row[column.UNPAID_CONTRACT] = space.reached[slot, HELD_BY]
            row[column.UNPAID_REASON] = reason
            used[UNPAID] += 1


@njit(cache=True, nogil=True, _nrt=False)
def names_milestone(events: NDArray[np.int32], row: int) -> bool:
    """Say whether an event claims, validates or rejects a milestone."""
    kind = events[row, KIND]
    return events[row, MILESTONE] >= 0 and (
        kind in (CLAIMED_KIND, VALIDATED_KIND, REJECTED_KIND)
    )


@njit(cache=True, nogil=True, _nrt=False)
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


@njit(cache=True, nogil=True, _nrt=False)
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


@njit(cache=True, nogil=True, _nrt=False)
def reason_refused(space: Workspace) -> int:
    """Say why a claim is for nothing that was reached."""
    if space.who[IS_FOUND] == 0:
        return NO_PARTICIPATION
    if space.who[ATTACHED] == NO_DAY:
        return NEVER_ATTACHED
    return NOT_REACHED


@njit(cache=True, nogil=True, _nrt=False)
def note_refused(
    space: Workspace,
    rules: Rules,
    found: int,
    participant: int,
    unpaid: NDArray[np.int32],
    used: NDArray[np.int64],
) -> None:
    """List the claims for what was not reached, each in its place."""
    events = space.events
    begun = used[UNPAID]
    while begun > 0 and unpaid[begun - 1, column.UNPAID_PARTICIPANT] == participant:
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
        while place > begun and (
            unpaid[place - 1, column.UNPAID_KIND] > milestone
            or (
                unpaid[place - 1, column.UNPAID_KIND] == milestone
                and unpaid[place - 1, column.UNPAID_NUMBER] > events[row, NUMBER]
            )
        ):
            for field in range(column.UNPAID_FIELDS):
                unpaid[place, field] = unpaid[place - 1, field]
            place -= 1
        unpaid[place, column.UNPAID_PARTICIPANT] = participant
        unpaid[place, column.UNPAID_KIND] = milestone
        unpaid[place, column.UNPAID_NUMBER] = events[row, NUMBER]
        unpaid[place, column.UNPAID_EARNED] = NO_DAY
        unpaid[place, column.UNPAID_CONTRACT] = (
            space.who[REFERRED_TO] if space.who[IS_FOUND] == 1 else -1
        )
        unpaid[place, column.UNPAID_REASON] = reason_refused(space)
        used[UNPAID] += 1
