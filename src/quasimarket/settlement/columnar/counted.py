"""The facts that excess payments count: referrals and outcomes, and when they held."""

import numpy as np
from numba import literal_unroll, njit
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
from quasimarket.settlement.columnar.claims import CLAIMED, IS_REJECTED
from quasimarket.settlement.columnar.lateness import month_on
from quasimarket.settlement.columnar.prices import Calendar
from quasimarket.settlement.columnar.rows import (
    OUTCOME_FACT,
    OUTCOMES,
    REFERRAL_FACT,
    REFERRALS,
    Row,
    Rows,
)


MONTHS = ("from_month", "to_month")
REFERRAL_TOLD = tuple(name for name in REFERRAL_FACT.names or () if name not in MONTHS)
OUTCOME_TOLD = tuple(name for name in OUTCOME_FACT.names or () if name not in MONTHS)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def same_fact(rows: Rows, one: int, other: int, fields: tuple[str, ...]) -> bool:
    """Say whether two facts have such fields alike."""
    mine = rows[one]
    its = rows[other]
    for field in literal_unroll(fields):  # noqa: SIM110  # numba unrolls only a loop
        if mine[field] != its[field]:
            return False
    return True


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def write_referral(
    space: Workspace, row: Row, participant: int, since: int, until: int
) -> None:
    """Write whose participation it is, where, and when it was made."""
    row["from_month"] = since
    row["to_month"] = until
    row["contract"] = space.who[REFERRED_TO]
    row["group"] = space.who[IN_GROUP]
    row["referred"] = space.who[REFERRED]
    row["participant"] = participant


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def note_referral(
    space: Workspace,
    calendar: Calendar,
    participant: int,
    opens: int,
    until: int,
    referrals: Rows,
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
        and referrals[at - 1]["to_month"] == opens
        and same_fact(referrals, at, at - 1, REFERRAL_TOLD)
    ):
        referrals[at - 1]["to_month"] = until
    else:
        used[REFERRALS] += 1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
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
    outcomes: Rows,
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
    row["milestone"] = milestone
    row["earned"] = space.reached[slot, EARNED]
    row["held_by"] = space.reached[slot, HELD_BY]
    row["position"] = space.reached[slot, HELD_AT]
    is_without = rules.basis[milestone] == DAYS_WITHOUT
    row["first_event"] = space.who[REFERRAL_EVENT if is_without else ATTACHMENT_EVENT]
    row["spell_event"] = space.reached_spell[slot]
    before = at - 1
    while before >= 0 and outcomes[before]["participant"] == participant:
        if (
            outcomes[before]["to_month"] == opens
            and since == opens
            and same_fact(outcomes, at, before, OUTCOME_TOLD)
        ):
            outcomes[before]["to_month"] = until
            return
        before -= 1
    used[OUTCOMES] += 1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
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
    referrals: Rows,
    outcomes: Rows,
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
                used,
            )
