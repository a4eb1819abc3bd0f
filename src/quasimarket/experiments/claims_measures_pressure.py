"""Measures of pressure that only claims need."""

from collections.abc import Callable

import numpy as np
import polars as pl

from quasimarket.experiments.claims_measures_flow import divided
from quasimarket.insight.flow import YEAR
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.pressure import KINDS, commissioning_share, share
from quasimarket.insight.weighted import Flags


def a_month(observed: Observed, columns: tuple[str, ...], units: Flags) -> float:
    """Give acts a position and month with anybody out of work, in the first 13."""
    months = slice(0, YEAR + 2)
    caseload = np.nan_to_num(observed.monthly("caseload")[units, months])
    acts = sum(np.nan_to_num(observed.monthly(name)[units, months]) for name in columns)
    return divided(float(np.sum(acts * (caseload > 0))), float((caseload > 0).sum()))


def reviews(observed: Observed) -> float:
    """Give reviews a month of an end-to-end position."""
    return a_month(observed, ("reviews_public", "reviews_private"), observed.is_tier(1))


def of_sector(observed: Observed, column: str, sector: str) -> float:
    """Give acts a month of a sector's end-to-end positions."""
    units = observed.is_tier(1) & observed.is_sector(sector)
    return a_month(observed, (column,), units)


def directives_gap(observed: Observed) -> float:
    """Give directives a month, third less private."""
    third, private = (
        of_sector(observed, "directives", sector) for sector in ("third", "private")
    )
    return third - private


def requests_ratio(observed: Observed) -> float:
    """Give requests a month, third over private."""
    third, private = (
        of_sector(observed, "requests", sector) for sector in ("third", "private")
    )
    return divided(third, private)


def busiest_tenth(observed: Observed) -> float:
    """Give requests a month that a tenth of end-to-end positions exceed, year 1."""
    units = observed.is_tier(1)
    caseload = np.nan_to_num(observed.monthly("caseload")[units, : YEAR + 2])
    asked = np.nan_to_num(observed.monthly("requests")[units, : YEAR + 2])
    months = (caseload > 0).sum(axis=1)
    known = months > 0
    if not known.any():
        raise NotSeen("nobody delivers")
    return float(np.quantile(asked.sum(axis=1)[known] / months[known], 0.9))


def ended_after_notice(observed: Observed) -> float:
    """Give the share of subcontracts ended by a prime that had a notice before."""
    lost = observed.events("subcontract-ended").select(
        pl.col("position").cast(pl.String), "happened"
    )
    try:
        notices = observed.events("improvement-noticed")
    except NotSeen:
        return 0.0
    first = notices.group_by(pl.col("position").cast(pl.String)).agg(
        noticed=pl.col("happened").min()
    )
    joined = lost.join(first, on="position", how="left")
    warned = joined.filter(pl.col("noticed") <= pl.col("happened"))
    return divided(len(warned), len(lost))


def stage_distance(observed: Observed) -> float:
    """Give half the absolute differences of the pressures' shares between stages."""
    gaps = [
        abs(share(observed, kind).value - commissioning_share(observed, kind).value)
        for kind in KINDS
    ]
    return sum(gaps) / 2


def peers_visible(observed: Observed) -> float:
    """Give peers whose results an end-to-end position sees, in the last month."""
    seen = observed.monthly("peers_visible")[observed.is_tier(1), -1]
    known = seen[np.isfinite(seen)]
    if len(known) == 0:
        raise NotSeen("nobody delivers")
    return float(known.mean())


PRESSURE: dict[str, Callable[[Observed], float]] = {
    "pressure.reviews_a_month": reviews,
    "pressure.directives_a_month.third_less_private": directives_gap,
    "pressure.requests_ratio.third_to_private": requests_ratio,
    "pressure.requests_busiest_tenth": busiest_tenth,
    "pressure.ended_after_notice": ended_after_notice,
    "pressure.stage_distance": stage_distance,
    "chain.peers_visible": peers_visible,
}
"""Measures by id."""
