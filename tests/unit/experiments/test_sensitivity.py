"""Screening: effects of a known function, their interval, and the picture."""

import json

import numpy as np
import pytest

from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.experiments.calibrate_measures import known_fact_measures
from quasimarket.experiments.claims_measures import known_measures
from quasimarket.experiments.sensitivity import (
    HEADLINES,
    as_rows,
    effects,
    elementary,
    fenced,
    ranked,
    screened_prior,
    trials_of,
)
from quasimarket.experiments.sensitivity_chart import heat_map
from tests.lib.made_institutions import made_prior


PATHS = 8


@pytest.fixture(scope="module")
def found():
    prior = made_prior()
    points, _ = trials_of(prior, PATHS, seed=1)
    return effects(prior, points, shown(points), ("line", "product"), seed=1)


def shown(points):
    return [
        {"line": 3 * place[0] - place[1], "product": place[2] * place[3]}
        for place in points
    ]


def of(found, parameter, measure):
    return next(
        one for one in found if (one.parameter, one.measure) == (parameter, measure)
    )


def test_effect_of_a_line_is_its_slope_on_every_path(found):
    rate, share = of(found, "rate", "line"), of(found, "share", "line")

    assert (rate.size, rate.mean) == pytest.approx((3, 3))
    assert (share.size, share.mean) == pytest.approx((1, -1))
    assert (rate.low, rate.high, rate.scatter) == pytest.approx((3, 3, 0), abs=1e-9)


def test_effect_that_hangs_on_another_scatters(found):
    one = of(found, "one", "product")

    assert one.scatter > 0.1
    assert one.low < one.size < one.high


def test_what_does_nothing_has_no_effect(found):
    assert of(found, "idle", "line").size == pytest.approx(0)
    assert ranked([one for one in found if one.measure == "line"], 2) == [
        "rate",
        "share",
    ]


def test_own_elementary_effects_are_those_of_the_library(found):
    prior = made_prior()
    points, _ = trials_of(prior, PATHS, seed=1)
    figures = np.array([one["product"] for one in shown(points)])

    own = np.abs(elementary(points, figures, len(prior) + 1)).mean(axis=0)

    assert own.tolist() == pytest.approx(
        [of(found, name, "product").size for name in prior.names]
    )


def test_path_with_a_run_that_shows_nothing_is_left_out():
    prior = made_prior()
    points, _ = trials_of(prior, PATHS, seed=1)
    values = shown(points)
    values[2] = {"line": None}

    found = effects(prior, points, values, ("line", "product"), seed=1)

    assert of(found, "rate", "line").size == pytest.approx(3)
    assert effects(prior, points, [{}] * len(points), ("line",), seed=1) == []


def test_one_market_that_breaks_down_does_not_speak_for_all():
    prior = made_prior()
    points, _ = trials_of(prior, PATHS, seed=1)
    values = shown(points)
    values[9] = {"line": 1e6}

    found = effects(prior, points, values, ("line",), seed=1)

    assert ranked(found, 1) == ["rate"]
    assert of(found, "rate", "line").size < 10


def test_fence_moves_only_what_is_far_off():
    figures = np.array([0.0, 1.0, 2.0, 3.0, 100.0])

    assert fenced(figures).tolist() == [0, 1, 2, 3, 3 + 3 * 2]
    assert fenced(np.array([0.0, 0.0, 0.0, 0.0, 5.0])).tolist() == [0, 0, 0, 0, 5]


def test_path_shares_its_luck_and_paths_do_not():
    prior = made_prior()

    _, trials = trials_of(prior, 3, seed=1)

    seeds = np.array([trial.seed for trial in trials]).reshape(3, len(prior) + 1)
    assert (seeds == seeds[:, :1]).all()
    assert len(np.unique(seeds)) == 3


def test_headlines_are_measures_that_there_are():
    assert set(HEADLINES) <= known_measures() | known_fact_measures()
    assert 8 <= len(HEADLINES) <= 12


def test_screened_parameters_can_be_set_at_both_ends():
    for end in (0.0, 1.0):
        prior = screened_prior(load_behaviour())
        values = prior.values([end] * len(prior))
        load_behaviour({key: repr(value) for key, value in values.items()})


def test_picture_has_a_row_for_what_matters_and_is_always_the_same(found):
    picture = heat_map(found, "a command")

    assert picture.startswith("<?xml")
    assert ">rate<" in picture
    assert ">a command<" in picture
    assert picture == heat_map(found, "a command")


def test_effects_are_plain_values(found):
    json.dumps(as_rows(found))
