"""Sector or not: whose differences go with sector, size, tier, prime or place.

LMG (Lindeman, Merenda and Gold 1980): a factor's part of R squared, averaged over all
orders in which the factors could come in; all dummies of a factor enter together.
"""

from functools import partial
from itertools import combinations
from math import factorial

import numpy as np

from quasimarket.chance.resample import shuffles
from quasimarket.insight.flow import YEAR, ended, received
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.practice import one_part, window
from quasimarket.insight.sectors import with_null
from quasimarket.insight.viability import reserves_months
from quasimarket.insight.weighted import Codes, Flags, Floats, divide


FACTORS = ("sector", "size", "tier", "prime", "area")
FEWEST = 30
TIMES = 100
"""Resamples and shuffles: 32 regressions each."""


def _referrals(observed: Observed) -> Floats:
    people = received(observed, 0, min(YEAR, observed.last_month))
    return np.where(observed.is_tier(1, 2), np.log1p(people), np.nan)


def _reserves(observed: Observed) -> Floats:
    months = np.clip(reserves_months(observed, 12), -24, 24)
    return np.where(observed.is_tier(1, 2), months, np.nan)


def _outcomes(observed: Observed) -> Floats:
    people = observed.total("referrals")
    rate = divide(observed.total("outcomes"), people)
    return np.where(observed.is_tier(1) & (people >= FEWEST), rate, np.nan)


def _exits(observed: Observed) -> Floats:
    return np.where(observed.is_tier(1, 2), ended(observed), np.nan)


def _practice(observed: Observed) -> Floats:
    last = min(OBSERVED_TO_MONTH, observed.last_month + 1)
    values = one_part(observed, "work_first", window(last))
    return np.where(observed.is_tier(1), values, np.nan)


EXPLAINED = {
    "referrals": _referrals,
    "reserves": _reserves,
    "outcomes": _outcomes,
    "exits": _exits,
    "work_first": _practice,
}
"""What is explained, by position."""


def _design(observed: Observed, units: Flags) -> list[Floats]:
    """Give each factor's dummies, the first level left out."""
    found = []
    for name in FACTORS:
        codes = np.unique(observed.codes(name)[units], return_inverse=True)[1]
        found.append(np.eye(codes.max() + 1)[codes][:, 1:])
    return found


def lmg(moments: Floats, sizes: list[int]) -> Floats:
    """Give each factor's part of R squared, by set of moments and factor.

    Moments are of the constant, each factor's `sizes` dummies, and the response.
    """
    starts = np.cumsum([1, *sizes])
    total = _spread(moments)
    count = len(sizes)
    reached = {frozenset[int](): np.zeros(len(moments))}
    for number in range(1, count + 1):
        for chosen in combinations(range(count), number):
            used = [0, *(i for k in chosen for i in range(starts[k], starts[k + 1]))]
            reached[frozenset(chosen)] = divide(_fitted(moments, used), total)
    parts = np.zeros((len(moments), count))
    for factor in range(count):
        for before, weight in _orders(count, factor):
            gain = reached[before | {factor}] - reached[before]
            parts[:, factor] += weight * gain
    return parts


def _orders(count: int, factor: int) -> list[tuple[frozenset[int], float]]:
    """Give each set of factors that can come before one, and its share of orders."""
    others = [one for one in range(count) if one != factor]
    return [
        (frozenset(before), factorial(k) * factorial(count - 1 - k) / factorial(count))
        for k in range(count)
        for before in combinations(others, k)
    ]


def _spread(moments: Floats) -> Floats:
    found: Floats = moments[:, -1, -1] - moments[:, 0, -1] ** 2 / moments[:, 0, 0]
    return found


def _fitted(moments: Floats, used: list[int]) -> Floats:
    """Give the sum of squares that some columns explain about the mean."""
    square = moments[:, used][:, :, used]
    product = moments[:, used, -1]
    # a column with nothing in a resample would make the matrix singular
    ridge = 1e-8 * np.trace(square, axis1=1, axis2=2)[:, None, None]
    strength = np.linalg.solve(square + ridge * np.eye(len(used)), product[:, :, None])
    fitted: Floats = (strength[:, :, 0] * product).sum(axis=1)
    return fitted - moments[:, 0, -1] ** 2 / moments[:, 0, 0]


def resampled_moments(observed: Observed, units: Flags, columns: Floats) -> Floats:
    """Give X'X of some columns under each resample, added up from the clusters'."""
    cluster = observed.clusters[units]
    used = np.unique(cluster)
    own = np.stack([columns[cluster == c].T @ columns[cluster == c] for c in used])
    counts = observed.counts[: TIMES + 1][:, used]
    found: Floats = np.tensordot(counts, own, axes=1)
    return found


