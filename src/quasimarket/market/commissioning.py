"""The market on the day before the first referral: who holds what, on which terms.

Organisations are drawn, primes take their stances, some choose another prime or tier,
and every clause is answered. What comes of it is a chain on agreed terms, which prices
are made of, and everything that the institutions of a run begin with.

Claims: C094, C096.
"""

from dataclasses import dataclass

import numpy as np

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import Chain
from quasimarket.market.concessions import with_agreed_terms
from quasimarket.market.event_book import EventBook
from quasimarket.market.negotiation import Negotiated, conflict_of, negotiate
from quasimarket.market.newcomers import Newcomers, draw_newcomers
from quasimarket.market.organisations import Organisations, draw_organisations
from quasimarket.market.pass_down import with_regulated_terms
from quasimarket.market.shopping import choose_places, enter_choices
from quasimarket.market.stance import Stances, draw_stances
from quasimarket.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Commissioned:
    """What commissioning leaves to delivery."""

    chain: Chain
    """On the terms that were agreed, or that the programme asks for."""
    organisations: Organisations
    newcomers: Newcomers | None
    """Who stands ready where licences are reviewed."""
    stances: Stances
    agreed: Negotiated
    book: EventBook
    """What happened until now."""


def commission(
    rulebook: Rulebook, behaviour: Behaviour, chain: Chain, *, seed: int
) -> Commissioned:
    """Commission the chains that bids named."""
    market = rulebook.market.in_force(rulebook.first_day)
    newcomers: Newcomers | None = None
    if rulebook.market.licence_months is None:
        organisations = draw_organisations(behaviour, chain, seed=seed)
    else:
        organisations, newcomers = draw_newcomers(behaviour, chain, seed=seed)
    stances = draw_stances(rulebook, behaviour, seed=seed, bidders=chain.bidders)
    areas = [one.area for one in rulebook.contracts]
    placed = choose_places(
        chain,
        organisations,
        stances,
        conflict_of(market, chain, organisations, stances),
        np.array([areas.index(one) for one in areas]),
        seed=seed,
    )
    chain, organisations = placed.chain, placed.organisations
    book = EventBook()
    agreed = negotiate(
        behaviour, market, chain, organisations, stances, book, seed=seed
    )
    enter_choices(book, placed)
    chain = with_agreed_terms(behaviour, chain, stances, agreed.conceded)
    return Commissioned(
        chain=with_regulated_terms(chain, rulebook.market),
        organisations=organisations,
        newcomers=newcomers,
        stances=stances,
        agreed=agreed,
        book=book,
    )
