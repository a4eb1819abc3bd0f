"""Rule R2: five responses, weighed by dependence, conflict and power."""

import numpy as np
import pytest

from quasimarket.events.organisation_event import CLAUSES, OrganisationEventKind
from quasimarket.market.clauses import PRACTICE_OF
from quasimarket.market.event_book import EventBook
from quasimarket.market.negotiation import (
    ACQUIESCE,
    AVOID,
    DEFY,
    MANIPULATE,
    chance_of_success,
    choose_response,
    negotiate,
)
from quasimarket.market.organisations import dependence, power
from quasimarket.market.stance import draw_stances
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import chain, organisations
from tests.lib.small_programme import SEED, behaviour, work_programme


MANY = 4_000
LUCK = np.random.default_rng(2).random((MANY, 5))
AREAS = 6


def responses(conflict=0.3, need=0.4, strength=0.2, **changed):
    return choose_response(
        behaviour(**changed),
        np.full(MANY, conflict),
        np.full(MANY, need),
        np.full(MANY, strength),
        LUCK,
    )


def negotiated(market=None, **changed):
    book = EventBook()
    agreed = negotiate(
        behaviour(**changed),
        market or MarketDesign(),
        chain(AREAS),
        organisations(AREAS),
        draw_stances(work_programme(AREAS), behaviour(**changed), seed=SEED),
        book,
        seed=SEED,
    )
    return agreed, book


def entered(book, kind):
    return np.concatenate(
        [one.position for one in book.entries if one.kind is kind] or [np.zeros(0)]
    )


def test_without_conflict_everybody_complies():
    assert (responses(conflict=0.0) == ACQUIESCE).all()


def test_dependence_lowers_open_resistance():
    free, needy = (np.isin(responses(need=one), (DEFY, MANIPULATE)) for one in (0, 1))

    assert free.mean() > 2 * needy.mean()


def test_conflict_ends_compliance():
    shares = [(responses(conflict=one) == ACQUIESCE).mean() for one in (0.1, 0.3, 0.9)]

    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1] + 0.2


def test_power_raises_open_resistance():
    weak, strong = (responses(strength=one) for one in (-0.6, 0.8))

    assert (
        np.isin(strong, (DEFY, MANIPULATE)).sum()
        > np.isin(weak, (DEFY, MANIPULATE)).sum()
    )


def test_response_that_costs_more_is_chosen_less():
    cheap, dear = (responses(response__duplicity=one) for one in (-0.5, 2.0))

    assert (cheap == AVOID).sum() > (dear == AVOID).sum()


def test_every_response_is_some_organisations_answer():
    found = set(np.unique(responses(conflict=0.3, strength=0.4)))

    assert found == {0, 1, 2, 3, 4}


def test_success_rises_with_power_and_tolerance_and_falls_with_strictness():
    half = np.full(1, 0.5)

    def chance(strength=half, strict=half, tolerance=half):
        return chance_of_success(behaviour(), strength, strict, tolerance)[0]

    assert chance(strength=half + 0.3) > chance() > chance(strict=half + 0.3)
    assert chance(tolerance=half + 0.3) > chance()


def test_dependence_and_power_are_of_income_and_name():
    drawn = organisations(AREAS)

    np.testing.assert_allclose(dependence(drawn) + drawn.outside, 1.0)
    np.testing.assert_allclose(power(drawn), drawn.brand + 2 * drawn.outside - 1)


def test_open_resistance_alone_wins_concessions():
    agreed, _ = negotiated()

    assert agreed.conceded.any()
    assert not agreed.conceded[np.isin(agreed.response, (ACQUIESCE, AVOID))].any()


def test_in_house_units_do_not_negotiate():
    agreed, _ = negotiated()
    own = chain(AREAS).tier == 0

    assert (agreed.response[own] == ACQUIESCE).all()
    assert not agreed.refused[own].any()


def test_clause_conceded_frees_its_part_of_practice():
    agreed, _ = negotiated()

    for clause, part in enumerate(PRACTICE_OF):
        if part >= 0:
            np.testing.assert_array_equal(
                agreed.free[:, part], agreed.conceded[:, clause]
            )
    start = organisations(AREAS).practice[organisations(AREAS).holder]
    np.testing.assert_allclose(agreed.practice[agreed.free], start[agreed.free])


def test_concealing_makes_what_is_reported_differ_from_practice():
    agreed, _ = negotiated(response__duplicity=-2)
    off = np.abs(agreed.reported - agreed.practice) > 1e-9
    hides = np.zeros_like(off)
    for clause, part in enumerate(PRACTICE_OF):
        if part >= 0:
            hides[:, part] = agreed.response[:, clause] == AVOID

    assert off.any()
    assert not (off & ~hides).any()


def test_practice_changes_before_the_first_referral_towards_the_template():
    agreed, _ = negotiated()
    drawn, held = organisations(AREAS), chain(AREAS)
    stances = draw_stances(work_programme(AREAS), behaviour(), seed=SEED)
    template = stances.template[held.contract]
    before = np.abs(drawn.practice[drawn.holder] - template).mean(axis=1)
    after = np.abs(agreed.practice - template).mean(axis=1)
    tier_1, tier_2 = held.tier == 1, held.tier == 2

    assert (after <= before + 1e-9).all()
    moved = before - after
    assert moved[tier_1].mean() > 3 * moved[tier_2].mean() > 0


def test_without_coercion_no_subcontractor_changes_first():
    agreed, _ = negotiated(institution__coercion=0)
    drawn, subs = organisations(AREAS), chain(AREAS).tier > 0

    np.testing.assert_allclose(
        agreed.practice[subs], drawn.practice[drawn.holder][subs]
    )


def test_whoever_refuses_is_entered_and_does_not_accept():
    agreed, book = negotiated()
    kinds = OrganisationEventKind
    refused = np.flatnonzero(agreed.refused & chain(AREAS).contracted)

    assert len(refused)
    assert set(refused) <= set(entered(book, kinds.REFUSED))
    assert not set(refused) & set(entered(book, kinds.ACCEPTED))
    assert set(entered(book, kinds.ACCEPTED)) <= set(entered(book, kinds.OFFERED))


@pytest.mark.parametrize(("threshold", "some"), [(0.02, True), (1.0, False)])
def test_refusal_takes_conflict_enough(threshold, some):
    agreed, _ = negotiated(response__refusal=threshold)

    assert agreed.refused.any() == some


def test_refusers_can_live_without_the_programme():
    agreed, _ = negotiated(response__refusal=0.08)
    drawn = organisations(AREAS)
    outside = drawn.outside[drawn.holder]
    subs = chain(AREAS).tier > 0

    assert outside[agreed.refused].mean() > outside[subs & ~agreed.refused].mean() + 0.1


def test_opting_out_of_sanctions_ends_that_conflict():
    agreed, _ = negotiated(MarketDesign(may_opt_out_of_sanctions=True))

    assert (agreed.response[:, CLAUSES.index("sanctioning")] == ACQUIESCE).all()


def test_all_of_it_happens_before_the_first_month():
    _, book = negotiated()

    assert {one.month for one in book.entries} <= set(range(-6, 0))
