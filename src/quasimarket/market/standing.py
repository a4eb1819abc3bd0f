"""Levers L16, L18 and L19: referrals that follow choice, results, stars or reviews.

Each multiplies a contract's share of its area's referrals, which then add up again.
Results are those known so far, and nobody follows them in the first year.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.rulebook.market_design import MarketDesign
from quasimarket.rulebook.regime import AllocationMethod


Floats = NDArray[np.float64]


def attraction(
    behaviour: Behaviour,
    method: AllocationMethod,
    market: MarketDesign,
    rate: Floats,
    service: Floats,
) -> Floats:
    """Give what each contract's share is multiplied by.

    `rate` and `service` are by contract, over the area's average: outcomes over
    referrals, and hours a participant.
    """
    keenness = behaviour["lever.keenness"]
    drawn: Floats = rate ** (keenness * float(market.star_ratings))
    if method is AllocationMethod.BY_PERFORMANCE:
        drawn = drawn * rate**keenness
    if method is AllocationMethod.PARTICIPANT_CHOICE:
        drawn = drawn * service**keenness
    return drawn


def reviewed(
    kept: Floats, rate: Floats, contracts_of: NDArray[np.int64], lost: float
) -> Floats:
    """Give what licences keep after a review: the worst of each area loses a part."""
    after = kept.copy()
    for places in contracts_of:
        held = np.unique(places)
        if len(held) > 1:
            after[held[np.argmin(rate[held])]] *= 1 - lost
    return after


def ended(
    years: NDArray[np.int64],
    kept: Floats,
    after: int,
    contracts_of: NDArray[np.int64],
) -> NDArray[np.int64]:
    """List the contracts that end: `after` years below their levels, one by one.

    `kept` is what each has left of its referrals, 0 once it has ended. An area keeps
    one contract, the one that has missed for the fewest years.
    """
    gone: list[int] = []
    for places in contracts_of:
        held = np.unique(places)
        running = held[kept[held] > 0]
        failing = running[years[running] >= after]
        if len(failing) == len(running):
            failing = np.delete(failing, np.argmin(years[failing]))
        gone += failing.tolist()
    return np.array(sorted(gone), np.int64)


def shared_again(
    shares: Floats, drawn: Floats, contracts_of: NDArray[np.int64]
) -> Floats:
    """Multiply shares by contract and group; each area's add up to what they did."""
    moved = shares * drawn[:, None]
    for places in contracts_of:
        held = np.unique(places)
        whole, now = shares[held].sum(axis=0), moved[held].sum(axis=0)
        moved[held] *= np.divide(whole, now, out=np.ones_like(now), where=now > 0)
    return moved


def over_average(
    above: NDArray[Any],  # whole or not
    below: NDArray[Any],
    contracts_of: NDArray[np.int64],
) -> Floats:
    """Give each contract's ratio over its area's own; 1 where nothing is known."""
    ratio = np.ones(len(above))
    for places in contracts_of:
        held = np.unique(places)
        whole = above[held].sum() / max(float(below[held].sum()), 1e-9)
        if whole > 0:
            own = above[held] / np.maximum(below[held], 1e-9)
            ratio[held] = np.where(below[held] > 0, own / whole, 1.0)
    return np.clip(ratio, 0.2, 5.0)
