"""History matching: what is ruled out, what is left, and what goes together."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.evidence.sheets import shipped
from quasimarket.experiments.calibrate import (
    NothingLeft,
    calibrate,
    entwined,
    figure_shown,
    met,
    ranges,
    trials_at,
    weighted_quantiles,
)
from quasimarket.experiments.calibrate_files import (
    DRAWS,
    POSTERIOR,
    as_json,
    draws,
    draws_text,
    posterior_text,
)
from quasimarket.experiments.calibrate_prior import (
    CALIBRATED,
    HELD,
    calibrated_prior,
    place_of,
    value_at,
)
from tests.lib.made_institutions import made_fact, made_facts, made_prior, play


TRUTH = {"rate": 0.25, "share": 0.6, "one": 0.7, "other": 0.2, "idle": 0.9}
ARGUMENTS = {"waves": 2, "points": 60, "seed": 1, "draws": 100}


@pytest.fixture(scope="module")
def found():
    return calibrate(made_prior(), made_facts(TRUTH), play, **ARGUMENTS)


def by_key(found):
    return {one.key: one for one in ranges(found)}


def test_what_the_facts_tell_is_found(found):
    left = by_key(found)

    for name in ("rate", "share"):
        assert left[name].low < TRUTH[name] < left[name].high
        assert left[name].is_identified
        assert left[name].narrowed > 0.5


def test_what_no_fact_tells_keeps_its_prior(found):
    idle = by_key(found)["idle"]

    assert not idle.is_identified
    assert (idle.low, idle.high) == pytest.approx(
        (idle.prior_low, idle.prior_high), abs=0.06
    )


def test_what_is_known_only_as_a_product_is_said_to_be(found):
    names = {frozenset(pair[:2]): pair[2] for pair in entwined(found)}

    assert names[frozenset(("one", "other"))] < -0.3
    assert not any("idle" in pair for pair in names)


def test_wave_rules_out_and_the_next_one_rules_out_more(found):
    first, second = (wave.left for wave in found.waves)

    assert second <= first < 0.5


def test_seed_decides_everything(found):
    again = calibrate(made_prior(), made_facts(TRUTH), play, **ARGUMENTS)
    other = calibrate(made_prior(), made_facts(TRUTH), play, **{**ARGUMENTS, "seed": 2})

    assert (again.draws == found.draws).all()
    assert (other.draws != found.draws).any()


def test_seeds_of_runs_are_never_the_same():
    seeds = []

    def shown(trials):
        seeds.extend(trial.seed for trial in trials)
        return play(trials)

    calibrate(made_prior(), made_facts(TRUTH), shown, **ARGUMENTS)

    assert len(set(seeds)) == len(seeds) == 120


def test_second_wave_is_played_only_where_the_first_leaves_something():
    played = []

    def shown(trials):
        played.append([dict(trial.values)["rate"] for trial in trials])
        return play(trials)

    calibrate(made_prior(), made_facts(TRUTH), shown, **ARGUMENTS)

    assert np.std(played[1]) < np.std(played[0]) / 2


def test_fact_out_of_reach_is_named():
    facts = [*made_facts(TRUTH), made_fact("F009", "m.rate", 100.0, 0.1)]

    with pytest.raises(NothingLeft, match="F009"):
        calibrate(made_prior(), facts, play, **ARGUMENTS)


def test_fact_that_runs_do_not_show_is_set_aside():
    facts = [*made_facts(TRUTH), made_fact("F009", "m.missing", 1.0, 0.1)]

    found = calibrate(made_prior(), facts, play, **ARGUMENTS)

    assert [fact.id for fact in found.waves[0].facts] == ["F001", "F002", "F003"]


def test_draws_are_of_what_is_left(found):
    shown = met(
        made_facts(TRUTH), play(trials_at(found.prior, found.draws, first_seed=7))
    )

    assert all(one[3] > 0.9 for one in shown.values())


def test_figure_of_two_measures_is_their_difference():
    fact = made_fact("F001", "a", 0.0, 1.0)
    apart = replace(fact, less="b")

    assert figure_shown(apart, {"a": 3.0, "b": 1.0}) == 2.0
    assert np.isnan(figure_shown(apart, {"a": 3.0, "b": None}))


def test_weighted_quantiles_follow_the_weights():
    values = np.arange(1000.0)

    low, median, high = weighted_quantiles(values, np.where(values < 500, 3.0, 1.0))

    assert (low, median, high) == pytest.approx((33, 333, 900), abs=2)


@pytest.mark.parametrize("place", [0.0, 0.2, 0.5, 0.7, 1.0])
def test_place_in_the_prior_and_value_tell_one_another(place):
    parameter = next(
        one for one in load_behaviour().parameters if one.key == "staff.quit"
    )

    assert place_of(parameter, value_at(parameter, place)) == pytest.approx(place)


def test_half_of_the_prior_lies_below_the_stated_value():
    for one in calibrated_prior(load_behaviour()).parameters:
        assert value_at(one, 0.0) == one.low
        assert value_at(one, 0.5) == pytest.approx(one.value)
        assert value_at(one, 1.0) == one.high


def test_prior_holds_the_institutions_but_what_is_held():
    names = calibrated_prior(load_behaviour()).names

    assert all(name.startswith(CALIBRATED) for name in names)
    assert not set(names) & set(HELD)
    assert len(names) > 35
    assert set(HELD) <= set(load_behaviour())


def test_features_are_place_and_value():
    prior = calibrated_prior(load_behaviour(), ["staff.quit"])

    places, values = prior.features(np.array([[0.0], [0.5], [1.0]])).T

    assert places.tolist() == [-1, 0, 1]
    assert values.tolist() == pytest.approx([-1, 2 * 0.014 / 0.1 - 1, 1])


def test_unknown_parameter_is_a_fault():
    with pytest.raises(InputFault, match=r"staff\.quits"):
        calibrated_prior(load_behaviour(), ["staff.quits"])


def test_calibration_is_written_as_sheets_and_plain_values(found):
    rows = list(csv.DictReader(posterior_text(found, "a command").splitlines()))
    sets = list(csv.DictReader(draws_text(found).splitlines()))
    given = as_json(found, made_facts(TRUTH), {}, {}, "a command")

    assert [row["key"] for row in rows] == list(found.prior.names)
    assert all(
        float(row["low"]) <= float(row["median"]) <= float(row["high"]) for row in rows
    )
    assert len(sets) == 100
    assert given["waves"][0]["runs"] == 60
    json.dumps(given)


def test_shipped_draws_can_be_played():
    for values in draws(20, seed=3):
        load_behaviour({key: repr(value) for key, value in values.items()})


def test_shipped_draws_are_a_choice_by_seed():
    assert draws(5, seed=1) == draws(5, seed=1)
    assert draws(5, seed=1) != draws(5, seed=2)
    assert draws(5, seed=1) == draws(9, seed=1)[:5]
    with pytest.raises(InputFault):
        draws(0)


def test_shipped_ranges_and_draws_are_of_the_same_calibration():
    rows = {row["key"]: row for row in csv.DictReader(shipped(POSTERIOR).splitlines())}
    sets = list(csv.DictReader(shipped(DRAWS).splitlines()))

    assert list(rows) == list(sets[0]) == list(calibrated_prior(load_behaviour()).names)
    for key, row in rows.items():
        inside = [
            float(row["low"]) <= float(values[key]) <= float(row["high"])
            for values in sets
        ]
        assert 0.8 < np.mean(inside) < 0.98, key
