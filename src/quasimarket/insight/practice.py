"""Practice: what providers are seen to do, each part on a fixed scale from 0 to 1.

Each part is one column of `providers` over another, summed over a window of months so
that small months do not shout. A run's scales are stated here once, as the defaults of
its behaviour have them. A log of a real programme has no such defaults: its scales are
its own, from the providers' 5% to 95% over its first six months. Neither follows later
months: a scale that shrank with the data would hide convergence.

Before the first referral nothing is seen; the earliest practice is that of months 1-6.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.weighted import Floats, mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of practice: what is counted, among what, and the scale it is put on."""

    counted: tuple[str, ...]
    among: tuple[str, ...]
    low: float
    """What reads as 0."""
    high: float
    """What reads as 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What reads as 0 and as 1 of a part of practice, and who says so."""

    low: float
    high: float
    is_of_log: bool
    """Taken from the log's own first months, not from the behaviour defaults."""


SUPPORT = ("contacts_job_search", "contacts_training", "contacts_specialist")
PARTS: dict[str, Part] = {
    # share of contacts for job search, of those for job search or training
    "work_first": Part(
        counted=("contacts_job_search",),
        among=("contacts_job_search", "contacts_training"),
        low=0.0,
        high=1.0,
    ),
    # share of support contacts that are its own specialist sessions
    "specialism": Part(
        counted=("contacts_specialist",), among=SUPPORT, low=0.0, high=0.5
    ),
    # doubts raised a month for each person out of work
    "sanctioning": Part(
        counted=("sanction_referrals",), among=("caseload",), low=0.0, high=0.07
    ),
    # checks a month of each person in work
    "monitoring": Part(
        counted=("contacts_tracking",), among=("in_work",), low=0.36, high=1.2
    ),
    # support contacts a month with each person in work
    "in_work_support": Part(
        counted=("contacts_in_work",), among=("in_work",), low=0.0, high=0.8
    ),
    # people out of work for each adviser
    "caseload": Part(counted=("caseload",), among=("advisers",), low=60.0, high=240.0),
    # share of support contacts that need, and not the calendar, brought about
    "discretion": Part(counted=("contacts_by_need",), among=SUPPORT, low=0.0, high=1.0),
}
AT_END = "in_work"
"""Counted at the month's end, which is the next month's start: while a programme fills
up, few of those in work in a month were so when it began."""
LEAST_AMONG = 1.0
"""A window with less below the line says nothing."""
FIRST = range(6)
"""The places of the months of the first practice that is seen, 1 to 6."""
ENDS = (0.05, 0.95)
"""The shares of providers between whom a log's own scale lies."""
WIDTH = 3
"""Months of a later window, which ends in the month asked for."""


def window(month: int | None) -> range:
    """Give the places of the months to one, counted from 1, or of the first (None)."""
    return FIRST if month is None else range(max(0, month - WIDTH), month)


def practice(observed: Observed, months: Sequence[int]) -> Floats:
    """Give practice over months' places, by position and part; unknown where unseen.

    Raises NotSeen where no part can be seen at all.
    """
    parts = []
    missing = ""
    for name in PRACTICES:
        try:
            parts.append(one_part(observed, name, months))
        except NotSeen as why:
            missing = str(why)
            parts.append(np.full(len(observed), np.nan))
    found = np.stack(parts, axis=1)
    if not np.isfinite(found).any():
        raise NotSeen(missing or "no practice is seen in these months")
    return found


def one_part(observed: Observed, name: str, months: Sequence[int]) -> Floats:
    """Give one part of practice over some months, by position."""
    observed.require(max(months) + 1)
    rate, scale = rate_of(observed, name, months), scale_of(observed, name)
    return np.clip((rate - scale.low) / (scale.high - scale.low), 0.0, 1.0)


def rate_of(observed: Observed, name: str, months: Sequence[int]) -> Floats:
    """Give a part of practice as it is counted, on no scale, by position."""
    part = PARTS[name]
    above, below = (
        sum_over(observed, columns, months) for columns in (part.counted, part.among)
    )
    rate = np.where(
        below >= LEAST_AMONG, above / np.maximum(below, LEAST_AMONG), np.nan
    )
    delivering = np.isin(observed.positions["tier"].to_numpy(), (0, 1))
    return np.where(delivering, rate, np.nan)


def scale_of(observed: Observed, name: str) -> Scale:
    """Give the scale on which a part of practice is put.

    Raises NotSeen where a log's providers do not differ in it at first.
    """
    part = PARTS[name]
    if not observed.has_own_scales:
        return Scale(low=part.low, high=part.high, is_of_log=False)
    key = f"scale.{name}"
    if key not in observed.kept:
        first = range(min(len(FIRST), observed.last_month + 1))
        rates = rate_of(observed, name, first)
        known = rates[np.isfinite(rates)]
        observed.kept[key] = (
            np.quantile(known, ENDS) if len(known) else np.full(2, np.nan)
        )
    low, high = (float(one) for one in observed.kept[key])
    if not high > low:
        raise NotSeen(f"providers do not differ in {name} in the first six months")
    return Scale(low=low, high=high, is_of_log=True)


def scales(observed: Observed) -> dict[str, Scale]:
    """Give the scale of each part of practice that can be seen."""
    found = {}
    for name in PRACTICES:
        with suppress(NotSeen):
            rate_of(observed, name, range(1))
            found[name] = scale_of(observed, name)
    return found


def sum_over(
    observed: Observed, columns: Sequence[str], months: Sequence[int]
) -> Floats:
    """Add columns up over some months, by position."""
    total = np.zeros(len(observed))
    for column in columns:
        values = observed.monthly(column)
        chosen = np.array(months)
        if column == AT_END:
            chosen = np.minimum(chosen + 1, observed.last_month)
        total = total + np.nansum(values[:, chosen], axis=1)
    return total


def practice_to(observed: Observed, month: int) -> Floats:
    """Give practice in the window that ends with a month, counted from 1."""
    return practice(observed, window(month))


def mean_practice(observed: Observed, name: str, month: int | None) -> Estimate:
    """Give the mean of a part of practice, first (None) or in the window to a month."""
    values = one_part(observed, name, window(month))
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))
