"""Statistics under many sets of weights at once.

`weights` has a row for each set: the first is all ones and gives the value, the others
are resamples and give the interval. Values that are not known count for nothing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


TINY = 1e-24
"""A product of variances below this is a rounding error."""


def divide(above: Floats, below: Floats) -> Floats:
    """Divide; nothing over nothing is not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


def ratio(weights: Floats, above: Floats, below: Floats) -> Floats:
    """Give the sum of one thing over the sum of another."""
    known = np.isfinite(above) & np.isfinite(below)
    chosen = weights[:, known]
    return divide(chosen @ above[known], chosen @ below[known])


def tally(codes: Codes, amounts: NDArray[Any] | None = None, size: int = 0) -> Floats:
    """Add amounts up by code, once; count without amounts."""
    return np.bincount(codes, amounts, size).astype(np.float64)


def any_known(seen: Floats) -> Flags:
    """Tell which rows have anything known."""
    return np.asarray(np.isfinite(seen).any(axis=1), dtype=np.bool_)


def mean(weights: Floats, values: Floats) -> Floats:
    """Give the mean."""
    return ratio(weights, values, np.where(np.isfinite(values), 1.0, np.nan))


def covariance(weights: Floats, one: Floats, other: Floats) -> Floats:
    """Give the covariance, with n - 1 below."""
    known = np.isfinite(one) & np.isfinite(other)
    chosen, one, other = weights[:, known], one[known], other[known]
    total = chosen.sum(axis=1)
    product = chosen @ (one * other)
    centre = divide((chosen @ one) * (chosen @ other), total)
    return divide(product - centre, total - 1)


def slope(weights: Floats, regressor: Floats, response: Floats) -> Floats:
    """Give the slope of a straight line."""
    regressor = np.where(np.isfinite(response), regressor, np.nan)
    return divide(
        covariance(weights, regressor, response),
        covariance(weights, regressor, regressor),
    )


def correlation(weights: Floats, one: Floats, other: Floats) -> Floats:
    """Give Pearson's correlation."""
    both = np.isfinite(one) & np.isfinite(other)
    if not both.any():
        return np.full(len(weights), np.nan)
    # about the mean, so that what does not vary is nothing and not a rounding error
    one = np.where(both, one - one[both].mean(), np.nan)
    other = np.where(both, other - other[both].mean(), np.nan)
    spread = covariance(weights, one, one) * covariance(weights, other, other)
    varies = np.where(spread > TINY, spread, 0.0)
    return divide(covariance(weights, one, other), np.sqrt(varies))


def quantile(weights: Floats, values: Floats, share: float) -> Floats:
    """Give a quantile: the least value with that share of the weight up to it."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) == 0:
        return np.full(len(weights), np.nan)
    order = known[np.argsort(values[known], kind="stable")]
    reached = np.cumsum(weights[:, order], axis=1)
    place = (reached < share * reached[:, -1:]).sum(axis=1)
    found: Floats = values[order][np.minimum(place, len(order) - 1)]
    return found


def mean_difference(weights: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Give the summed absolute difference over pairs, and the weight of the pairs."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(values[known], kind="stable")]
    chosen, ordered = weights[:, order], values[order]
    below = np.cumsum(chosen, axis=1) - chosen
    summed = np.cumsum(chosen * ordered, axis=1) - chosen * ordered
    total = chosen.sum(axis=1)
    return (
        (chosen * (ordered * below - summed)).sum(axis=1),
        total * (total - 1) / 2,
    )


def gini(weights: Floats, values: Floats) -> Floats:
    """Give the Gini coefficient: half the relative mean difference."""
    apart, pairs = mean_difference(weights, values)
    return divide(apart, 2 * pairs * mean(weights, values))


def summed_by(weights: Floats, codes: Codes, amounts: Floats) -> Floats:
    """Add amounts up by code, under each set of weights; a code below 0 is left out."""
    known = np.isfinite(amounts) & (codes >= 0)
    size = int(codes.max(initial=-1)) + 1
    spread = np.zeros((int(known.sum()), max(size, 1)))
    spread[np.arange(len(spread)), codes[known]] = amounts[known]
    summed: Floats = weights[:, known] @ spread
    return summed
