"""Rule R2, who stands where: another prime, or the smaller part."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from quasimarket.events.organisation_event import OrganisationEventKind
from quasimarket.market import shopping
from quasimarket.market.chain import build_chain
from quasimarket.market.commissioning import commission
from quasimarket.market.event_book import EventBook
from quasimarket.market.negotiation import conflict_of
from quasimarket.market.organisations import draw_organisations
from quasimarket.market.shopping import choose_places, enter_choices
from quasimarket.market.stance import draw_stances
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import chain, organisations
from tests.lib.small_programme import SEED, behaviour, work_programme


AREAS = 6
AREA = np.array(
    [
        [one.area for one in work_programme(AREAS).contracts].index(contract.area)
        for contract in work_programme(AREAS).contracts
    ]
)


@pytest.fixture
def eager(monkeypatch):
    """Everybody who minds moves, so that there is enough to look at."""
    monkeypatch.setattr(shopping, "SHOPPING", 1_000.0)
    monkeypatch.setattr(shopping, "MOST_WHO_SHOP", 0.9)
    monkeypatch.setattr(shopping, "STEPPING_DOWN", 4.0)


def stances(**changed):
    return draw_stances(work_programme(AREAS), behaviour(**changed), seed=SEED)


def conflict(market=None, **changed):
    return conflict_of(
        market or MarketDesign(), chain(AREAS), organisations(AREAS), stances(**changed)
    )


def placed(market=None, **changed):
    return choose_places(
        chain(AREAS),
        organisations(AREAS),
        stances(**changed),
        conflict(market, **changed),
        AREA,
        seed=SEED,
    )


def test_chains_stay_as_long_as_they_were_bid(eager):
    found = placed()

    assert len(found.shopped) > 5
    assert len(found.stepped_down) > 5
    for name in ("contract", "tier", "contracted", "management_fee"):
        np.testing.assert_array_equal(
            getattr(found.chain, name), getattr(chain(AREAS), name)
        )
    assert Counter(found.chain.organisation) == Counter(chain(AREAS).organisation)


def test_nobody_stands_in_one_chain_twice(eager):
    found = placed()
    places = Counter(
        zip(found.chain.contract.tolist(), found.chain.organisation, strict=True)
    )

    assert [place for place, count in places.items() if count > 1] == []


def test_attributes_move_with_their_organisation(eager):
    found = placed()
    drawn, named = organisations(AREAS), found.organisations

    ids = [drawn.id[one] for one in named.holder.tolist()]
    assert ids == list(found.chain.organisation)
    subs = found.chain.tier > 0
    np.testing.assert_array_equal(
        found.chain.sector[subs], drawn.sector[named.holder[subs]]
    )
    assert sorted(found.chain.cash_months) == sorted(chain(AREAS).cash_months)


def test_shoppers_sign_with_a_milder_prime_of_their_area(eager):
    found, strict = placed(), stances().strictness
    before = organisations(AREAS).holder

    for place in found.shopped.tolist():
        holder = found.organisations.holder[place]
        came_from = [
            one
            for one in np.flatnonzero(before == holder).tolist()
            if found.organisations.holder[one] != holder
            and AREA[chain(AREAS).contract[one]] == AREA[chain(AREAS).contract[place]]
        ]
        assert any(
            strict[chain(AREAS).contract[one]] > strict[chain(AREAS).contract[place]]
            for one in came_from
        )


def test_whoever_takes_their_place_minds_less(eager):
    found = placed()
    moved = found.organisations.holder != organisations(AREAS).holder
    mission = organisations(AREAS).mission
    strict = stances().strictness
    tier_1 = chain(AREAS).tier == 1
    by_prime = [
        (strict[one], mission[holder[(chain(AREAS).contract == one) & tier_1]].mean())
        for holder in (organisations(AREAS).holder, found.organisations.holder)
        for one in range(len(strict))
    ]
    half = len(strict)

    def tie(pairs):
        return np.corrcoef(np.array(pairs).T)[0, 1]

    assert moved.any()
    # those who mind gather where primes are mild
    assert tie(by_prime[half:]) < tie(by_prime[:half])


def test_whoever_steps_down_is_large_and_has_a_mission(eager):
    found = placed()
    holder = found.organisations.holder[found.stepped_down]
    drawn = organisations(AREAS)

    assert (found.chain.tier[found.stepped_down] == 2).all()
    assert (drawn.size[holder] == 2).all()
    assert (drawn.mission[holder] > 0.5).all()


def test_nobody_steps_down_where_sanctioning_is_not_asked_for(eager):
    found = placed(MarketDesign(may_opt_out_of_sanctions=True))

    assert not len(found.stepped_down)


def test_nobody_shops_among_primes_alike(eager):
    assert not len(placed(stance__strictness_spread=0.0).shopped)


def test_choices_are_entered_where_those_who_chose_now_stand(eager):
    found, book = placed(), EventBook()
    enter_choices(book, found)
    refused, offered, chose = book.entries

    assert refused.kind is OrganisationEventKind.REFUSED
    np.testing.assert_array_equal(refused.position, found.shopped)
    np.testing.assert_array_equal(offered.position, found.stepped_down)
    assert chose.codes == ("avoid:change-tier",)


@pytest.mark.parametrize("seed", [1, 2, 20_110_601])
def test_published_shares_by_tier_still_hold(seed):
    rulebook, known = work_programme(), behaviour()
    listed = build_chain(rulebook, known, seed=seed)
    made = commission(rulebook, known, listed, seed=seed).chain
    third = (made.sector == 1) & (made.tier > 0)

    assert third.sum() == 508
    assert (third & (made.tier == 2)).sum() / 508 == pytest.approx(0.75, abs=0.02)
    share = (third & (made.tier == 1)).sum() / (made.tier == 1).sum()
    assert share == pytest.approx(0.41, abs=0.03)


def test_what_is_chosen_hangs_on_no_label(eager):
    relabelled = replace(chain(AREAS), sector=(chain(AREAS).sector + 1) % 3)
    drawn = organisations(AREAS)
    other = choose_places(
        relabelled, drawn, stances(), conflict(), AREA, seed=SEED
    ).organisations

    np.testing.assert_array_equal(other.holder, placed().organisations.holder)


def test_draws_of_organisations_know_nothing_of_where_they_stand_later(eager):
    drawn = draw_organisations(behaviour(), chain(AREAS), seed=SEED)

    np.testing.assert_array_equal(placed().organisations.mission, drawn.mission)
