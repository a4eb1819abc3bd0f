"""The fit finds, from simulated figures, the parameters that they were made with.

The figures come from other luck than the fit's own, so that it has to do with noise. A
target's tolerance is the noise of a difference between two runs, measured over SEEDS;
the intervals are then 95% intervals, and a parameter may lie outside its own now and
then, but never far.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from quasimarket.experiments.fit import FITTED, Fit, fit
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.simulate import Design
from tests.lib.fitting import fitted_targets, noise_of, targets_of
from tests.lib.small_programme import small_design, work_programme
from tests.lib.threads import threads


PEOPLE_A_GROUP = 6_000
SEEDS = range(1, 13)
ALPHA = 1e-6
FARTHEST = float(stats.t.isf(ALPHA / 2, len(SEEDS) - 1))
"""Standard errors that a parameter may be off: the noise is known from SEEDS only."""
DISTURBED = 0.15
"""How far off the fit begins, in logarithms."""


@cache
def even_programme() -> Rulebook:
    """Two areas with as many people in each group, so that every hazard can be told."""
    rulebook = work_programme(2)
    rows = Counter(row.group for row in rulebook.intake)
    return replace(
        rulebook,
        intake=tuple(
            replace(row, referrals=PEOPLE_A_GROUP // rows[row.group])
            for row in rulebook.intake
        ),
    )


def true_design(seed: int) -> Design:
    return small_design(rulebook=even_programme(), seed=seed, scale=1.0)


def recovered(seed: int, rounds: int = 4) -> Fit:
    """Fit to the figures of one seed with the luck of another, from a wrong start."""
    true = true_design(seed)
    chosen = fitted_targets()
    noise = noise_of(true, chosen, [seed + 1000 + one for one in SEEDS])
    targets = targets_of(true, chosen, noise)
    luck = np.random.default_rng(seed).choice([-1, 1], len(FITTED))
    begun = {
        name: disturbed(true.behaviour, name, DISTURBED * sign)
        for name, sign in zip(FITTED, luck, strict=True)
    }
    design = replace(true, seed=seed + 1, behaviour=true.behaviour.with_values(begun))
    return fit(design, targets, rounds=rounds)


def disturbed(values: Mapping[str, float], name: str, by: float) -> float:
    if name in {"claim.rate", "learning.start"}:
        odds = values[name] / (1 - values[name]) * math.exp(by)
        return odds / (1 + odds)
    return values[name] * math.exp(by)


def errors_of(found: Fit) -> dict[str, float]:
    """How many standard errors each estimate is from the truth."""
    true = true_design(1).behaviour
    return {
        one.key: (one.value - true[one.key]) / one.standard_error
        for one in found.behaviour.parameters
        if one.key in FITTED and one.standard_error  # none where not identified
    }


@pytest.fixture(scope="module")
def found() -> Fit:
    with threads(1):
        return recovered(seed=11)


def test_every_fitted_parameter_is_recovered(found):
    errors = errors_of(found)

    assert errors.keys() == set(FITTED)
    assert max(map(abs, errors.values())) < FARTHEST, errors


def test_what_is_left_over_is_noise(found):
    spare = len(found.targets) - len(FITTED)

    left = found.sum_of_squares / spare

    assert left < stats.f.isf(ALPHA, spare, len(SEEDS) - 1)


def test_intervals_are_narrow_enough_to_mean_something(found):
    by_key = {one.key: one for one in found.behaviour.parameters}

    relative = {
        name: by_key[name].standard_error / by_key[name].value
        for name in FITTED
        if name.startswith(("hazard", "claim"))
    }

    assert min(relative.values()) > 0
    assert max(relative.values()) < 0.5, relative


@pytest.mark.long
def test_intervals_cover_the_truth_as_often_as_they_say(fresh_seed):
    fits = [recovered(seed=fresh_seed + 10_000 * n, rounds=8) for n in range(20)]

    inside = [
        abs(error) < stats.t.isf(0.025, len(SEEDS) - 1)
        for found in fits
        for error in errors_of(found).values()
    ]

    # errors of one fit go together: a quarter of the checks count as independent
    count = len(inside) // 4
    allowed = stats.binom.ppf(ALPHA, count, 0.95) / count
    assert np.mean(inside) > allowed
