"""Rule R1, the chain in a bid: whom a bidder names, end-to-end or for a need.

Each bidder draws on the same organisations, some of them far likelier to be named than
others, so that one may stand in several bids. Whom it names is its own luck in an area:
who else bids, what it bids and which other areas it wins change nobody it names. Those
named are the chain if the bid wins. Not all of them come to be contracted, and some who
are asked refuse: the rest are names in a bid ("bid candy").

Claims: C017-C022.
"""

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from quasimarket.chance import Purpose, uniforms
from quasimarket.core.identifiers import AreaId
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import (
    PRIVATE,
    PUBLIC,
    THIRD,
    WORK_PROGRAMME_CONTRACTS,
    organisation_weights,
    tier_1_counts,
)
from quasimarket.market.framework import Framework
from quasimarket.market.named_chain import NamedChain, WinningBidder


Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST = 3
"""Nobody is taken to deliver with fewer names than these."""
BLOCK = 3000
"""Numbers kept for the organisations of each sector."""


def name_chain(
    behaviour: Behaviour,
    framework: Framework,
    bidder: int,
    area: AreaId,
    count: int,
    contracts: int,
    *,
    seed: int,
) -> NamedChain:
    """Name a chain of so many for a bid; `contracts` are let in the whole programme."""
    number = int(framework.number[bidder])
    own = (number << 40) + (zlib.crc32(area.encode()) << 8)
    ranks = np.arange(1, max(LEAST, count) + 1, dtype=np.int64)
    luck = own + ranks
    end_to_end = int(tier_1_counts(behaviour, ranks[-1:])[0])
    tier = np.where(ranks <= end_to_end, 1, 2)
    sector = _sectors(behaviour, tier, uniforms(seed, Purpose.CHAIN_MEMBER, luck))
    return NamedChain(
        prime=WinningBidder(
            id=framework.id(bidder),
            number=number,
            turnover=int(framework.turnover[bidder]),
            standing=float(ndtr(framework.quality[bidder])),
            cost=float(framework.cost[bidder]),
        ),
        prime_luck=own,
        luck=luck,
        tier=tier,
        sector=sector,
        organisation=_members(behaviour, sector, luck, contracts, seed),
    )


def _sectors(behaviour: Behaviour, tier: Ints, luck: Floats) -> Ints:
    """Label members by the published shares of each tier."""
    third = behaviour["chain.third_sector_listed"]
    third_tier_2 = third * behaviour["chain.third_sector_tier_2"]
    end_to_end = (third - third_tier_2) / behaviour["chain.third_sector_tier_1"]
    specialists = max(behaviour["chain.listed"] - end_to_end, 1.0)
    share = np.where(
        tier == 1, behaviour["chain.third_sector_tier_1"], third_tier_2 / specialists
    )
    public = behaviour["chain.public_share"]
    return np.select(
        [luck < np.minimum(share, 1 - public), luck >= 1 - public],
        [THIRD, PUBLIC],
        PRIVATE,
    )


def _members(
    behaviour: Behaviour, sector: Ints, luck: Ints, contracts: int, seed: int
) -> Ints:
    """Pick an organisation of its sector for each place, none of them twice."""
    everybody = behaviour["chain.organisations"] * contracts / WORK_PROGRAMME_CONTRACTS
    third = behaviour["chain.third_sector_listed"] / behaviour["chain.listed"]
    public = behaviour["chain.public_share"]
    share = {PRIVATE: 1 - third - public, THIRD: third, PUBLIC: public}
    pick = uniforms(seed, Purpose.ORGANISATION, luck, 4)
    found = np.zeros(len(sector), np.int64)
    for label, part in share.items():
        places = np.flatnonzero(sector == label)
        # a small programme may have fewer organisations than a chain has places
        count = max(len(places), round(everybody * part))
        weight = organisation_weights(seed, 1 + BLOCK * label, count)
        cumulative = weight.cumsum() / weight.sum()
        taken: set[int] = set()
        for place in places.tolist():
            member = int(np.searchsorted(cumulative, pick[place]))
            while member in taken:
                member = (member + 1) % count
            taken.add(member)
            found[place] = 1 + BLOCK * label + member
    return found