def shuffled_sector(
    design: list[Floats], response: Floats, orders: Codes
) -> tuple[Floats, Floats]:
    """Give sector's part of R squared and R squared itself under shuffled labels."""
    total = (response**2).sum()
    constant = np.ones((len(response), 1))
    labels = design[0][orders].transpose(1, 0, 2)
    parts = np.zeros(len(orders))
    whole = np.zeros(len(orders))
    for before, weight in _orders(len(design), 0):
        base = np.hstack([constant, *(design[k] for k in sorted(before))])
        square = base.T @ base
        square += 1e-8 * np.trace(square) * np.eye(len(square))
        fit = base @ np.linalg.solve(square, base.T @ response)
        rest = response - fit
        flat = labels.reshape(len(response), -1)
        inside = (flat - base @ np.linalg.solve(square, base.T @ flat)).reshape(
            labels.shape
        )
        square = np.einsum("nra,nrb->rab", inside, inside)
        product = np.einsum("nra,n->ra", inside, rest)
        square += 1e-8 * np.eye(square.shape[1])
        gain = (np.linalg.solve(square, product[:, :, None])[:, :, 0] * product).sum(1)
        parts += weight * gain / total
        if len(before) == len(design) - 1:
            whole = (fit @ response + gain) / total
    return parts, whole


def _parts(observed: Observed, what: str) -> tuple[Floats, Floats, int]:
    """Give parts under resamples, sector's part and the whole shuffled, and n."""
    key = f"lmg.{what}"
    response = EXPLAINED[what](observed)
    units = np.isfinite(response)
    n = int(units.sum())
    if n < FEWEST:
        raise NotSeen(f"too few positions: {n}")
    y = response[units] - response[units].mean()
    if not np.abs(y).max() > 0:
        raise NotSeen(f"all positions have the same {what}")
    if key not in observed.kept:
        design = _design(observed, units)
        columns = np.hstack([np.ones((n, 1)), *design, y[:, None]])
        moments = resampled_moments(observed, units, columns)
        observed.kept[key] = lmg(moments, [one.shape[1] for one in design])
        orders = shuffles(observed.seed, n, min(TIMES, observed.times))
        if design[0].shape[1]:
            observed.kept[f"{key}.null"] = np.stack(shuffled_sector(design, y, orders))
        else:
            observed.kept[f"{key}.null"] = np.zeros((2, 0))
    return observed.kept[key], observed.kept[f"{key}.null"], n


def share(observed: Observed, what: str, factor: str) -> Estimate:
    """Give a factor's share of the variance explained; sector has a null."""
    parts, null, n = _parts(observed, what)
    units = np.isfinite(EXPLAINED[what](observed))
    if len(np.unique(observed.codes(factor)[units])) < 2:
        raise NotSeen(f"all positions have one {factor}")
    place = FACTORS.index(factor)
    found = observed.from_resamples(divide(parts[:, place], parts.sum(axis=1)), n)
    return with_null(found, divide(*null)) if factor == "sector" else found


def explained(observed: Observed, what: str) -> Estimate:
    """Give R squared of the five factors together."""
    parts, _, n = _parts(observed, what)
    return observed.from_resamples(parts.sum(axis=1), n)


def sector_part(observed: Observed, what: str) -> Estimate:
    """Give sector's own part of R squared, with its null."""
    parts, null, n = _parts(observed, what)
    return with_null(observed.from_resamples(parts[:, 0], n), null[0])


def interactions(observed: Observed, what: str) -> Estimate:
    """Give what sector by tier by size adds to R squared beyond the three alone."""
    response = EXPLAINED[what](observed)
    units = np.isfinite(response)
    n = int(units.sum())
    if n < FEWEST:
        raise NotSeen(f"too few positions: {n}")
    cells = [observed.codes(name)[units] for name in ("sector", "tier", "size")]
    joint = np.unique(np.stack(cells, axis=1), axis=0, return_inverse=True)[1].ravel()
    alone = [np.eye(int(one.max()) + 1)[one] for one in cells]
    y = response[units] - response[units].mean()
    simple = np.hstack([np.ones((n, 1)), *alone])
    full = np.hstack([simple, np.eye(int(joint.max()) + 1)[joint]])
    moments = resampled_moments(observed, units, np.hstack([full, y[:, None]]))
    added = _fitted(moments, list(range(full.shape[1]))) - _fitted(
        moments, list(range(simple.shape[1]))
    )
    return observed.from_resamples(divide(added, _spread(moments)), n)


MEASURES: dict[str, Measured] = {
    **{
        f"decomposition.{factor}_share.{what}": partial(share, what=what, factor=factor)
        for what in EXPLAINED
        for factor in FACTORS
    },
    **{f"decomposition.r2.{what}": partial(explained, what=what) for what in EXPLAINED},
    **{
        f"decomposition.r2.sector.{what}": partial(sector_part, what=what)
        for what in EXPLAINED
    },
    "decomposition.interactions.referrals": partial(interactions, what="referrals"),
}
