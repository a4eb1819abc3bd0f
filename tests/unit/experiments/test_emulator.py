"""An emulator finds what it was made from, and knows how sure it is."""

import numpy as np
import pytest

from quasimarket.chance.sample import even_points
from quasimarket.experiments.emulator import MOST_TERMS, design, fit_emulator


def features(seed, count, dimensions=10):
    return 2 * even_points(seed, count, dimensions) - 1


def noise(seed, count):
    return np.random.default_rng(seed).normal(size=count)


def truth(points):
    return 2 + points[:, 3] - 0.5 * points[:, 1] + 0.8 * points[:, 3] * points[:, 1]


def test_terms_that_act_are_chosen_and_few_others():
    points = features(1, 80)

    found = fit_emulator(points, truth(points) + 0.05 * noise(1, 80))

    assert {(3,), (1,), (1, 3)} <= set(found.terms)
    assert len(found.terms) <= 6
    assert found.explained > 0.95


def test_noise_alone_is_not_explained():
    found = [fit_emulator(features(one, 60), noise(one, 60)) for one in range(20)]

    # lines enter by chance at times, and then say little
    assert np.mean([len(one.terms) > 1 for one in found]) < 0.35
    assert np.mean([one.explained for one in found]) < 0.1


def test_prediction_is_as_far_off_as_its_variance_says():
    points, others = features(2, 80), features(3, 400)
    found = fit_emulator(points, truth(points) + 0.2 * noise(2, 80))

    mean, variance = found.predicted(others)

    off = (truth(others) + 0.2 * noise(3, 400) - mean) / np.sqrt(variance)
    assert 0.7 < off.std() < 1.3


def test_terms_are_fewer_than_the_runs_can_bear():
    points = features(4, 24)

    found = fit_emulator(points, truth(points))

    assert len(found.terms) <= 24 // 4 <= MOST_TERMS


def test_what_never_varies_is_known():
    found = fit_emulator(features(5, 20), np.full(20, 3.0))

    mean, variance = found.predicted(features(6, 5))

    assert mean == pytest.approx(3)
    assert variance.max() < 1e-9


def test_square_is_a_term_of_one_feature_twice():
    assert design(np.array([[0.5, 3.0]]), ((), (0, 0), (0, 1))).tolist() == [
        [1.0, 0.25, 1.5]
    ]


def test_too_few_runs_are_refused():
    with pytest.raises(ValueError, match="8 runs or more, not 7"):
        fit_emulator(features(1, 7), np.zeros(7))
