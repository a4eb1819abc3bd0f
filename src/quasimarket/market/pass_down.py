"""Outcome risk passed down: by most primes whole, and no further than is allowed (L13).

Some primes take part of the risk themselves, some give way on it to one subcontract,
and a programme may cap it. What a subcontract has less of a price for results is paid
by the prime, as expected, when a person is sent to it.

Claims: C024, C028.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.market.chain import Chain
from quasimarket.rulebook.market_design import MarketDesign


Floats = NDArray[np.float64]


def with_regulated_terms(chain: Chain, market: MarketDesign) -> Chain:
    """Give the chain with no more outcome risk passed down than is allowed."""
    if market.highest_pass_down is None:
        return chain
    cap = float(market.highest_pass_down)
    return replace(chain, outcome_pass_down=np.minimum(chain.outcome_pass_down, cap))


def paid_up_front(
    chain: Chain, agreed: Floats, expected: Floats, sent: Floats
) -> Floats:
    """Give the pence that primes pay down instead: by position, they add up to nought.

    `agreed` is the share that is passed down or paid for, by position; `expected` the
    pence that a person sent to a contract's own unit is expected to bring for results;
    `sent` the people sent to each position.
    """
    kept = np.maximum(agreed - chain.outcome_pass_down, 0.0)
    below = np.where(chain.tier == 1, kept * (1 - chain.management_fee), 0.0)
    paid = np.rint(below * expected[chain.contract] * sent)
    moved: Floats = paid.copy()
    own = chain.slot_position[:, 0]
    moved[own] -= np.bincount(chain.contract, paid, len(own))
    return moved
