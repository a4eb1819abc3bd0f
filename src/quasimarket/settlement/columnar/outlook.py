"""What one day knows of every participant: who holds them, and one outcome's claim.

Performance is measured on it. Nothing is priced, so it costs a fraction of settling.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from os import cpu_count
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.core.identifiers import MilestoneId
from quasimarket.entitlement.columnar.batches import PackedSlice, pack_in_batches
from quasimarket.entitlement.columnar.grouping import (
    Slice,
    Wanted,
    gather,
    make_slice,
)
from quasimarket.entitlement.columnar.log_arrays import (
    kinds_seen,
    log_arrays,
    long_ids,
)
from quasimarket.entitlement.columnar.milestones import reach
from quasimarket.entitlement.columnar.rules import Rules, day_number, make_rules
from quasimarket.entitlement.columnar.workspace import (
    EARNED,
    HELD_BY,
    IN_GROUP,
    IS_FOUND,
    NO_DAY,
    REFERRAL_EVENT,
    REFERRED,
    REFERRED_TO,
    Workspace,
    make_workspace,
)
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.claims import (
    CLAIM_FIELDS,
    CLAIMED,
    IS_REJECTED,
    fold_claims,
)


class Outlook(NamedTuple):
    """One entry a participant, in the order of their names."""

    is_found: NDArray[np.bool_]
    """Whether a referral stands; without one nothing below is meant."""
    referral: NDArray[np.int64]
    """The event of the referral that stands."""
    referred: NDArray[np.int32]
    contract: NDArray[np.int16]
    group: NDArray[np.int16]
    is_earned: NDArray[np.bool_]
    """Whether the milestone is reached; without it nothing below is meant."""
    earned: NDArray[np.int32]
    held_by: NDArray[np.int16]
    """The contract on the day earned."""
    is_claimed: NDArray[np.bool_]
    is_rejected: NDArray[np.bool_]


def look_out(
    rulebook: Rulebook, columns: EventColumns, day: date, milestone: MilestoneId
) -> Outlook:
    """Say what a day knows of everyone, and of a milestone's number 1.

    Whether claims are implied is read off the whole log.

    Raises:
        InputFault: an event id stands for two events.
    """
    events = log_arrays(columns, long_ids(columns))
    last_day = day_number(day)
    first_day = min(
        int(columns.happened.min(initial=last_day)),
        int(columns.known.min(initial=last_day)),
    )
    rules = make_rules(rulebook, first_day, last_day)
    at = [one.id for one in rulebook.milestones].index(milestone)
    implied = not kinds_seen(columns)[KIND_CODE[EventKind.CLAIMED]]
    people = len(columns.participants)
    outlook = _nothing_seen(people)
    workers = cpu_count() or 1

    def see(one: PackedSlice) -> None:
        there = make_slice(one.packed, one.first, one.end - one.first)
        most_events = int(np.diff(there.starts).max(initial=0))
        slots = int(rules.slot[-1])
        space = make_workspace(most_events, len(rules.basis), slots)
        states = np.empty((max(slots, 1), CLAIM_FIELDS), np.int32)
        see_some(
            there, rules, space, states, one.first, one.end, last_day, at, implied,
            outlook,
        )  # fmt: skip

    with ThreadPoolExecutor(max_workers=workers) as threads:
        wanted = Wanted(rules.is_read, last_day)
        for batch in pack_in_batches(events, people, wanted, threads, workers):
            list(threads.map(see, batch))
    return outlook


def _nothing_seen(people: int) -> Outlook:
    return Outlook(
        is_found=np.zeros(people, np.bool_),
        referral=np.full(people, -1, np.int64),
        referred=np.zeros(people, np.int32),
        contract=np.zeros(people, np.int16),
        group=np.zeros(people, np.int16),
        is_earned=np.zeros(people, np.bool_),
        earned=np.zeros(people, np.int32),
        held_by=np.zeros(people, np.int16),
        is_claimed=np.zeros(people, np.bool_),
        is_rejected=np.zeros(people, np.bool_),
    )


@njit(cache=True, nogil=True, _nrt=False)
def see_some(
    events: Slice,
    rules: Rules,
    space: Workspace,
    states: NDArray[np.int32],
    first: int,
    end: int,
    day: int,
    milestone: int,
    claims_implied: bool,
    outlook: Outlook,
) -> None:
    """Write what a day knows of participants from the first up to the end."""
    who = space.who
    slot = rules.slot[milestone]
    for participant in range(first, end):
        found = gather(space, events, participant)
        if found == 0:
            continue
        reach(space, rules, found, day)
        if who[IS_FOUND] == 0:
            continue
        outlook.is_found[participant] = True
        outlook.referral[participant] = who[REFERRAL_EVENT]
        outlook.referred[participant] = who[REFERRED]
        outlook.contract[participant] = who[REFERRED_TO]
        outlook.group[participant] = who[IN_GROUP]
        if space.reached_count[milestone] == 0:
            continue
        fold_claims(space, rules, found, claims_implied, False, states)
        outlook.is_earned[participant] = True
        outlook.earned[participant] = space.reached[slot, EARNED]
        outlook.held_by[participant] = space.reached[slot, HELD_BY]
        outlook.is_claimed[participant] = states[slot, CLAIMED] != NO_DAY
        outlook.is_rejected[participant] = states[slot, IS_REJECTED] == 1
