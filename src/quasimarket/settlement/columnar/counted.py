"""The facts that excess payments count: referrals and outcomes, and when they held."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.milestones import DAYS_WITHOUT
from quasimarket.entitlement.columnar.rules import Rules
from quasimarket.entitlement.columnar.workspace import (
    ATTACHMENT_EVENT,
    EARNED,
    HELD_AT,
    HELD_BY,
    IN_GROUP,
    IS_FOUND,
    NO_DAY,
    REFERRAL_EVENT,
    REFERRED,
    REFERRED_TO,
    SEEN,
    Workspace,
)
from quasimarket.settlement.columnar import bench as column
from quasimarket.settlement.columnar.claims import CLAIMED, IS_REJECTED
from quasimarket.settlement.columnar.lateness import month_on
from quasimarket.settlement.columnar.prices import Calendar
from quasimarket.settlement.columnar.rows import OUTCOMES, REFERRALS


@njit(cache=True, nogil=True, _nrt=False)
def same_fact(rows: NDArray[np.int32], one: int, other: int, fields: int) -> bool:
    """Say whether two facts differ in their months only."""
    for field in range(column.FACT_CONTRACT, fields):
        if rows[one, field] != rows[other, field]:
            return False
    return True


@njit(cache=True, nogil=True, _nrt=False)
def write_referral(
    space: Workspace, row: NDArray[np.int32], participant: int, since: int, until: int
) -> None:
    """Write whose participation it is, where, and when it was made."""
    row[column.FROM_MONTH] = since
    row[column.TO_MONTH] = until
    row[column.FACT_CONTRACT] = space.who[REFERRED_TO]
    row[column.FACT_GROUP] = space.who[IN_GROUP]
    row[column.FACT_REFERRED] = space.who[REFERRED]
    row[column.FACT_PARTICIPANT] = participant


@njit(cache=True, nogil=True, _nrt=False)
def note_referral(
    space: Workspace,
    calendar: Calendar,
    participant: int,
    opens: int,
    until: int,
    referrals: NDArray[np.int32],
    used: NDArray[np.int64],
) -> None:
    """Note the participation, or let the one noted before last longer."""
    at = used[REFERRALS]
    since = max(
        opens, month_on(calendar.month, calendar.first_day, space.who[REFERRED])
    )
    write_referral(space, referrals[at], participant, since, until)
    if (
        at > 0
        and referrals[at - 1, column.TO_MONTH] == opens
        and same_fact(referrals, at, at - 1, column.REFERRAL_FIELDS)
    ):
        referrals[at - 1, column.TO_MONTH] = until
    else:
        used[REFERRALS] += 1


@njit(cache=True, nogil=True, _nrt=False)
def note_outcome(
    space: Workspace,
    rules: Rules,
    calendar: Calendar,
    claims_implied: bool,
    states: NDArray[np.int32],
    participant: int,
    milestone: int,
    opens: int,
    until: int,
    outcomes: NDArray[np.int32],
    outcome_events: NDArray[np.int64],
    used: NDArray[np.int64],
) -> None:
    """Note that a milestone was reached, claimed and not rejected."""
    slot = rules.slot[milestone]
    state = states[slot]
    if state[IS_REJECTED] == 1 or state[CLAIMED] == NO_DAY:
        return
    since = max(
        opens, month_on(calendar.month, calendar.first_day, space.reached[slot, SEEN])
    )
    if not claims_implied:
        since = max(since, month_on(calendar.month, calendar.first_day, state[CLAIMED]))
    at = used[OUTCOMES]
    row = outcomes[at]
    write_referral(space, row, participant, since, until)
    row[column.FACT_MILESTONE] = milestone
    row[column.FACT_EARNED] = space.reached[slot, EARNED]
    row[column.FACT_HELD_BY] = space.reached[slot, HELD_BY]
    row[column.FACT_POSITION] = space.reached[slot, HELD_AT]
    is_without = rules.basis[milestone] == DAYS_WITHOUT
    outcome_events[at, column.AMOUNT] = 0
    outcome_events[at, column.FIRST_EVENT] = space.who[
        REFERRAL_EVENT if is_without else ATTACHMENT_EVENT
    ]
    outcome_events[at, column.SPELL_EVENT] = space.reached_spell[slot]
    before = at - 1
    while before >= 0 and outcomes[before, column.FACT_PARTICIPANT] == participant:
        if (
            outcomes[before, column.TO_MONTH] == opens
            and same_fact(outcomes, at, before, column.OUTCOME_FIELDS)
            and outcome_events[before, column.FIRST_EVENT]
            == outcome_events[at, column.FIRST_EVENT]
            and outcome_events[before, column.SPELL_EVENT]
            == outcome_events[at, column.SPELL_EVENT]
            and since == opens
        ):
            outcomes[before, column.TO_MONTH] = until
            return
        before -= 1
    used[OUTCOMES] += 1


@njit(cache=True, nogil=True, _nrt=False)
def note_facts(
    space: Workspace,
    rules: Rules,
    calendar: Calendar,
    is_counted: NDArray[np.bool_],
    claims_implied: bool,
    states: NDArray[np.int32],
    participant: int,
    opens: int,
    until: int,
    referrals: NDArray[np.int32],
    outcomes: NDArray[np.int32],
    outcome_events: NDArray[np.int64],
    used: NDArray[np.int64],
) -> None:
    """Note what a stretch of months, up to one not included, gives to count.

    `is_counted` has a row for milestones and a row for groups.
    """
    group = space.who[IN_GROUP]
    if space.who[IS_FOUND] == 0 or group < 0 or not is_counted[1, group]:
        return
    note_referral(space, calendar, participant, opens, until, referrals, used)
    for milestone in range(len(rules.basis)):
        if is_counted[0, milestone] and space.reached_count[milestone] > 0:
            note_outcome(
                space,
                rules,
                calendar,
                claims_implied,
                states,
                participant,
                milestone,
                opens,
                until,
                outcomes,
                outcome_events,
                used,
            )
