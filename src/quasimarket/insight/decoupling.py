"""Decoupling: what providers report of themselves against what they are seen to do."""

from functools import partial

import numpy as np

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import SECTORS, Measured, Observed
from quasimarket.insight.practice import one_part
from quasimarket.insight.sectors import sector_gap
from quasimarket.insight.weighted import Floats, divide, mean


YEAR = range(2, OBSERVED_TO_MONTH)
"""The places of months 3 to 13."""
VOLUME = "caseload"
"""Left out: people an adviser has is a matter of flow as well as of conduct."""
WIDE = 0.1
"""A mean gap of a tenth of the scale is taken for decoupling."""


def gaps(observed: Observed, months: range = YEAR) -> Floats:
    """Give reported less seen practice, by position and part, over some months."""
    tier = observed.positions["tier"].to_numpy()
    columns = []
    why = ""
    for name in PRACTICES:
        if name == VOLUME:
            columns.append(np.full(len(observed), np.nan))
            continue
        try:
            said = observed.monthly(f"reported_{name}")[:, list(months)]
            seen = one_part(observed, name, months)
        except NotSeen as missing:
            why = str(missing)
            columns.append(np.full(len(observed), np.nan))
            continue
        known = np.isfinite(said)
        reported = divide(np.where(known, said, 0).sum(axis=1), known.sum(axis=1) * 1.0)
        columns.append(np.where(tier == 1, reported - seen, np.nan))
    found = np.stack(columns, axis=1)
    if not np.isfinite(found).any():
        raise NotSeen(why or "nothing is reported")
    return found


def mean_gap(found: Floats) -> Floats:
    """Give each position's mean absolute gap over the parts known."""
    known = np.isfinite(found)
    return divide(
        np.where(known, np.abs(found), 0).sum(axis=1), known.sum(axis=1) * 1.0
    )


def _year(observed: Observed) -> range:
    observed.require(OBSERVED_TO_MONTH)
    return YEAR


def gap(observed: Observed, sector: str | None) -> Estimate:
    """Give the mean absolute gap of tier 1 positions, months 3 to 13."""
    values = mean_gap(gaps(observed, _year(observed)))
    if sector is not None:
        values = np.where(observed.is_sector(sector), values, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def gap_of_part(observed: Observed, name: str) -> Estimate:
    """Give the mean of reported less seen practice in one part; the sign is kept."""
    values = gaps(observed, _year(observed))[:, PRACTICES.index(name)]
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def gap_between_sectors(observed: Observed) -> Estimate:
    """Give the third sector's gap less that of the others."""
    values = mean_gap(gaps(observed, _year(observed)))
    return sector_gap(observed, values, np.ones(len(values)), np.isfinite(values))


def share_decoupled(observed: Observed) -> Estimate:
    """Give the share of tier 1 positions whose mean gap is a tenth or more."""
    values = mean_gap(gaps(observed, _year(observed)))
    wide = np.where(np.isfinite(values), values >= WIDE, np.nan)
    return observed.estimate(lambda weights: mean(weights, wide), np.isfinite(values))


MEASURES: dict[str, Measured] = {
    "decoupling.gap": partial(gap, sector=None),
    **{f"decoupling.gap.{sector}": partial(gap, sector=sector) for sector in SECTORS},
    "decoupling.gap.sector_gap": gap_between_sectors,
    **{
        f"decoupling.gap.{name}": partial(gap_of_part, name=name)
        for name in PRACTICES
        if name != VOLUME
    },
    "decoupling.share": share_decoupled,
}
