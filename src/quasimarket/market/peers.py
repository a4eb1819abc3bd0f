"""Rule R3, what can be copied: whose results a provider sees, and who is best.

A prime that shows a league table lets its chain see one another, unless it forbids
them to tell; a commissioner that publishes chains or stars lets everybody see.

Claims: C068, C086-C094.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.stance import Stances
from quasimarket.rulebook.market_design import MarketDesign


Floats = NDArray[np.float64]
Index = NDArray[np.int64]


def peers_seen(
    behaviour: Behaviour,
    market: MarketDesign,
    stances: Stances,
    contract: Index,
    judged: NDArray[np.bool_],
) -> Floats:
    """Count, by position, the peers whose results can be seen.

    `contract` is each position's, `judged` says whose results there are.
    """
    contracts = len(stances.is_public)
    in_chain = np.bincount(contract, judged, contracts)
    shows = stances.is_public & ~stances.gags
    published = market.publishes_chains or market.star_ratings > 0
    if published:
        shows = np.ones(contracts, bool)
    shared = float(market.stewardship)
    reach = np.where(shows, 1.0, shared)
    visible: Floats = (in_chain * reach)[contract].astype(np.float64)
    if published:
        visible = visible + behaviour["lever.published_peers"]
    return visible


def best_of_chain(contract: Index, rate: Floats) -> Index:
    """Give, by position, who has the best results under the same contract."""
    order = np.lexsort((rate, contract))
    count = int(contract.max(initial=-1)) + 1
    last = np.searchsorted(contract[order], np.arange(count), "right") - 1
    best: Index = order[last][contract]
    return best
