"""Convergence as a process: who moves, how fast, and towards what.

The start is practice over months 1 to 6, the end that of the window to a later month.
Noise in the first would look like convergence (regression to the mean), so beta is
taken with the even months of the start set against the odd ones: their noise is not
shared, and what they share is true difference (the reliability correction).
"""

from functools import partial

import numpy as np

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import SECTORS, Measured, Observed
from quasimarket.insight.practice import (
    FIRST,
    WIDTH,
    one_part,
    practice,
    practice_to,
    window,
)
from quasimarket.insight.pressure import between_share
from quasimarket.insight.sectors import sector_gap, with_null
from quasimarket.insight.template import distance, prime_templates
from quasimarket.insight.weighted import (
    Codes,
    Flags,
    Floats,
    any_known,
    covariance,
    divide,
    mean,
    ratio,
    tally,
)


EVEN, ODD = range(0, 6, 2), range(1, 6, 2)
START_MIDDLE = 2.5
"""The middle of months 1 to 6, by their places."""


def _halves(observed: Observed, name: str, month: int) -> tuple[Floats, Floats, Floats]:
    even, odd = (one_part(observed, name, half) for half in (EVEN, ODD))
    end = one_part(observed, name, window(month))
    known = np.isfinite(even) & np.isfinite(odd) & np.isfinite(end)
    known &= observed.positions["tier"].to_numpy() > 0
    hidden = np.where(known, 0.0, np.nan)
    return even + hidden, odd + hidden, end + hidden


def _within(values: Floats, codes: Codes) -> Floats:
    """Take each group's mean off."""
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    centre = tally(codes, filled) / np.maximum(tally(codes, known), 1)
    apart: Floats = values - centre[codes]
    return apart


def _beta(weights: Floats, even: Floats, odd: Floats, end: Floats) -> Floats:
    moved = covariance(weights, end - even, odd) + covariance(weights, end - odd, even)
    return divide(moved, 2 * covariance(weights, even, odd))


def beta(observed: Observed, name: str, month: int = 13) -> Estimate:
    """Give the slope of a part's change on its start: -1 is complete convergence."""
    even, odd, end = _halves(observed, name, month)
    return observed.estimate(
        lambda weights: _beta(weights, even, odd, end), np.isfinite(even)
    )


def _pooled(
    observed: Observed, month: int, by: str | None
) -> list[tuple[Floats, Floats, Floats]]:
    found = []
    why = ""
    for name in PRACTICES:
        try:
            halves = _halves(observed, name, month)
        except NotSeen as missing:
            why = str(missing)
            continue
        if by is not None:
            codes = observed.codes(by)
            halves = tuple(_within(one, codes) for one in halves)  # type: ignore[assignment]  # three in, three out
        found.append(halves)
    if not found:
        raise NotSeen(why)
    return found


def pooled_beta(observed: Observed, month: int = 13, by: str | None = None) -> Estimate:
    """Give beta over all parts of practice, inside primes where `by` says so."""
    parts = _pooled(observed, month, by)
    return observed.estimate(
        lambda weights: _pooled_beta(weights, parts), _any_known(parts)
    )


def _pooled_beta(weights: Floats, parts: list[tuple[Floats, Floats, Floats]]) -> Floats:
    above = np.zeros(len(weights))
    below = np.zeros(len(weights))
    for even, odd, end in parts:
        above += np.nan_to_num(
            covariance(weights, end - even, odd) + covariance(weights, end - odd, even)
        )
        below += np.nan_to_num(2 * covariance(weights, even, odd))
    return divide(above, below)


def _any_known(parts: list[tuple[Floats, Floats, Floats]]) -> Flags:
    known: Flags = np.any([np.isfinite(even) for even, _, _ in parts], axis=0)
    return known


def speed(observed: Observed, month: int = 13) -> Estimate:
    """Give -ln(1 + beta) a month, over all parts; 0 is none."""
    parts = _pooled(observed, month, None)
    if _pooled_beta(np.ones((1, len(observed))), parts)[0] <= -1:
        raise NotSeen("convergence is complete or overshoots: it has no one speed")
    months = month - WIDTH / 2 - 0.5 - START_MIDDLE

    def rate(weights: Floats) -> Floats:
        left = 1 + _pooled_beta(weights, parts)
        return np.where(left > 0, -np.log(np.maximum(left, 1e-9)) / months, np.nan)

    return observed.estimate(rate, _any_known(parts))


def _subcontractors(observed: Observed, seen: Floats) -> Floats:
    tier = observed.positions["tier"].to_numpy()[:, None]
    return np.where(tier > 0, seen, np.nan)


def distances(observed: Observed, months: range) -> Floats:
    """Give the distance of each subcontractor to its own prime's template."""
    seen = practice(observed, months)
    template, prime = prime_templates(observed, seen)
    return distance(_subcontractors(observed, seen), template[prime])


