"""The posterior covers the parameters that facts were made with, where they tell.

Facts come from runs, or from a made-up simulator where many truths are tried, with
other luck than the calibration's own.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from quasimarket.chance.sample import even_points
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.evidence.stylised_facts import FITTED, load_facts
from quasimarket.experiments.calibrate import (
    calibrate,
    figure_shown,
    ranges,
    trials_at,
)
from quasimarket.experiments.calibrate_prior import calibrated_prior
from quasimarket.experiments.calibrate_runs import Bench, Setting
from tests.lib.made_institutions import made_facts, made_prior, play


ALPHA = 1e-4
NOISE = 0.02
TOLD = ("sanction.referrals_month", "staff.quit", "pressure.requests")


def test_ranges_hold_the_truth_as_often_as_they_say():
    prior = made_prior()
    inside = []
    for number, point in enumerate(even_points(11, 25, len(prior))):
        truth = prior.values(point)
        luck = np.random.default_rng(number).normal(size=3)
        facts = [
            replace(fact, value=fact.value + fact.error * one)
            for fact, one in zip(made_facts(truth), luck, strict=True)
        ]

        found = calibrate(prior, facts, play, waves=2, points=50, seed=1, draws=20)

        inside += [
            one.low <= truth[one.key] <= one.high
            for one in ranges(found)
            if one.key != "idle"
        ]

    # four parameters of one truth go together: half of them count as independent
    count = len(inside) // 2
    assert np.mean(inside) * count >= stats.binom.ppf(ALPHA, count, 0.9)


def recovered(names, folder, *, points, waves, areas, truth_seed):
    """Calibrate to what runs at a drawn truth show, with other luck."""
    prior = calibrated_prior(load_behaviour(), names)
    # a truth well inside the prior, and not its middle
    place = 0.15 + 0.7 * even_points(truth_seed, 1, len(prior))[0]
    facts = [fact for fact in load_facts() if fact.use in FITTED]
    bench = Bench(
        Setting(
            programme="work-programme",
            areas=areas,
            months=25,
            measures=tuple(sorted({name for fact in facts for name in fact.measures})),
        ),
        folder,
        processes=1,
        told=lambda done, of: None,
    )
    played = bench.shown(trials_at(prior, np.tile(place, (3, 1)), first_seed=77_000))
    made = []
    for fact in facts:
        figures = [figure_shown(fact, one) for one in played]
        value = float(np.mean(figures))
        error = max(0.03 * abs(value), float(np.std(figures, ddof=1)), 1e-3)
        made.append(replace(fact, value=value, error=error, discrepancy=0.0))
    found = calibrate(
        prior, made, bench.shown, waves=waves, points=points, seed=1, draws=20
    )
    return prior.values(place), ranges(found)


def test_what_runs_were_made_with_is_found_again(tmp_path):
    truth, left = recovered(TOLD, tmp_path, points=24, waves=1, areas=1, truth_seed=5)

    for one in left:
        assert one.is_identified, one
        width = one.high - one.low
        assert one.low - width / 2 < truth[one.key] < one.high + width / 2, one
    assert sum(one.low <= truth[one.key] <= one.high for one in left) >= 2


@pytest.mark.long
def test_whole_prior_holds_its_truth(fresh_seed, tmp_path):
    inside = []
    for number in range(3):
        truth, left = recovered(
            (),
            tmp_path,
            points=120,
            waves=2,
            areas=2,
            truth_seed=fresh_seed % 10_000 + number,
        )
        told = [one for one in left if one.is_identified]
        assert len(told) >= 3
        inside += [one.low <= truth[one.key] <= one.high for one in told]

    assert np.sum(inside) >= stats.binom.ppf(ALPHA, len(inside), 0.9)
