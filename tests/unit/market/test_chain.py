"""The shape of the supply chains: what was published holds, whatever is drawn."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from quasimarket.evidence.people import NEEDS
from quasimarket.market.chain import PUBLIC, SECTORS, THIRD, Chain, build_chain
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.small_programme import behaviour, teaching_pilot, work_programme


SEEDS = (1, 2, 20_110_601)


def chain_of(seed: int = 1, areas: int | None = None, **changed: float) -> Chain:
    return build_chain(work_programme(areas), behaviour(**changed), seed=seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_published_counts_hold(seed):
    chain = chain_of(seed)
    listed = chain.tier > 0
    third = chain.sector == THIRD

    assert listed.sum() == 1099
    assert (listed & third).sum() == 508
    assert (third & (chain.tier == 2)).sum() == round(508 * 0.75)
    assert (
        abs((third & (chain.tier == 1)).sum() / (chain.tier == 1).sum() - 0.41) < 0.03
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_sizes_are_right_skewed_within_their_range(seed):
    chain = chain_of(seed)
    sizes = np.bincount(chain.contract[chain.tier > 0], minlength=40)

    assert sizes.min() >= 4
    assert sizes.max() <= 70
    assert sizes.mean() == pytest.approx(1099 / 40)
    assert np.median(sizes) < sizes.mean()
    assert sizes.max() - sizes.mean() > sizes.mean() - sizes.min()


@pytest.mark.parametrize("seed", SEEDS)
def test_about_600_organisations_hold_the_positions(seed):
    chain = chain_of(seed)
    holders = Counter(
        holder
        for holder, tier in zip(chain.organisation, chain.tier, strict=True)
        if tier > 0
    )

    assert 590 <= len(holders) <= 610
    assert max(holders.values()) > 5


@pytest.mark.parametrize("areas", [1, 2, None])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_organisation_stands_twice_in_one_chain(seed, areas):
    chain = chain_of(seed, areas)

    places = Counter(zip(chain.contract.tolist(), chain.organisation, strict=True))

    assert [place for place, count in places.items() if count > 1] == []


def test_organisation_has_one_sector():
    chain = chain_of()
    sectors: dict[str, set[int]] = {}
    for holder, sector, tier in zip(
        chain.organisation, chain.sector.tolist(), chain.tier, strict=True
    ):
        if tier > 0:
            sectors.setdefault(holder, set()).add(sector)

    assert all(len(found) == 1 for found in sectors.values())


def test_organisation_has_one_size():
    chain = chain_of()
    sizes: dict[str, set[int]] = {}
    for holder, size, tier in zip(
        chain.organisation, chain.size.tolist(), chain.tier, strict=True
    ):
        if tier > 0:
            sizes.setdefault(holder, set()).add(size)

    assert [holder for holder, found in sizes.items() if len(found) > 1] == []


def test_positions_that_hold_participants_come_first():
    chain = chain_of()

    assert (chain.tier[: chain.delivering] < 2).all()
    assert (chain.tier[chain.delivering :] == 2).all()
    assert Counter(chain.tier.tolist())[0] == 40
    assert len(set(chain.id)) == len(chain)


def test_prime_keeps_its_own_sector():
    rulebook = work_programme()
    chain = chain_of()
    sector_of = {prime.id: prime.sector for prime in rulebook.primes}

    for place in np.flatnonzero(chain.tier == 0).tolist():
        contract = rulebook.contracts[chain.contract[place]]
        assert SECTORS[chain.sector[place]] == sector_of[contract.prime]


def test_every_locality_of_every_contract_is_served():
    rulebook = work_programme()
    for seed in SEEDS:
        chain = chain_of(seed)

        assert chain.allocation.sum(axis=2) == pytest.approx(
            np.ones(chain.allocation.shape[:2])
        )
        for contract, one in enumerate(rulebook.contracts):
            inside = chain.allocation[contract, :, 0]
            if one.delivery_model == "mixed":
                assert (inside > 0).all()


def test_only_contracted_positions_are_given_people():
    chain = chain_of()

    for contract, slots in enumerate(chain.slot_position.tolist()):
        for slot, position in enumerate(slots):
            given = chain.allocation[contract, :, slot].sum()
            if position < 0 or not chain.contracted[position]:
                assert given == 0
            assert position < 0 or chain.contract[position] == contract


def test_call_off_shares_of_a_contract_and_need_add_up():
    chain = chain_of()
    key = chain.contract * len(NEEDS) + chain.specialism

    totals = np.bincount(key, chain.specialist_weight)

    assert set(np.round(totals, 9)) <= {0.0, 1.0}
    assert (chain.specialist_weight[~chain.contracted] == 0).all()
    assert (chain.specialist_weight[chain.tier < 2] == 0).all()
    assert (chain.specialism[chain.tier == 2] > 0).all()


def test_terms_stay_within_the_range_that_was_reported():
    chain = chain_of()

    assert ((chain.management_fee >= 0.02) & (chain.management_fee <= 0.4)).all()
    assert abs(np.median(chain.management_fee) - 0.15) < 0.02
    for contract in range(40):
        assert len(set(chain.management_fee[chain.contract == contract])) == 1


@pytest.mark.parametrize(("gap", "alike"), [(0.0, True), (1.0, False)])
def test_sector_enters_in_the_draw_of_cash_only_and_can_be_switched_off(gap, alike):
    shipped = chain_of(sector__gap=gap)
    relabelled = chain_of(sector__gap=gap, chain__public_share=0.5)

    assert (shipped.sector != relabelled.sector).any()
    assert (shipped.cash_months == relabelled.cash_months).all() == alike
    for name in ("contracted", "specialism", "allocation", "specialist_weight", "tier"):
        assert (getattr(shipped, name) == getattr(relabelled, name)).all(), name


def test_sectors_start_with_the_cash_that_the_gap_gives_them():
    chain = chain_of(sector__gap=1.0)
    same = chain_of(sector__gap=0.0)

    ratio = np.log(chain.cash_months / same.cash_months)

    assert ratio[chain.sector == THIRD] == pytest.approx(
        np.full((chain.sector == THIRD).sum(), behaviour()["sector.reserves_third"])
    )
    assert ratio[chain.sector == PUBLIC] == pytest.approx(
        np.full((chain.sector == PUBLIC).sum(), behaviour()["sector.reserves_public"])
    )


def test_chain_is_the_same_for_the_same_seed_and_another_for_another():
    one, same, other = chain_of(5), chain_of(5), chain_of(6)

    assert one.organisation == same.organisation
    assert (one.allocation == same.allocation).all()
    assert one.organisation != other.organisation


@pytest.mark.parametrize("seed", SEEDS)
def test_small_programme_gets_chains_too(seed):
    chain = build_chain(teaching_pilot(), behaviour(), seed=seed)

    assert set(chain.contract.tolist()) == {0, 1}
    assert chain.allocation.sum(axis=2) == pytest.approx(
        np.ones(chain.allocation.shape[:2])
    )


def test_terms_of_one_contract_do_not_hang_on_the_number_of_contracts():
    rulebook = work_programme(2)
    fewer = replace(rulebook, contracts=rulebook.contracts[:-1])

    some = build_chain(fewer, behaviour(), seed=3)
    more = build_chain(rulebook, behaviour(), seed=3)

    assert some.management_fee[0] == more.management_fee[0]


def test_a_licensed_panel_lets_in_whoever_can_afford_accreditation():
    rulebook = work_programme(1)
    open_to_all = replace(rulebook, market=MarketDesign(licence_months=36))

    def contracted(dear: float) -> int:
        known = behaviour(lever__accreditation=dear)
        return int(build_chain(open_to_all, known, seed=1).contracted.sum())

    closed = build_chain(rulebook, behaviour(), seed=1)
    assert contracted(0) == len(closed)
    assert len(closed) > contracted(5) > closed.contracted.sum()
    assert contracted(60) >= closed.contracted.sum()


def test_promises_that_bind_contract_everybody_evenly():
    rulebook = replace(work_programme(1), market=MarketDesign(enforces_promises=True))
    bound = build_chain(rulebook, behaviour(), seed=1)

    assert bound.contracted.all()
    for contract in range(2):
        for need in range(1, len(NEEDS)):
            mine = (bound.contract == contract) & (bound.specialism == need)
            assert len(set(bound.specialist_weight[mine].round(12))) <= 1
