"""Rule R3, what can be copied: whose results a provider sees, and who is best.

A prime that shows a league table lets its chain see one another, unless it forbids
them to tell; some have won not to be shown, or leave to tell, which reaches a few. A
commissioner that publishes chains or stars lets everybody see.

Claims: C068, C086-C094.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.concessions import Concessions
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
    won: Concessions,
) -> tuple[Floats, Floats]:
    """Count, by position, the peers whose results can be seen; say whose can be.

    `contract` is each position's, `judged` says whose results there are. Whose results
    can be seen is a weight by position: 1 openly, less where a steward shares them or
    they are told by word of mouth.
    """
    contracts = len(stances.is_public)
    shows = (stances.is_public & ~stances.gags)[contract]
    shared = float(market.stewardship)
    told = np.where(won.tells, max(shared, behaviour["concession.told"]), shared)
    shown: Floats = np.where(shows & ~won.unshown, 1.0, told)
    published = market.publishes_chains or market.star_ratings > 0
    if published:
        shown = np.ones(len(contract))
    shown = shown * judged
    in_chain: Floats = np.bincount(contract, shown, contracts).astype(np.float64)
    visible: Floats = in_chain[contract]
    if published:
        visible = visible + behaviour["lever.published_peers"]
    return visible, shown


def best_of_chain(contract: Index, rate: Floats) -> Index:
    """Give, by position, who has the best results under the same contract."""
    order = np.lexsort((rate, contract))
    count = int(contract.max(initial=-1)) + 1
    last = np.searchsorted(contract[order], np.arange(count), "right") - 1
    best: Index = order[last][contract]
    return best
