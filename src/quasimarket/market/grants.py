"""Levers L09 and L26: pay for volumes that did not come, and for support in work."""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import Chain
from quasimarket.rulebook.market_design import MarketDesign


Floats = NDArray[np.float64]
Index = NDArray[np.int64]


def granted(
    behaviour: Behaviour,
    market: MarketDesign,
    chain: Chain,
    is_open: NDArray[np.bool_],
    served: Floats,
    in_work: Floats,
) -> Index:
    """Give the pence that each position gets next month besides payments by result.

    `served` are the people sent to specialists, `in_work` the contacts with people in
    work. What a prime owes its specialists is taken from its own unit.
    """
    grants = np.zeros(len(chain), np.int64)
    if market.tier_2_guarantee:
        idle = np.maximum(float(market.tier_2_guarantee) - served, 0.0)
        price = 100 * behaviour["specialist.price"]
        specialists = (chain.tier == 2) & is_open
        owed = np.where(specialists, np.rint(idle * price), 0).astype(np.int64)
        grants += owed
        # their primes promised, and pay
        own = np.flatnonzero(chain.tier == 0)
        np.subtract.at(grants, own[chain.contract], owed)
    if market.in_work_support_price:
        paid = in_work * int(market.in_work_support_price)
        grants += np.rint(paid).astype(np.int64)
    return grants
