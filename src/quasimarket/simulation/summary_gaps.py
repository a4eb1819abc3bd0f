"""Who is served and who is parked: results and service by group and score band."""

from collections.abc import Mapping

import polars as pl

from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.runs.summary import GapRow
from quasimarket.simulation.summary_grouping import add_up
from quasimarket.simulation.summary_people import FOLLOWED_MONTHS, followed_months


BANDS = ("service_low", "service_middle", "service_high")
"""Columns of `providers`, in the order of the score bands 0, 1, 2."""


def measure_gaps(
    rulebook: Rulebook, tables: Mapping[str, pl.DataFrame], weight: float
) -> tuple[GapRow, ...]:
    """Measure groups by score band, over the months all followed 24 months.

    Service is not kept by group: a band's is given for each group.
    """
    service = service_by_band(tables["providers"])
    followed = _followed_referrals(tables)
    return tuple(
        GapRow(
            group=group.id,
            score_band=band,
            referrals=counts[0] * weight,
            rate_24m=counts[1] / counts[0],
            service=service[band],
        )
        for group in rulebook.groups
        for band in range(len(BANDS))
        if (counts := followed.get((group.id, band)))
    )


def service_by_band(providers: pl.DataFrame) -> list[float | None]:
    """Average service over positions and months, weighted by caseload."""
    served = providers.filter(pl.col("caseload") > 0)
    means = served.select(
        (pl.col(band) * pl.col("caseload")).sum()
        / pl.col("caseload").filter(pl.col(band).is_not_null()).sum()
        for band in BANDS
    )
    return [None if mean is None or mean != mean else mean for mean in means.row(0)]


def _followed_referrals(
    tables: Mapping[str, pl.DataFrame],
) -> dict[tuple[str, int], tuple[int, int]]:
    """Count people followed and, of those, who had a claimed outcome in time."""
    months = followed_months(tables["cohorts"])
    keys = ("group", "score_band")
    people = tables["participants"].select("participant", *keys, "referred")
    outcomes = tables["outcomes"].filter("claimed").select("participant", "earned")
    in_time = _month("earned") - _month("referred") <= FOLLOWED_MONTHS
    referred = _count_by(people, "referrals", months)
    reached = _count_by(
        _beside_their_people(outcomes, people).filter(in_time), "outcomes", months
    )
    counted = referred.join(reached, on=keys, how="left").fill_null(0)
    return {
        (group, band): (referrals, outcomes)
        for group, band, referrals, outcomes in counted.select(
            *keys, "referrals", "outcomes"
        ).iter_rows()
    }


def _count_by(people: pl.DataFrame, name: str, months: list[str]) -> pl.DataFrame:
    """Count people referred in the months, by group and score band."""
    return (
        add_up(people, ("group", "score_band", "referred"), pl.len().alias(name))
        .filter(pl.col("referred").dt.strftime("%Y-%m").is_in(months))
        .group_by("group", "score_band")
        .agg(pl.col(name).sum())
    )


def _beside_their_people(outcomes: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Set each outcome beside its participant: a search, much quicker than a join."""
    ordered = people.sort("participant")
    places = ordered["participant"].search_sorted(outcomes["participant"])
    return ordered[places].hstack([outcomes["earned"]])


def _month(day: str) -> pl.Expr:
    """Count months from year 0."""
    return pl.col(day).dt.year().cast(pl.Int32) * 12 + pl.col(day).dt.month()
