"""Theil's index of what providers give, parted within and between kinds of provider.

T = mean of (y / m) ln (y / m), with m the mean of y: 0 is equal. It is the sum of what
lies within groups, each group's own T weighed by its share of all y, and of what lies
between them, the sum of that share times ln of the group's mean over m.
"""

from functools import partial

import numpy as np

from quasimarket.chance.resample import shuffles
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import at_position, column, people
from quasimarket.insight.practice import one_part, window
from quasimarket.insight.sectors import with_null
from quasimarket.insight.weighted import Codes, Floats, divide, tally


def theil(weights: Floats, values: Floats) -> Floats:
    """Give Theil's index of values of 0 or more."""
    total = weights.sum(axis=1)
    mean = divide(weights @ values, total)
    return divide(weights @ _times_log(values), total * mean) - _log(mean)


def between(weights: Floats, values: Floats, codes: Codes) -> Floats:
    """Give what of it lies between groups; `codes` may differ by set of weights."""
    labels = np.broadcast_to(codes, weights.shape)
    total, summed = weights.sum(axis=1), weights @ values
    mean = divide(summed, total)
    found = np.zeros(len(weights))
    for code in range(int(codes.max(initial=0)) + 1):
        inside = weights * (labels == code)
        own = inside @ values
        of = divide(own, inside.sum(axis=1))
        share = divide(own, summed)
        found += np.where(share > 0, share * (_log(of) - _log(mean)), 0.0)
    return np.where(summed > 0, found, np.nan)


def _times_log(values: Floats) -> Floats:
    return np.where(values > 0, values * np.log(np.where(values > 0, values, 1)), 0.0)


def _log(values: Floats) -> Floats:
    return np.log(np.where(values > 0, values, np.nan))


def _intensity(observed: Observed) -> Floats:
    rows = people(observed)
    place = at_position(rows)
    use = place >= 0
    contacts, weeks = (
        tally(place[use], column(rows, name)[use], len(observed))
        for name in ("contacts", "weeks")
    )
    return divide(contacts, weeks)


def _specialism(observed: Observed) -> Floats:
    return one_part(observed, "specialism", window(OBSERVED_TO_MONTH))


OF = {"intensity": _intensity, "specialism": _specialism}
"""Contacts a week, and the share of support that is specialist, by position."""


def _codes(observed: Observed, by: str) -> Codes:
    if by == "sectors":
        return observed.codes("sector")
    return np.asarray(observed.positions["tier"].to_numpy(), dtype=np.int64)


def inequality(observed: Observed, of: str, part: str, by: str = "") -> Estimate:
    """Give Theil's index between delivering positions, or a part of it.

    Between sectors has a null.
    """
    values = OF[of](observed)
    known = np.isfinite(values) & np.isin(_codes(observed, "tiers"), (0, 1))
    if known.sum() < 2 or not values[known].sum() > 0:
        raise NotSeen("too few positions give any")
    given = values[known]
    if not by:
        return observed.estimate(lambda weights: theil(weights[:, known], given), known)
    codes = _codes(observed, by)[known]

    def split(weights: Floats) -> Floats:
        apart = between(weights[:, known], given, codes)
        return apart if part == "between" else theil(weights[:, known], given) - apart

    found = observed.estimate(split, known)
    if by != "sectors" or part != "between":
        return found
    order = shuffles(observed.seed, len(given), observed.times)
    shuffled = between(np.ones(order.shape), given, codes[order])
    return with_null(found, shuffled)


MEASURES: dict[str, Measured] = {
    **{f"diversity.theil.{of}": partial(inequality, of=of, part="whole") for of in OF},
    **{
        f"diversity.theil.{of}.{part}_{by}": partial(
            inequality, of=of, part=part, by=by
        )
        for of in OF
        for by in ("sectors", "tiers")
        for part in ("within", "between")
    },
}
