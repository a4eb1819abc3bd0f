"""The template of a prime: the practice of its own in-house unit, as seen.

A prime without a unit of its own that delivers has no template that can be seen: a
directive says which part of practice it prescribes and not how much of it. Its chain is
then left out of measures of distance, and their n says so.
"""

import numpy as np

from quasimarket.insight.observed import Observed
from quasimarket.insight.practice import practice
from quasimarket.insight.weighted import Codes, Floats


def templates(observed: Observed, months: range) -> tuple[Floats, Codes]:
    """Give each prime's template over some months, and each position's prime."""
    return prime_templates(observed, practice(observed, months))


def prime_templates(observed: Observed, seen: Floats) -> tuple[Floats, Codes]:
    """Give each prime's template, by prime and part, from practice as seen."""
    prime = observed.codes("prime")
    own = observed.positions["tier"].to_numpy() == 0
    count = int(prime.max()) + 1
    found = np.full((count, seen.shape[1]), np.nan)
    for code in range(count):
        units = seen[own & (prime == code)]
        known = np.isfinite(units)
        total = np.where(known, units, 0.0).sum(axis=0)
        times = known.sum(axis=0)
        found[code] = np.where(times > 0, total / np.maximum(times, 1), np.nan)
    return found, prime


def distance(seen: Floats, template: Floats) -> Floats:
    """Give the root mean square distance over the parts known of both."""
    gap = seen - template
    known = np.isfinite(gap)
    squares = np.where(known, gap, 0.0) ** 2
    times = known.sum(axis=-1)
    mean = squares.sum(axis=-1) / np.maximum(times, 1)
    return np.where(times > 0, np.sqrt(mean), np.nan)
