"""Measures of staff that only claims need."""

from collections.abc import Callable
from functools import partial

import numpy as np
import polars as pl

from quasimarket.experiments.claims_measures_flow import divided
from quasimarket.experiments.claims_measures_responses import answers, ranks
from quasimarket.insight.observed import MONTHS, Observed


PRIVATE_WORK = ("commercial", "welfare-to-work")
"""Backgrounds in recruitment firms and welfare-to-work firms."""


def moves(observed: Observed, sector: str) -> pl.DataFrame:
    """Give staff moves to and from a sector's organisations."""
    rows = observed.table("staff_moves", "kind", "reason").with_columns(
        pl.col("kind", "reason", "background", "position").cast(pl.String)
    )
    return observed.with_sector(rows).filter(pl.col("sector") == sector)


def left_a_year(observed: Observed, sector: str, reason: str) -> float:
    """Give those who left for a reason, for each member of staff and year."""
    gone = moves(observed, sector).filter(
        (pl.col("kind") == "staff-left") & (pl.col("reason") == reason)
    )
    staff = np.nansum(observed.monthly("staff")[observed.is_sector(sector)])
    return divided(gone.height, float(staff) / MONTHS)


def gap(observed: Observed, one: str, other: str, reason: str) -> float:
    """Give the same for one sector less another."""
    return left_a_year(observed, one, reason) - left_a_year(observed, other, reason)


def private_hires(observed: Observed, sector: str) -> float:
    """Give the share of a sector's hires with a past in private work."""
    hired = moves(observed, sector).filter(pl.col("kind") == "staff-hired")
    past = hired.filter(pl.col("background").is_in(PRIVATE_WORK))
    return divided(past.height, hired.height)


def private_hires_gap(observed: Observed) -> float:
    """Give the same for private less third sector."""
    return private_hires(observed, "private") - private_hires(observed, "third")


def hires_with_compliance(observed: Observed) -> float:
    """Give the rank correlation of commercial hires with compliance, third sector.

    Over positions that hired anybody and answered anything in delivery.
    """
    hired = (
        moves(observed, "third")
        .filter(pl.col("kind") == "staff-hired")
        .group_by("position")
        .agg(pl.col("commercial").mean())
    )
    complied = (
        answers(observed)
        .filter(pl.col("at") >= 0)
        .group_by(pl.col("position").cast(pl.String))
        .agg(complied=(pl.col("response") == "acquiesce").mean())
    )
    found = hired.join(complied, on="position").drop_nulls()
    return ranks(found["commercial"].to_numpy(), found["complied"].to_numpy())


STAFF: dict[str, Callable[[Observed], float]] = {
    "staff.dismissed_a_year.private": partial(
        left_a_year, sector="private", reason="dismissed"
    ),
    "staff.dismissed_a_year.private_less_public": partial(
        gap, one="private", other="public", reason="dismissed"
    ),
    "staff.dismissed_a_year.private_less_third": partial(
        gap, one="private", other="third", reason="dismissed"
    ),
    "staff.left_over_values_a_year.third_less_private": partial(
        gap, one="third", other="private", reason="values"
    ),
    "staff.commercial_share_of_hires.private_less_third": private_hires_gap,
    "staff.commercial_hires_with_compliance.third": hires_with_compliance,
}
"""Measures by id."""
