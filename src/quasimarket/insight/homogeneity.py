"""Convergence as a state: how alike providers are, apart from how they came to be so.

Gower distances use the fixed scales of `practice`, so that a narrowing range does not
hide itself. A rising minimum standard narrows practice too: read the means beside.
"""

from functools import partial

import numpy as np

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.convergence import EVEN, ODD
from quasimarket.insight.flow import ended
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.practice import (
    FIRST,
    WIDTH,
    mean_practice,
    one_part,
    practice,
    practice_to,
    window,
)
from quasimarket.insight.sectors import with_null
from quasimarket.insight.weighted import (
    Floats,
    any_known,
    covariance,
    divide,
    mean_difference,
)


EARLY = "start"


def gower(weights: Floats, seen: Floats) -> Floats:
    """Give the mean pairwise distance over the parts known of both of a pair."""
    summed = np.zeros(len(weights))
    pairs = np.zeros(len(weights))
    for column in seen.T:
        if np.isfinite(column).sum() > 1:
            apart, of = mean_difference(weights, column)
            summed += apart
            pairs += of
    return divide(summed, pairs)


def seen_at(observed: Observed, month: int | None) -> Floats:
    """Give subcontractors' practice at the start (None) or in the window to a month."""
    seen = practice(observed, FIRST) if month is None else practice_to(observed, month)
    tier = observed.positions["tier"].to_numpy()[:, None]
    return np.where(tier > 0, seen, np.nan)


def distance_between(observed: Observed, month: int | None) -> Estimate:
    """Give the mean pairwise Gower distance of subcontractors."""
    seen = seen_at(observed, month)
    return observed.estimate(lambda weights: gower(weights, seen), any_known(seen))


def homogeneity(observed: Observed, month: int, whom: str = "all") -> Estimate:
    """Give H = 1 - G/G0: 0 as different as at the start, 1 all alike.

    `whom` is all who are seen at each time, "survivors" those seen at both and not
    ended, "incumbents" those seen at the start, who keep their last practice when gone.
    """
    start, end = seen_at(observed, None), seen_at(observed, month)
    if whom == "survivors":
        stays = (any_known(end) & ~ended(observed, month - 1))[:, None]
        start, end = np.where(stays, start, np.nan), np.where(stays, end, np.nan)
    if whom == "incumbents":
        was = any_known(start)[:, None]
        carried = start
        for end_of_window in range(9, month + 1, WIDTH):
            now = seen_at(observed, end_of_window)
            carried = np.where(np.isfinite(now), now, carried)
        end = np.where(was, np.where(np.isfinite(end), end, carried), np.nan)
    units = any_known(start) & any_known(end)
    return observed.estimate(
        lambda weights: 1 - divide(gower(weights, end), gower(weights, start)), units
    )


def corrected(observed: Observed, month: int) -> Estimate:
    """Give 1 - sd/sd0 over all parts, with the noise of what is seen taken out.

    True variance is what two sets of months share: the even and odd of the start, and
    the first and last of the window.
    """
    parts = []
    why = ""
    for name in PRACTICES:
        try:
            even, odd = (one_part(observed, name, half) for half in (EVEN, ODD))
            first, last = (
                one_part(observed, name, [place])
                for place in (window(month)[0], window(month)[-1])
            )
        except NotSeen as missing:
            why = str(missing)
            continue
        tier = observed.positions["tier"].to_numpy() > 0
        known = tier & np.isfinite(even + odd + first + last)
        hide = np.where(known, 0.0, np.nan)
        parts.append((even + hide, odd + hide, first + hide, last + hide))
    if not parts:
        raise NotSeen(why)

    def gained(weights: Floats) -> Floats:
        before = sum(np.nan_to_num(covariance(weights, a, b)) for a, b, _, _ in parts)
        after = sum(np.nan_to_num(covariance(weights, c, d)) for _, _, c, d in parts)
        part = divide(np.maximum(np.asarray(after), 0), np.asarray(before))
        return 1 - np.sqrt(part)

    return observed.estimate(
        gained, np.any([np.isfinite(one[0]) for one in parts], axis=0)
    )


def spread(observed: Observed, name: str, month: int | None) -> Estimate:
    """Give the standard deviation of a part between subcontractors."""
    values = one_part(observed, name, window(month))
    tier = observed.positions["tier"].to_numpy()
    values = np.where(tier > 0, values, np.nan)
    return observed.estimate(
        lambda weights: np.sqrt(np.maximum(covariance(weights, values, values), 0)),
        np.isfinite(values),
    )


def sector_distance(observed: Observed, month: int | None) -> Estimate:
    """Give the mean distance of pairs across sectors less that of pairs inside one."""
    seen = seen_at(observed, month)
    units = any_known(seen)
    codes = observed.codes("sector")
    count = int(codes.max()) + 1
    if count < 2:
        raise NotSeen("there is one sector only")

    def gap(labels: Floats, weights: Floats) -> Floats:
        within = np.zeros((2, len(weights)))
        every = np.zeros((2, len(weights)))
        for column in seen.T:
            if np.isfinite(column).sum() < 2:
                continue
            every += mean_difference(weights, column)
            for code in range(count):
                inside = weights * (labels == code)
                within += mean_difference(inside, column)
        across = divide(every[0] - within[0], every[1] - within[1])
        return across - divide(within[0], within[1])

    found = observed.estimate(
        lambda weights: gap(codes[None].astype(np.float64), weights), units
    )
    orders = np.argsort(
        np.where(units, observed.sector_shuffles, len(units) + 1), axis=1, kind="stable"
    )[:, : int(units.sum())]
    labels = np.tile(codes.astype(np.float64), (len(orders), 1))
    labels[:, units] = codes[orders]
    return with_null(found, gap(labels, np.ones(labels.shape)))


MEASURES: dict[str, Measured] = {
    **{
        f"practice.mean.{name}.{label}": partial(mean_practice, name=name, month=month)
        for name in PRACTICES
        for label, month in ((EARLY, None), ("month13", 13))
    },
    **{
        f"convergence.sd.{name}.{label}": partial(spread, name=name, month=month)
        for name in PRACTICES
        for label, month in ((EARLY, None), ("month13", 13))
    },
    "convergence.gower.start": partial(distance_between, month=None),
    **{
        f"convergence.gower.month{month}": partial(distance_between, month=month)
        for month in (13, 36, 72)
    },
    **{
        f"convergence.homogeneity.month{month}": partial(homogeneity, month=month)
        for month in (13, 36, 72)
    },
    **{
        f"convergence.homogeneity.{whom}.month{month}": partial(
            homogeneity, month=month, whom=whom
        )
        for whom in ("survivors", "incumbents")
        for month in (13, 36)
    },
    **{
        f"convergence.homogeneity.corrected.month{month}": partial(
            corrected, month=month
        )
        for month in (13, 36)
    },
    "convergence.sector_distance.start": partial(sector_distance, month=None),
    **{
        f"convergence.sector_distance.month{month}": partial(
            sector_distance, month=month
        )
        for month in (13, 36, 72)
    },
}