def to_template(observed: Observed, month: int | None) -> Estimate:
    """Give the mean distance of subcontractors to their own prime's template.

    The start (months 1-6) where no month is given.
    """
    values = distances(observed, window(month))
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def to_template_change(observed: Observed, month: int = 13) -> Estimate:
    """Give the change of the mean distance to the template, same providers."""
    values = distances(observed, window(month)) - distances(observed, FIRST)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def to_other_templates(observed: Observed, month: int = 13) -> Estimate:
    """Give the mean distance of subcontractors to other primes' templates."""
    seen = practice(observed, window(month))
    template, prime = prime_templates(observed, seen)
    seen = _subcontractors(observed, seen)
    total, times = np.zeros(len(observed)), np.zeros(len(observed))
    for code in np.flatnonzero(any_known(template)):
        apart = distance(seen, template[code])
        use = np.isfinite(apart) & (prime != code)
        total += np.where(use, apart, 0.0)
        times += use
    values = divide(total, times)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def between_primes(observed: Observed, month: int = 13) -> Estimate:
    """Give the mean over parts of the variance's share that lies between primes."""
    seen = _subcontractors(observed, practice(observed, window(month)))
    prime = observed.codes("prime")
    found = []
    for column in seen.T:
        known = np.isfinite(column)
        if known.sum() > 2 and column[known].std() > 0:
            found.append(between_share(column[known], prime[known]))
    if not found:
        raise NotSeen("no part of practice varies")
    return Estimate(value=float(np.mean(found)), n=int(any_known(seen).sum()))


def moved(observed: Observed, sector: str | None, month: int = 13) -> Estimate:
    """Give how far subcontractors moved, root mean square over parts but caseload."""
    values = _moved(observed, month)
    if sector is not None:
        values = np.where(observed.is_sector(sector), values, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def _moved(observed: Observed, month: int) -> Floats:
    start, end = practice(observed, FIRST), practice_to(observed, month)
    # caseloads fill up everywhere at first: that is no change of mind
    start[:, PRACTICES.index("caseload")] = np.nan
    return distance(_subcontractors(observed, end), start)


def moved_gap(observed: Observed, month: int = 13) -> Estimate:
    """Give how far the third sector moved less the others."""
    values = _moved(observed, month)
    known = np.isfinite(values)
    return sector_gap(observed, values, np.ones(len(values)), known)


def start_gap(observed: Observed) -> Estimate:
    """Give the third sector's first distance to the template less the others'."""
    values = distances(observed, FIRST)
    return sector_gap(observed, values, np.ones(len(values)), np.isfinite(values))


def selection_and_adaptation(
    observed: Observed, name: str, which: str, month: int = 13
) -> Estimate:
    """Give one side of the Price split of a part's mean change, weighted by caseload.

    Selection is the change that comes of some growing, shrinking or leaving; adaptation
    that of providers changing what they do.
    """
    start = one_part(observed, name, FIRST)
    end = one_part(observed, name, window(month))
    size_0 = np.nansum(observed.monthly("caseload")[:, :6], axis=1) / len(FIRST)
    later = observed.monthly("caseload")[:, list(window(month))]
    size_1 = np.nansum(later, axis=1) / WIDTH
    units = np.isfinite(start) & (size_0 > 0) & (np.isfinite(end) | (size_1 == 0))
    units &= observed.positions["tier"].to_numpy() > 0
    growth = np.where(units, divide(size_1, size_0), 0.0)
    change = np.where(units, np.nan_to_num(end - start), 0.0)
    begun = np.where(units, size_0, 0.0)

    def price(weights: Floats) -> Floats:
        share = divide(weights * begun, (weights @ begun)[:, None])
        grown = share @ growth
        if which == "adaptation":
            return divide(share @ (growth * change), grown)
        position = np.where(units, start, 0.0)
        together = share @ (growth * position) - grown * (share @ position)
        return divide(together, grown)

    return observed.estimate(price, units)


def sector_of_movers(observed: Observed, month: int = 13) -> Estimate:
    """Give the ratio of how far the third sector moved to how far others did."""
    values = _moved(observed, month)
    third = observed.is_sector("third")
    known = np.isfinite(values)
    one = np.ones(len(values))
    found = observed.estimate(
        lambda weights: divide(
            ratio(weights[:, known & third], values[known & third], one[known & third]),
            ratio(
                weights[:, known & ~third], values[known & ~third], one[known & ~third]
            ),
        ),
        known,
    )
    labels = third[known].astype(np.float64)
    order = np.argsort(observed.sector_shuffles[:, known], axis=1)
    inside = labels[order]
    null = divide(
        divide(inside @ values[known], inside.sum(axis=1)),
        divide((1 - inside) @ values[known], (1 - inside).sum(axis=1)),
    )
    return with_null(found, null)


MEASURES: dict[str, Measured] = {
    **{f"convergence.beta.{name}": partial(beta, name=name) for name in PRACTICES},
    "convergence.beta.pooled": pooled_beta,
    "convergence.beta.within_primes": partial(pooled_beta, by="prime"),
    "convergence.beta.pooled.month36": partial(pooled_beta, month=36),
    "convergence.beta.pooled.month72": partial(pooled_beta, month=72),
    "convergence.speed": speed,
    "convergence.speed.month36": partial(speed, month=36),
    "convergence.distance_to_template.start": partial(to_template, month=None),
    "convergence.distance_to_template.within": partial(to_template, month=13),
    "convergence.distance_to_template.between": to_other_templates,
    "convergence.distance_to_template.change": to_template_change,
    "convergence.distance_to_template.change.month36": partial(
        to_template_change, month=36
    ),
    "convergence.distance_to_template.start.sector_gap": start_gap,
    "convergence.between_primes_share": between_primes,
    "convergence.moved": partial(moved, sector=None),
    **{
        f"convergence.moved.{sector}": partial(moved, sector=sector)
        for sector in SECTORS
    },
    "convergence.moved.sector_gap": moved_gap,
    "convergence.moved.third_ratio": sector_of_movers,
    **{
        f"convergence.price.{which}.{name}": partial(
            selection_and_adaptation, name=name, which=which
        )
        for which in ("selection", "adaptation")
        for name in ("work_first", "specialism")
    },
}
