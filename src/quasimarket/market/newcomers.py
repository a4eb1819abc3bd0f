"""Lever L19, later on: who comes in when licences are reviewed.

One organisation that was not there before stands ready for each place of the panel. At
a review every place that nobody holds goes to its newcomer, if that has the reserves to
be accredited: no prime is asked. It brings practice and money of its own; once it has
left, nobody else comes, and nobody once no more people are sent. No new prime enters:
contracts are reviewed, not let anew.

Claims: C014, C072.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, uniforms
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import Chain, organisation_sizes, reserves
from quasimarket.market.organisations import Organisations, draw_organisations
from quasimarket.rulebook.market_design import MarketDesign


Floats = NDArray[np.float64]
Index = NDArray[np.int64]

LUCK = 6
"""Which of a place's draws says whose like its newcomer is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomers:
    """Who stands ready, by position."""

    organisation: Index
    """Index among the organisations."""
    cash_months: Floats
    """What each brings, in months of planned costs."""
    waiting: NDArray[np.bool_]
    """Can be accredited, and has not come yet."""

    def enter(self, is_free: NDArray[np.bool_]) -> Index:
        """Let newcomers into the free places they wait for; list them."""
        places = np.flatnonzero(is_free & self.waiting)
        self.waiting[places] = False
        return places


def draw_newcomers(
    behaviour: Behaviour, chain: Chain, *, seed: int
) -> tuple[Organisations, Newcomers]:
    """Draw everyone who holds a place, then one newcomer for each place."""
    places = np.arange(len(chain), dtype=np.int64)
    sector = _like(chain, uniforms(seed, Purpose.CHAIN_MEMBER, places, LUCK))
    names = [f"N{place:04d}" for place in places.tolist()]
    size = organisation_sizes(
        names, chain.tier, uniforms(seed, Purpose.ORGANISATION, places, LUCK)
    )
    both = replace(
        chain,
        id=(*chain.id, *names),
        organisation=(*chain.organisation, *names),
        sector=np.concatenate([chain.sector, sector]),
        size=np.concatenate([chain.size, size]),
        # whoever comes is nobody's prime
        tier=np.concatenate([chain.tier, np.maximum(chain.tier, 1)]),
    )
    drawn = draw_organisations(behaviour, both, seed=seed)
    held, ready = drawn.holder[: len(chain)], drawn.holder[len(chain) :]
    months = reserves(behaviour, sector, uniforms(seed, Purpose.RESERVES, places, LUCK))
    return replace(drawn, holder=held), Newcomers(
        organisation=ready,
        cash_months=months,
        waiting=(chain.tier > 0) & (months >= behaviour["lever.accreditation"]),
    )


def are_reviewed(behaviour: Behaviour, market: MarketDesign, month: int) -> bool:
    """Say whether licences are reviewed in a month of the run, the first being 0."""
    every = market.licence_months
    known = month >= max(behaviour["lever.known_after"], 1)
    return every is not None and known and month % every == 0


def _like(chain: Chain, luck: Floats) -> Index:
    """Give each place a sector at random among the places of its tier."""
    sector = chain.sector.copy()
    for tier in (1, 2):
        mine = np.flatnonzero(chain.tier == tier)
        if len(mine):
            drawn = (luck[mine] * len(mine)).astype(np.int64)
            sector[mine] = chain.sector[mine[drawn]]
    return sector
