"""Whom bids name, and that the chain of a contract is its winner's."""

from dataclasses import replace

import numpy as np
import pytest

from quasimarket.market.chain import Chain, build_chain
from quasimarket.market.organisations import draw_organisations
from quasimarket.market.stance import draw_stances
from quasimarket.market.tender import Tender, hold_tender
from quasimarket.rulebook.market_design import TenderMode
from quasimarket.simulation.simulate import only_areas
from tests.lib.small_programme import behaviour, work_programme


def held(
    seed: int = 1, areas: int | None = None, weight: float | None = None
) -> Tender:
    rulebook = work_programme(areas)
    market = replace(rulebook.market, tender=TenderMode.SIMULATED)
    if weight is not None:
        market = replace(market, price_weight=weight)
    return hold_tender(replace(rulebook, market=market), behaviour(), seed=seed)


def chain_after(tender: Tender, seed: int = 1, areas: int | None = None) -> Chain:
    rulebook = only_areas(tender.rulebook, areas)
    known = behaviour(agent__fee=0)  # which the mean over the contracts played moves
    return build_chain(rulebook, known, seed=seed, named=tender.named)


def members(chain: Chain, contract: int) -> list[tuple[str, int, bool, int]]:
    """A contract's subcontractors, with tier, whether contracted, and specialism."""
    mine = (chain.contract == contract) & (chain.tier > 0)
    return [
        (
            chain.organisation[place],
            int(chain.tier[place]),
            bool(chain.contracted[place]),
            int(chain.specialism[place]),
        )
        for place in np.flatnonzero(mine).tolist()
    ]


def test_chain_that_is_contracted_was_named_in_the_bid_that_won():
    tender = held()
    chain = chain_after(tender)

    for c, contract in enumerate(tender.rulebook.contracts):
        bid = tender.contract.index(contract.id)
        named = [f"O{one:04d}" for one in tender.named[contract.id].organisation]

        assert [who for who, *_ in members(chain, c)] == named
        assert len(named) == max(3, tender.bids.named_subcontractors[bid])
        assert len(set(named)) == len(named)
    listed = chain.tier > 0
    only_named = (listed & ~chain.contracted).sum() / listed.sum()
    assert 0.1 < only_named < 0.35  # names in a bid, never used


def test_members_follow_the_bid_that_wins():
    one, other = held(), held(weight=0.05)
    chains = chain_after(one), chain_after(other)
    winners = [
        [contract.prime for contract in tender.rulebook.contracts]
        for tender in (one, other)
    ]
    same = [
        c for c, (mine, yours) in enumerate(zip(*winners, strict=True)) if mine == yours
    ]
    changed = [c for c in range(len(winners[0])) if c not in same]

    assert same
    assert changed
    for c in changed:
        assert members(chains[0], c) != members(chains[1], c)
    for c in same:
        # another weight may make a bid name more; whoever stood in the shorter list of
        # a tier stands in the longer one
        first, second = ({who for who, *_ in members(chain, c)} for chain in chains)
        overlap = len(first & second) / min(len(first), len(second))
        assert overlap > 0.5


def test_chain_of_an_area_is_the_same_however_many_are_played():
    tender = held()

    some, every = chain_after(tender, areas=2), chain_after(tender)

    contracts = len(only_areas(tender.rulebook, 2).contracts)
    for c in range(contracts):
        assert members(some, c) == members(every, c)
    own = np.arange(contracts)
    assert (
        some.allocation == every.allocation[:contracts, :, : some.allocation.shape[2]]
    ).all()
    assert (some.management_fee[own] == every.management_fee[own]).all()
    assert (some.cash_months[own] == every.cash_months[own]).all()


def test_prime_is_the_bidder_that_won():
    tender = held()
    chain = chain_after(tender)
    drawn = draw_organisations(behaviour(), chain, seed=1)
    framework = tender.framework
    number = {framework.id(n): n for n in range(len(framework))}

    for c, contract in enumerate(tender.rulebook.contracts):
        place = int(chain.slot_position[c, 0])
        who, bidder = drawn.holder[place], number[contract.prime]
        assert drawn.id[who] == contract.prime
        assert drawn.sector[who] == framework.sector[bidder]
        assert drawn.turnover[who] == framework.turnover[bidder]
        assert chain.adviser_cost[place] == framework.cost[bidder]
    standing = {
        drawn.id[who]: drawn.brand[who]
        for who in np.unique(drawn.holder[chain.tier == 0])
    }
    by_name = sorted(standing, key=lambda one: standing[one])
    by_quality = sorted(standing, key=lambda one: framework.quality[number[one]])
    assert by_name == by_quality


def test_bidder_has_one_stance_wherever_it_won():
    tender = held()
    chain = chain_after(tender)
    stances = draw_stances(
        tender.rulebook, behaviour(agent__strictness=0), seed=1, bidders=chain.bidders
    )
    primes = [one.prime for one in tender.rulebook.contracts]
    several = {one for one in primes if primes.count(one) > 1}

    assert several
    for prime in several:
        mine = np.array([one == prime for one in primes])
        assert np.ptp(stances.template[mine], axis=0) == pytest.approx(0)
        assert np.ptp(stances.strictness[mine]) == pytest.approx(0)
    assert len({round(float(one), 9) for one in stances.strictness}) == len(set(primes))


def test_published_shares_hold_nearly_among_those_named():
    chain = chain_after(held())
    tier_1 = chain.tier == 1

    assert abs((chain.sector[tier_1] == 1).mean() - 0.41) < 0.08
    assert abs((chain.sector[chain.tier == 2] == 1).mean() - 0.48) < 0.08
