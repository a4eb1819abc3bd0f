"""Payment-group quality: how well groups tell who is near to work from who is far.

Carter and Whitworth (2015): where groups tell chances apart badly and overlap much,
creaming is designed in. Official groups are set beside statistical ones: as many bands
of equal numbers of people, cut on the estimated chance itself.
"""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import kinds_of_people
from quasimarket.insight.weighted import Codes, Floats, divide


BINS = 10
"""Overlap is taken over tenths of all people, by their chance."""


def auc(successes: Floats, failures: Floats) -> Floats:
    """Give the area under the ROC curve, by set of weights, classes in columns.

    A class's own rate is its score; pairs inside a class are ties, which count half.
    """
    order = np.argsort(divide(successes, successes + failures), axis=1, kind="stable")
    won, lost = (
        np.take_along_axis(one, order, axis=1) for one in (successes, failures)
    )
    below = np.cumsum(lost, axis=1) - lost
    pairs = won.sum(axis=1) * lost.sum(axis=1)
    return divide((won * (below + lost / 2)).sum(axis=1), pairs)


def pseudo_r2(successes: Floats, failures: Floats) -> Floats:
    """Give McFadden's R squared: 1 - log likelihood over that of a single rate."""
    whole = [one.sum(axis=1, keepdims=True) for one in (successes, failures)]
    return 1 - divide(-_log_likelihood(successes, failures), -_log_likelihood(*whole))


def _log_likelihood(successes: Floats, failures: Floats) -> Floats:
    chance = divide(successes, successes + failures)
    inside = np.clip(np.nan_to_num(chance), 1e-12, 1 - 1e-12)
    by_class = successes * np.log(inside) + failures * np.log(1 - inside)
    found: Floats = by_class.sum(axis=1)
    return found


def overlap(one: Floats, other: Floats) -> Floats:
    """Give the shared area of two histograms: 1 is the same, 0 apart; bins last."""
    shares = [
        each / np.maximum(each.sum(axis=-1, keepdims=True), 1e-12)
        for each in (one, other)
    ]
    found: Floats = np.minimum(*shares).sum(axis=-1)
    return found


def _bands(kinds: pl.DataFrame, count: int) -> Codes:
    """Part people into bands of equal numbers by chance; equals are kept together."""
    chance, people = kinds["odds"].to_numpy(), kinds["people"].to_numpy()
    values, place = np.unique(chance, return_inverse=True)
    each = np.bincount(place, people, len(values))
    reached = (np.cumsum(each) - each / 2) / each.sum()
    band = np.minimum((reached * count).astype(np.int64), count - 1)
    return np.asarray(band[place], dtype=np.int64)


def _groups(kinds: pl.DataFrame) -> Codes:
    found = np.unique(kinds["group"].fill_null("").to_numpy(), return_inverse=True)[1]
    if found.max(initial=0) < 1:
        raise NotSeen("there is one payment group only")
    return np.asarray(found, dtype=np.int64)


def _classed(
    observed: Observed, kinds: pl.DataFrame, classes: Codes, *columns: str
) -> list[Floats]:
    """Add columns up by class, under each resample of the primes."""
    counts, cluster = observed.weights_of_rows(kinds)
    size, width = counts.shape[1], int(classes.max()) + 1
    cell = np.where(cluster < 0, size - 1, cluster) * width + classes
    return [
        counts
        @ np.bincount(cell, kinds[name].to_numpy(), size * width).reshape(size, width)
        for name in columns
    ]


def _counted(observed: Observed, cut: str) -> tuple[Floats, Floats, int]:
    kinds = kinds_of_people(observed)
    groups = _groups(kinds)
    classes = groups if cut == "official" else _bands(kinds, len(np.unique(groups)))
    people, won = _classed(observed, kinds, classes, "people", "outcomes")
    return won, people - won, round(float(kinds["people"].sum()))


def group_auc(observed: Observed, cut: str) -> Estimate:
    """Give the AUC of outcomes by official or statistical payment groups."""
    won, lost, n = _counted(observed, cut)
    return observed.from_resamples(auc(won, lost), n)


def group_auc_gap(observed: Observed) -> Estimate:
    """Give the AUC of statistical groups less that of the official ones."""
    official, statistical = (
        _counted(observed, cut) for cut in ("official", "statistical")
    )
    gap = auc(*statistical[:2]) - auc(*official[:2])
    return observed.from_resamples(gap, official[2])


def group_pseudo_r2(observed: Observed, cut: str) -> Estimate:
    """Give McFadden's R squared of outcomes by official or statistical groups."""
    won, lost, n = _counted(observed, cut)
    return observed.from_resamples(pseudo_r2(won, lost), n)


def group_overlap(observed: Observed) -> Estimate:
    """Give the mean overlap of people's chances in groups next to one another.

    Groups stand in order of their mean chance.
    """
    kinds = kinds_of_people(observed)
    groups = _groups(kinds)
    width = int(groups.max()) + 1
    people = kinds["people"].to_numpy()
    chance = np.bincount(groups, people * kinds["odds"].to_numpy(), width)
    order = np.argsort(chance / np.maximum(np.bincount(groups, people, width), 1e-12))
    (spread,) = _classed(observed, kinds, groups * BINS + _bands(kinds, BINS), "people")
    filled = np.zeros((len(spread), width * BINS))
    filled[:, : spread.shape[1]] = spread
    ordered = filled.reshape(len(spread), width, BINS)[:, order]
    shared = overlap(ordered[:, :-1], ordered[:, 1:])
    return observed.from_resamples(shared.mean(axis=1), round(float(people.sum())))


MEASURES: dict[str, Measured] = {
    **{
        f"creaming.group_auc.{cut}": partial(group_auc, cut=cut)
        for cut in ("official", "statistical")
    },
    "creaming.group_auc.gap": group_auc_gap,
    **{
        f"creaming.group_pseudo_r2.{cut}": partial(group_pseudo_r2, cut=cut)
        for cut in ("official", "statistical")
    },
    "creaming.group_overlap": group_overlap,
}
