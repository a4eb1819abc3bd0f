"""From milestones and claims to what follows, at which price, from which month."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.milestones import FOLLOWING_DAYS
from quasimarket.entitlement.columnar.rules import Rules
from quasimarket.entitlement.columnar.workspace import (
    ATTACHED,
    EARNED,
    HELD_BY,
    IN_GROUP,
    IS_FOUND,
    NO_DAY,
    REFERRED,
    SEEN,
    Workspace,
)
from quasimarket.settlement.columnar.bench import Bench
from quasimarket.settlement.columnar.claims import CLAIMED, VALIDATED, is_own_accepted
from quasimarket.settlement.columnar.lateness import month_on
from quasimarket.settlement.columnar.prices import BEYOND, Calendar, Prices, Terms


class Reading(NamedTuple):
    """How a whole log is read."""

    claims_implied: bool
    validation_implied: bool


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def pricing_period(space: Workspace, prices: Prices) -> int:
    """Give the period whose prices apply: that of the attachment, or the referral."""
    priced_on = space.who[ATTACHED]
    if priced_on == NO_DAY:
        priced_on = space.who[REFERRED]
    return int(prices.period[priced_on - prices.first_day])


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def accept(
    space: Workspace, rules: Rules, calendar: Calendar, prices: Prices, bench: Bench
) -> None:
    """Say of each milestone and number if it is accepted, and from when it pays."""
    if space.who[IS_FOUND] == 0:
        return
    group = space.who[IN_GROUP]
    period = pricing_period(space, prices)
    for milestone in rules.turn:
        is_accepted = True
        accepted_on = NO_DAY
        if rules.basis[milestone] == FOLLOWING_DAYS:
            followed = rules.slot[rules.after[milestone]]
            is_accepted = bench.is_accepted[followed]
            accepted_on = bench.accepted_on[followed]
        first = rules.slot[milestone]
        for slot in range(first, first + space.reached_count[milestone]):
            state = bench.states[slot]
            is_accepted = is_accepted and is_own_accepted(state)
            accepted_on = max(accepted_on, state[CLAIMED], state[VALIDATED])
            earned = space.reached[slot, EARNED]
            claimable = rules.claimable[milestone, earned - rules.first_day]
            payable = max(earned, claimable, accepted_on)
            contract = space.reached[slot, HELD_BY]
            price = 0
            if contract >= 0 and group >= 0:
                price = prices.price[milestone, contract, group, period]
            bench.is_accepted[slot] = is_accepted
            bench.accepted_on[slot] = accepted_on
            bench.payable[slot] = payable
            bench.price[slot] = price
            bench.follows_from[slot] = BEYOND
            if is_accepted and price > 0 and payable <= calendar.settled_day:
                seen = space.reached[slot, SEEN]
                bench.follows_from[slot] = month_on(
                    calendar.month, calendar.first_day, max(payable, seen)
                )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def latest_terms(
    terms: Terms, listed: NDArray[np.int32], first: int, end: int, day: int
) -> int:
    """Give the last of some listed terms that is in force on a day, -1 for none."""
    for at in range(end - 1, first - 1, -1):
        if terms.first_day[listed[at]] <= day:
            return int(listed[at])
    return -1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def latest_single(terms: Terms, key: int, day: int) -> int:
    """Do so for terms that name only a contract, or only a position."""
    starts = terms.single_starts
    return latest_terms(terms, terms.single, starts[key], starts[key + 1], day)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def terms_in_force(terms: Terms, contract: int, position: int, day: int) -> int:
    """Give the terms between a contract and a position on a day, -1 for none."""
    key = contract * terms.positions + position
    starts = terms.exact_starts
    exact = latest_terms(terms, terms.exact, starts[key], starts[key + 1], day)
    if exact >= 0:
        return exact
    contracts = len(terms.single_starts) - 1 - terms.positions
    one = latest_single(terms, contract, day)
    other = latest_single(terms, contracts + position, day)
    if one < 0 and other < 0:
        return latest_terms(terms, terms.general, 0, len(terms.general), day)
    if one < 0 or other < 0:
        return max(one, other)
    if terms.first_day[one] != terms.first_day[other]:
        return one if terms.first_day[one] > terms.first_day[other] else other
    return min(one, other)
