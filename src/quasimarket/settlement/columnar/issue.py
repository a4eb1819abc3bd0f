"""Issue what follows and is not issued; reverse what no longer follows."""

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
    REFERRAL_EVENT,
    Workspace,
)
from quasimarket.settlement.columnar import bench as column
from quasimarket.settlement.columnar.acceptance import terms_in_force
from quasimarket.settlement.columnar.bench import Bench
from quasimarket.settlement.columnar.prices import Prices, Terms
from quasimarket.settlement.columnar.rows import Row


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def first_event(space: Workspace, rules: Rules, milestone: int) -> int:
    """Give the event that a milestone follows from first."""
    if rules.basis[milestone] == DAYS_WITHOUT:
        return int(space.who[REFERRAL_EVENT])
    return int(space.who[ATTACHMENT_EVENT])


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def write_up(
    standing: NDArray[np.int64],
    prices: Prices,
    is_reversal: bool,
    row: Row,
) -> None:
    """Write the upstream line that stands, or its reversal."""
    amount = prices.pence[standing[column.UP_PRICE]]
    row["contract"] = standing[column.UP_CONTRACT]
    row["position"] = standing[column.UP_POSITION]
    row["is_reversal"] = is_reversal
    row["earned"] = standing[column.UP_EARNED]
    row["payable"] = standing[column.UP_PAYABLE]
    row["group"] = standing[column.UP_GROUP]
    row["amount"] = -amount if is_reversal else amount
    row["first_event"] = standing[column.UP_FIRST_EVENT]
    row["spell_event"] = standing[column.UP_SPELL_EVENT]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def write_down(
    standing: NDArray[np.int64],
    is_reversal: bool,
    row: Row,
) -> None:
    """Write the downstream line that stands, or its reversal."""
    amount = standing[column.DOWN_AMOUNT]
    row["contract"] = standing[column.DOWN_CONTRACT]
    row["position"] = standing[column.DOWN_POSITION]
    row["is_reversal"] = is_reversal
    row["earned"] = standing[column.DOWN_EARNED]
    row["payable"] = 0
    row["group"] = -1
    row["amount"] = -amount if is_reversal else amount
    row["first_event"] = standing[column.DOWN_FIRST_EVENT]
    row["spell_event"] = standing[column.DOWN_SPELL_EVENT]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def still_follows(
    space: Workspace, bench: Bench, slot: int, is_there: bool, month: int
) -> bool:
    """Say whether the line that stands in a slot follows on the view of a month."""
    standing = bench.standing[slot]
    return bool(
        is_there
        and bench.follows_from[slot] <= month
        and space.reached[slot, EARNED] == standing[column.UP_EARNED]
        and bench.price[slot] == standing[column.UP_PRICE]
        and space.reached[slot, HELD_BY] == standing[column.UP_CONTRACT]
    )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def passed_amount(
    space: Workspace, bench: Bench, prices: Prices, terms: Terms, kind: int, slot: int
) -> tuple[int, int]:
    """Give what a subcontract gets of the line in a slot, and the terms it rests on."""
    position = space.reached[slot, HELD_AT]
    contract = space.reached[slot, HELD_BY]
    if position < 0 or contract < 0 or len(terms.lag) == 0:
        return 0, -1
    chosen = terms_in_force(terms, contract, position, space.reached[slot, EARNED])
    if chosen < 0 or terms.factor[chosen, kind] < 0:
        return 0, -1
    factor = terms.factor[chosen, kind]
    return int(terms.amount[factor, bench.price[slot]]), chosen


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def still_passed_on(
    space: Workspace,
    bench: Bench,
    prices: Prices,
    terms: Terms,
    kind: int,
    slot: int,
    month: int,
) -> bool:
    """Say whether the downstream line of a slot follows on the view of a month.

    It is asked after the upstream line of the slot was looked at.
    """
    standing = bench.standing[slot]
    if standing[column.IS_UP] == 0:
        return False
    amount, _ = passed_amount(space, bench, prices, terms, kind, slot)
    return bool(
        amount == standing[column.DOWN_AMOUNT]
        and space.reached[slot, HELD_AT] == standing[column.DOWN_POSITION]
        and space.reached[slot, EARNED] == standing[column.DOWN_EARNED]
        and bench.price[slot] == standing[column.DOWN_PRICE]
        and space.reached[slot, HELD_BY] == standing[column.DOWN_CONTRACT]
    )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def stand_up(
    space: Workspace, rules: Rules, bench: Bench, milestone: int, slot: int
) -> None:
    """Let the line that follows in a slot stand."""
    standing = bench.standing[slot]
    standing[column.IS_UP] = 1
    standing[column.UP_EARNED] = space.reached[slot, EARNED]
    standing[column.UP_PRICE] = bench.price[slot]
    standing[column.UP_CONTRACT] = space.reached[slot, HELD_BY]
    standing[column.UP_POSITION] = space.reached[slot, HELD_AT]
    standing[column.UP_PAYABLE] = bench.payable[slot]
    standing[column.UP_GROUP] = space.who[IN_GROUP]
    standing[column.UP_FIRST_EVENT] = first_event(space, rules, milestone)
    standing[column.UP_SPELL_EVENT] = space.reached_spell[slot]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def stand_down(
    space: Workspace,
    bench: Bench,
    slot: int,
    amount: int,
    lag: int,
) -> None:
    """Let the downstream line of the line that stands in a slot stand."""
    standing = bench.standing[slot]
    standing[column.IS_DOWN] = 1
    standing[column.DOWN_EARNED] = standing[column.UP_EARNED]
    standing[column.DOWN_PRICE] = standing[column.UP_PRICE]
    standing[column.DOWN_CONTRACT] = standing[column.UP_CONTRACT]
    standing[column.DOWN_POSITION] = space.reached[slot, HELD_AT]
    standing[column.DOWN_AMOUNT] = amount
    standing[column.DOWN_LAG] = lag
    standing[column.DOWN_FIRST_EVENT] = standing[column.UP_FIRST_EVENT]
    standing[column.DOWN_SPELL_EVENT] = standing[column.UP_SPELL_EVENT]
