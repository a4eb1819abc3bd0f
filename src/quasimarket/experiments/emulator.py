"""Emulators: what a run would show at parameters that were not tried, and how surely.

A second-degree polynomial whose terms are chosen one by one. Runs scatter by their
luck, and each was made with a seed of its own, so the scatter around the polynomial is
luck and misfit together; the variance of a prediction has both, and what is not known
of the coefficients.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


Floats = NDArray[np.float64]
Term = tuple[int, ...]
"""Features that a term multiplies: none, one, or two, perhaps the same twice."""
MOST_TERMS = 24
RUNS_A_TERM = 4
"""A term needs this many runs, or chance picks the terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """A polynomial of features, with its uncertainty."""

    terms: tuple[Term, ...]
    coefficients: Floats
    covariance: Floats
    """Of the coefficients."""
    scatter: float
    """Variance of single runs around the polynomial."""
    explained: float
    """Share of the runs' variance that is predicted of runs left out one by one."""

    def predicted(self, features: Floats) -> tuple[Floats, Floats]:
        """Give the mean over luck at each row of features, and its variance.

        The variance holds what is not known of the polynomial and the scatter around
        it, since how much of that is misfit is not known.
        """
        columns = design(features, self.terms)
        spread = np.einsum("ij,jk,ik->i", columns, self.covariance, columns)
        return columns @ self.coefficients, spread + self.scatter


def design(features: Floats, terms: tuple[Term, ...]) -> Floats:
    """Give the terms at each row of features, a column each."""
    columns = np.ones((len(features), len(terms)))
    for number, term in enumerate(terms):
        for feature in term:
            columns[:, number] *= features[:, feature]
    return columns


def fit_emulator(features: Floats, shown: Floats) -> Emulator:
    """Fit an emulator to what runs showed; a row of features, from -1 to 1, for each.

    Terms enter one by one, whichever lowers the Bayesian information criterion most: a
    line first, then squares and products of what is in already. Raises ValueError for
    fewer than eight runs.
    """
    count = len(shown)
    if count < 8:
        raise ValueError(f"an emulator needs 8 runs or more, not {count}")
    terms: list[Term] = [()]
    most = min(MOST_TERMS, count // RUNS_A_TERM)
    left = shown - shown.mean()
    best = _criterion(left, 1)
    basis = np.full((count, 1), 1 / math.sqrt(count))
    while len(terms) < most:
        candidates = list(_candidates(terms, features.shape[1]))
        columns = design(features, tuple(candidates))
        columns = columns - basis @ (basis.T @ columns)
        norms = np.sqrt((columns**2).sum(axis=0))
        usable = norms > 1e-6 * math.sqrt(count)
        columns = np.where(usable, columns / np.where(usable, norms, 1.0), 0.0)
        gains = (columns.T @ left) ** 2
        chosen = int(gains.argmax())
        if not usable[chosen]:
            break
        column = columns[:, chosen]
        new_left = left - column * (column @ left)
        new = _criterion(new_left, len(terms) + 1)
        # the best of many candidates lowers the criterion by chance alone
        if new + 2 * math.log(len(candidates)) >= best:
            break
        best, left = new, new_left
        terms.append(candidates[chosen])
        basis = np.column_stack([basis, column])
    return _fitted(features, shown, tuple(terms))


def _criterion(left: Floats, terms: int) -> float:
    count = len(left)
    squares = max(float(left @ left), 1e-12)
    return count * math.log(squares / count) + terms * math.log(count)


def _candidates(terms: list[Term], features: int) -> Iterator[Term]:
    known = set(terms)
    lines = [(one,) for one in range(features)]
    yield from (one for one in lines if one not in known)
    active = sorted({feature for term in terms for feature in term})
    for place, first in enumerate(active):
        for second in active[place:]:
            if (first, second) not in known:
                yield (first, second)


def _fitted(features: Floats, shown: Floats, terms: tuple[Term, ...]) -> Emulator:
    columns = design(features, terms)
    count, number = columns.shape
    inverse = np.linalg.pinv(columns.T @ columns)
    coefficients = inverse @ columns.T @ shown
    left = shown - columns @ coefficients
    scatter = float(left @ left) / max(1, count - number)
    leverage = np.einsum("ij,jk,ik->i", columns, inverse, columns)
    left_out = left / np.maximum(1 - leverage, 0.05)
    spread = float(((shown - shown.mean()) ** 2).sum())
    explained = 1 - float(left_out @ left_out) / spread if spread > 0 else 0.0
    return Emulator(
        terms=terms,
        coefficients=coefficients,
        covariance=inverse * scatter,
        scatter=scatter,
        explained=max(0.0, explained),
    )
