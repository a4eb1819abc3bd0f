"""Diversity of providers and of what they do, against inequality of what people get."""

from functools import partial

import numpy as np

from quasimarket.insight.homogeneity import gower, seen_at
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import at_position, column, in_need, people
from quasimarket.insight.practice import FIRST, practice
from quasimarket.insight.weighted import (
    Codes,
    Floats,
    any_known,
    correlation,
    divide,
    gini,
    summed_by,
    tally,
)


MONTH = 13


def _shares(weights: Floats, codes: Codes, amounts: Floats) -> Floats:
    summed = summed_by(weights, codes, amounts)
    shares: Floats = summed / np.maximum(summed.sum(axis=1, keepdims=True), 1e-12)
    return shares


def _effective(shares: Floats) -> Floats:
    safe = np.where(shares > 0, shares, 1.0)
    found: Floats = np.exp(-(shares * np.log(safe)).sum(axis=1))
    return found


def blau_of_sectors(observed: Observed, of: str) -> Estimate:
    """Give 1 less the sum of squared sector shares, of positions or of people."""
    amounts = (
        observed.is_tier(1, 2).astype(np.float64)
        if of == "positions"
        else observed.total("referrals")
    )
    codes = observed.codes("sector")
    return observed.estimate(
        lambda weights: 1 - (_shares(weights, codes, amounts) ** 2).sum(axis=1),
        amounts > 0,
    )


def effective_models(observed: Observed, month: int | None) -> Estimate:
    """Give the effective number of service models, exp of Shannon's entropy.

    A model is which parts of practice lie above the middle of their fixed scale.
    """
    seen = seen_at(observed, month)
    units = any_known(seen)
    high = np.where(np.isfinite(seen), seen > 0.5, 0).astype(np.int64)
    models = np.where(units, high @ (2 ** np.arange(seen.shape[1])), -1)
    codes = np.unique(models, return_inverse=True)[1]
    return observed.estimate(
        lambda weights: _effective(_shares(weights, codes, units.astype(np.float64))),
        units,
    )


def service_gini(observed: Observed) -> Estimate:
    """Give the Gini coefficient of contacts a week, kinds of people and positions."""
    rows = people(observed)
    weeks, contacts = column(rows, "weeks"), column(rows, "contacts")
    rate = divide(contacts, weeks)
    place = at_position(rows)
    known = (weeks > 0) & (place >= 0)
    weights = observed.weights[:101][:, place[known]] * weeks[known]
    return observed.from_resamples(gini(weights, rate[known]), int(known.sum()))


def _by_prime(observed: Observed, rate: Floats, size: Floats) -> Floats:
    """Give each prime's weighted mean, at its first position."""
    prime = observed.codes("prime")
    known = np.isfinite(rate) & (size > 0)
    above = tally(prime, np.where(known, rate * size, 0.0))
    return divide(above, tally(prime, np.where(known, size, 0.0)))


def _at_primes(observed: Observed, values: Floats) -> Floats:
    prime = observed.codes("prime")
    first = np.unique(prime, return_index=True)[1]
    laid = np.full(len(observed), np.nan)
    laid[first] = values[prime[first]]
    return laid


def _practice_diversity(observed: Observed) -> Floats:
    seen = seen_at(observed, min(MONTH, observed.last_month + 1))
    prime = observed.codes("prime")
    one = np.arange(int(prime.max()) + 1)[:, None] == prime
    return gower(one.astype(np.float64), seen)


def with_outcomes(observed: Observed) -> Estimate:
    """Give the correlation over primes of diversity of practice with outcome rate."""
    people_in = observed.total("referrals")
    rate = divide(observed.total("outcomes"), people_in)
    spread = _at_primes(observed, _practice_diversity(observed))
    reached = _at_primes(observed, _by_prime(observed, rate, people_in))
    known = np.isfinite(spread) & np.isfinite(reached)
    if known.sum() < 4:
        raise NotSeen(f"too few primes: {int(known.sum())}")
    return observed.estimate(
        lambda weights: correlation(weights, spread, reached), known
    )


def with_inequality(observed: Observed) -> Estimate:
    """Give the correlation over primes of diversity of practice with unequal help."""
    rows = people(observed)
    weeks, contacts = column(rows, "weeks"), column(rows, "contacts")
    place = at_position(rows)
    prime = np.where(place >= 0, observed.codes("prime")[place], -1)
    one = (np.arange(int(prime.max()) + 1)[:, None] == prime) * weeks
    unequal = _at_primes(observed, gini(one, divide(contacts, weeks)))
    spread = _at_primes(observed, _practice_diversity(observed))
    known = np.isfinite(spread) & np.isfinite(unequal)
    if known.sum() < 4:
        raise NotSeen(f"too few primes: {int(known.sum())}")
    return observed.estimate(
        lambda weights: correlation(weights, spread, unequal), known
    )


def specialism_and_need(observed: Observed) -> Estimate:
    """Give the correlation over tier 1 of specialism with outcomes of people in need.

    Outcomes of people with a specific need are over those of people without, at the
    same position, so that a good place does not pass for a good practice.
    """
    rows = people(observed)
    place = at_position(rows)
    need = in_need(rows)
    rates = []
    for chosen in (need & (place >= 0), ~need & (place >= 0)):
        sums = [
            tally(place[chosen], column(rows, name)[chosen], size=len(observed))
            for name in ("outcomes", "people")
        ]
        rates.append(np.where(sums[1] >= 30, divide(sums[0], sums[1]), np.nan))
    relative = np.where(observed.is_tier(1), divide(rates[0], rates[1]), np.nan)
    special = practice(observed, FIRST)[:, 1]
    return observed.estimate(
        lambda weights: correlation(weights, special, relative),
        np.isfinite(relative) & np.isfinite(special),
    )


MEASURES: dict[str, Measured] = {
    "diversity.sector_blau.positions": partial(blau_of_sectors, of="positions"),
    "diversity.sector_blau.people": partial(blau_of_sectors, of="people"),
    "diversity.effective_models.start": partial(effective_models, month=None),
    "diversity.effective_models.month13": partial(effective_models, month=MONTH),
    "diversity.effective_models.month36": partial(effective_models, month=36),
    "diversity.service_gini": service_gini,
    "diversity.correlation.outcomes": with_outcomes,
    "diversity.correlation.inequality": with_inequality,
    "diversity.correlation.specialism_need": specialism_and_need,
}
