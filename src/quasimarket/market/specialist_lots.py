"""Lever L21: specialist help let in lots of its own, past the primes.

Each area and need is a lot, let on quality to a few of the specialists that the area's
chains listed, whether a prime ever contracted them or not. No bar of turnover keeps
small ones out. A holder's contract is with the department: no prime presses it, and no
prime chooses whether it gets anybody.

Claims: C036, C037.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, uniforms
from quasimarket.events.organisation_event import PRACTICES
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.people import NEEDS
from quasimarket.market.chain import Chain, Lot
from quasimarket.market.organisations import draw_organisations
from quasimarket.rulebook.rulebook import Rulebook


LUCK = 5
"""Which of a place's draws decides between bids alike."""


def with_specialist_lots(
    rulebook: Rulebook, behaviour: Behaviour, chain: Chain, *, seed: int
) -> Chain:
    """Let the lots, where the programme has any, and give the chain with them."""
    if not rulebook.market.in_force(rulebook.first_day).specialist_lots:
        return chain
    lots = tuple(_lots(rulebook, chain, _quality(behaviour, chain, seed), behaviour))
    holders = np.zeros(len(chain), bool)
    holders[[place for lot in lots for place in lot.holders]] = True
    return replace(chain, lots=lots, contracted=chain.contracted | holders)


def _quality(behaviour: Behaviour, chain: Chain, seed: int) -> NDArray[np.float64]:
    """Judge every place's bid: its special help, its name, and luck."""
    organisations = draw_organisations(behaviour, chain, seed=seed)
    holder = organisations.holder
    special = organisations.practice[holder, PRACTICES.index("specialism")]
    places = np.arange(len(chain), dtype=np.int64)
    luck = uniforms(seed, Purpose.CHAIN_MEMBER, places, LUCK)
    judged: NDArray[np.float64] = special + organisations.brand[holder] + luck
    return judged


def _lots(
    rulebook: Rulebook,
    chain: Chain,
    quality: NDArray[np.float64],
    behaviour: Behaviour,
) -> list[Lot]:
    areas = [one.area for one in rulebook.contracts]
    most = int(behaviour["lever.lot_holders"])
    found = []
    for area in dict.fromkeys(areas):
        inside = [c for c, one in enumerate(areas) if one == area]
        listed = (chain.tier == 2) & np.isin(chain.contract, inside)
        for need in range(1, len(NEEDS)):
            bids = np.flatnonzero(listed & (chain.specialism == need))
            best = bids[np.argsort(-quality[bids], kind="stable")][:most]
            if len(best):
                found.append(
                    Lot(
                        contracts=tuple(inside),
                        need=need,
                        holders=tuple(int(one) for one in best),
                    )
                )
    return found
