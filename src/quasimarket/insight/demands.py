"""Demands: what primes ask of subcontractors, how often and at what cost."""

from functools import partial

import numpy as np

from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate
from quasimarket.insight.observed import MONTHS, SECTORS, Measured, Observed
from quasimarket.insight.pressure import delivering
from quasimarket.insight.weighted import divide, mean, quantile, ratio


def requests_a_week(observed: Observed) -> Estimate:
    """Give requests a week for each delivering position, months 1 to 13."""
    weeks = (
        np.isfinite(delivering(observed)[:, :OBSERVED_TO_MONTH]).sum(axis=1)
        * 365.25
        / MONTHS
        / 7
    )
    asked = np.nan_to_num(observed.monthly("requests")[:, :OBSERVED_TO_MONTH]).sum(
        axis=1
    )
    units = weeks > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], asked[units], weeks[units]), units
    )


def requests_spread(observed: Observed) -> Estimate:
    """Give the upper quartile of requests a week, months 1 to 13."""
    weeks = (
        np.isfinite(delivering(observed)[:, :OBSERVED_TO_MONTH]).sum(axis=1)
        * 365.25
        / MONTHS
        / 7
    )
    asked = np.nan_to_num(observed.monthly("requests")[:, :OBSERVED_TO_MONTH]).sum(
        axis=1
    )
    values = divide(asked, weeks)
    return observed.estimate(
        lambda weights: quantile(weights, values, 0.75), np.isfinite(values)
    )


def late_returns(observed: Observed, sector: str | None) -> Estimate:
    """Give the share of requests answered late, over the run."""
    late, asked = observed.total("requests_late"), observed.total("requests")
    units = asked > 0
    if sector is not None:
        units &= observed.is_sector(sector)
    return observed.estimate(
        lambda weights: ratio(weights[:, units], late[units], asked[units]), units
    )


def late_gap_of_experience(observed: Observed) -> Estimate:
    """Give the late share of those new to prime-led programmes less the others'."""
    late, asked = observed.total("requests_late"), observed.total("requests")
    old = observed.attribute("experience") > 0
    units = asked > 0
    return observed.estimate(
        lambda weights: (
            ratio(weights[:, units & ~old], late[units & ~old], asked[units & ~old])
            - ratio(weights[:, units & old], late[units & old], asked[units & old])
        ),
        units,
    )


def hours_on_requests(observed: Observed) -> Estimate:
    """Give adviser hours spent on requests, for each adviser and month."""
    hours = observed.total("hours_on_requests")
    advisers = observed.total("advisers")
    units = np.isfinite(delivering(observed)).any(axis=1) & (advisers > 0)
    return observed.estimate(
        lambda weights: ratio(weights[:, units], hours[units], advisers[units]), units
    )


def public_reviews(observed: Observed) -> Estimate:
    """Give the share of performance reviews held before the whole chain."""
    public = observed.total("reviews_public")
    every = public + observed.total("reviews_private")
    units = every > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], public[units], every[units]), units
    )


def directives(observed: Observed) -> Estimate:
    """Give directives on how to deliver a year for each delivering position, 1-13."""
    months = (
        np.isfinite(delivering(observed)[:, :OBSERVED_TO_MONTH]).sum(axis=1) / MONTHS
    )
    told = np.nan_to_num(observed.monthly("directives")[:, :OBSERVED_TO_MONTH]).sum(
        axis=1
    )
    units = months > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], told[units], months[units]), units
    )


def notices(observed: Observed) -> Estimate:
    """Give the share of delivering positions ever under notice, months 1 to 13."""
    told = np.nan_to_num(observed.monthly("notices")[:, :OBSERVED_TO_MONTH]).sum(axis=1)
    values = np.where(
        np.isfinite(delivering(observed)[:, :OBSERVED_TO_MONTH]).any(axis=1),
        told > 0,
        np.nan,
    )
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


MEASURES: dict[str, Measured] = {
    "pressure.requests_a_week": requests_a_week,
    "pressure.requests_a_week.upper_quartile": requests_spread,
    "pressure.late_returns": partial(late_returns, sector=None),
    **{
        f"pressure.late_returns.{sector}": partial(late_returns, sector=sector)
        for sector in SECTORS
    },
    "pressure.late_returns.experience_gap": late_gap_of_experience,
    "pressure.hours_on_requests": hours_on_requests,
    "pressure.public_review_share": public_reviews,
    "pressure.directives_a_year": directives,
    "pressure.notice_share": notices,
}
