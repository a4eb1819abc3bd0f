import numpy as np
import pytest

from quasimarket.insight.weighted import (
    correlation,
    covariance,
    gini,
    mean,
    mean_difference,
    quantile,
    ratio,
    slope,
    summed_by,
)


VALUES = np.array([3.0, 1.0, np.nan, 4.0, 1.0, 5.0])
OTHERS = np.array([2.0, 7.0, 1.0, 8.0, 2.0, 8.0])
KNOWN = np.isfinite(VALUES)
WEIGHTS = np.array([[1, 1, 1, 1, 1, 1], [2, 0, 1, 1, 0, 3]], dtype=float)


def repeated(values, row):
    return np.repeat(values[KNOWN], WEIGHTS[row][KNOWN].astype(int))


@pytest.mark.parametrize("row", [0, 1])
def test_weights_count_as_repeats(row):
    one, other = repeated(VALUES, row), repeated(OTHERS, row)

    assert mean(WEIGHTS, VALUES)[row] == pytest.approx(one.mean())
    assert ratio(WEIGHTS, VALUES, OTHERS)[row] == pytest.approx(one.sum() / other.sum())
    assert covariance(WEIGHTS, VALUES, OTHERS)[row] == pytest.approx(
        np.cov(one, other)[0, 1]
    )
    assert slope(WEIGHTS, OTHERS, VALUES)[row] == pytest.approx(
        np.polyfit(other, one, 1)[0]
    )
    assert correlation(WEIGHTS, VALUES, OTHERS)[row] == pytest.approx(
        np.corrcoef(one, other)[0, 1]
    )


@pytest.mark.parametrize("row", [0, 1])
def test_mean_difference_is_over_all_pairs(row):
    one = repeated(VALUES, row)
    pairs = len(one) * (len(one) - 1) / 2
    apart = np.abs(one[:, None] - one[None]).sum() / 2

    found, of = mean_difference(WEIGHTS, VALUES)

    assert found[row] == pytest.approx(apart)
    assert of[row] == pytest.approx(pairs)
    assert gini(WEIGHTS, VALUES)[row] == pytest.approx(apart / pairs / 2 / one.mean())


def test_median_is_the_least_value_with_half_of_the_weight():
    assert quantile(WEIGHTS, VALUES, 0.5).tolist() == [3.0, 4.0]


def test_nothing_known_gives_nothing():
    nothing = np.full(6, np.nan)

    assert np.isnan(quantile(WEIGHTS, nothing, 0.5)).all()
    assert np.isnan(mean(WEIGHTS, nothing)).all()


def test_amounts_are_added_up_by_code():
    codes = np.array([0, 0, 1, 1, -1, 0])

    found = summed_by(WEIGHTS, codes, VALUES)

    assert found.tolist() == [[9.0, 4.0], [21.0, 4.0]]
