"""Rule R2 during delivery: a way out of dependence, for those who can pay for it."""

import numpy as np

from quasimarket.market.diversifying import FIRST, other_income, who_diversify
from tests.lib.institutions import a_month, institutions
from tests.lib.small_programme import behaviour


MANY = 4_000
LUCK = np.random.default_rng(3).random(MANY)
SEARCH = "avoid:diversify"


def searching(wronged=0.5, reserves=6.0, is_open=True, **changed):
    return who_diversify(
        behaviour(**changed),
        np.full(MANY, is_open),
        np.full(MANY, wronged),
        np.full(MANY, reserves),
        LUCK,
    )


def test_more_look_elsewhere_the_more_they_were_wronged():
    assert len(searching(0.9)) > 1.5 * len(searching(0.4)) > 0
    assert not len(searching(0.0))


def test_it_takes_reserves():
    assert not len(searching(reserves=0.0))
    assert len(searching(reserves=1.0)) < len(searching(reserves=3.0))


def test_closed_places_look_for_nothing():
    assert not len(searching(is_open=False))


def test_dependence_falls_and_never_below_nought():
    outside = np.linspace(0, 1, 11)
    after = other_income(behaviour(), outside)

    assert (after >= outside).all()
    assert (after <= 1).all()
    assert after[0] == behaviour()["response.diversify_step"]


def half_a_year(**changed):
    made = institutions(response__diversify=1.0, **changed)
    made.wronged[:] = 1.0
    before = made.need.copy(), made.power.copy()
    for month in range(FIRST + 1):
        made.wronged[:] = 1.0
        made.close(month, a_month(made))
    found = [one for one in made.book.entries if one.codes == (SEARCH,)]
    return made, before, found


def test_search_frees_the_whole_organisation_and_is_entered():
    made, (need, power), (found,) = half_a_year()
    held = np.isin(made.holder, made.holder[found.position]) & made.is_sub

    assert found.month == FIRST
    assert (made.need[held] < need[held]).all()
    assert (made.power[held] > power[held]).all()
    np.testing.assert_allclose(made.need + made.outside, 1.0)
    np.testing.assert_array_equal(made.need[~held], need[~held])


def test_search_costs_the_place_that_makes_it():
    made, _, (found,) = half_a_year()
    without, _, _ = half_a_year(response__diversify_cost=0.0)
    more = made.extra_wages - without.extra_wages
    elsewhere = np.ones(len(more), bool)
    elsewhere[found.position] = False

    assert (more[found.position] > 0).all()
    assert (more[elsewhere] == 0).all()
