"""Rule R3, where it begins: money and misses make a prime press its chain.

There is no coefficient from discount to pressure. A discount cuts what each start
brings; that cuts the advisers that can be paid, raises caseloads, lowers outcomes, and
with them the prime's margin and its standing against the minimum level; and a prime
whose margin or level falls short manages its chain harder.

Claims: C012, C026, C062-C065, C069, C072.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.stance import Stances
from quasimarket.rulebook.market_design import MarketDesign


Floats = NDArray[np.float64]


def margin(receipts: Floats, spent: Floats) -> Floats:
    """Give a contract's margin on its receipts, -1 at worst; 0 before any money."""
    share = (receipts - spent) / np.maximum(receipts, 1.0)
    found: Floats = np.where(receipts > 0, np.clip(share, -1.0, 1.0), 0.0)
    return found


def intensity(
    behaviour: Behaviour,
    market: MarketDesign,
    stances: Stances,
    margins: Floats,
    shortfall: Floats,
    settled: float,
) -> Floats:
    """Give each prime's performance management this month, 0 to 1.

    `margins` are of the whole chain, smoothed; `shortfall` is how far the contract is
    below its level, 0 to 1; `settled` how far into its first months delivery is.
    """
    rated = behaviour["lever.star_pressure"] * float(market.star_ratings)
    squeezed = np.clip(behaviour["pressure.target_margin"] - margins, 0.0, 1.0)
    pressed = (
        stances.management
        + behaviour["institution.pressure_gain"] * squeezed
        + behaviour["pressure.shortfall_gain"] * shortfall
        + rated * (0.3 + shortfall)
    )
    pressed *= (0.4 + 0.6 * settled) * (1 - float(market.stewardship))
    # never so hard that a little more money or less makes no difference
    found: Floats = 1 - np.exp(-pressed * behaviour["institution.coercion"])
    return found
