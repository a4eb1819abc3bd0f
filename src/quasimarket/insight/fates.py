"""Fates: what became of the people who were referred."""

from functools import partial

import polars as pl

from quasimarket.insight.measure import Estimate
from quasimarket.insight.observed import Measured, Observed


FATES = ("lasting-work", "work", "helped", "sanctioned", "tracked", "untouched")


def _weight(rows: pl.DataFrame) -> pl.Expr:
    return pl.col("weight") if "weight" in rows.columns else pl.lit(1.0)


def fate_share(observed: Observed, fate: str) -> Estimate:
    """Give the share of people attached who ended with a fate."""
    rows = observed.table("participants", "fate", "contract")
    rows = rows.filter(pl.col("fate").is_not_null())
    weight = _weight(rows)
    return observed.share_of_rows(
        rows,
        weight * (pl.col("fate").cast(pl.String) == fate).cast(pl.Float64),
        weight,
    )


def per_person(observed: Observed, column: str, times: float) -> Estimate:
    """Give a count for each so many people referred."""
    rows = observed.table("participants", column, "contract")
    weight = _weight(rows)
    return observed.share_of_rows(
        rows, times * weight * pl.col(column).fill_null(0).cast(pl.Float64), weight
    )


def sanctioned_ever(observed: Observed) -> Estimate:
    """Give the share of people referred who were sanctioned at least once."""
    rows = observed.table("participants", "sanctions", "contract")
    weight = _weight(rows)
    ever = (pl.col("sanctions").fill_null(0) > 0).cast(pl.Float64)
    return observed.share_of_rows(rows, weight * ever, weight)


def upheld(observed: Observed) -> Estimate:
    """Give sanctions over doubts that providers raised."""
    rows = observed.table("participants", "sanctions", "sanction_referrals", "contract")
    weight = _weight(rows)
    return observed.share_of_rows(
        rows, weight * pl.col("sanctions"), weight * pl.col("sanction_referrals")
    )


def sanctions_per_outcome(observed: Observed) -> Estimate:
    """Give sanctions over people with thirteen weeks in work or more."""
    rows = observed.table("participants", "sanctions", "weeks_in_work", "contract")
    weight = _weight(rows)
    return observed.share_of_rows(
        rows,
        weight * pl.col("sanctions").fill_null(0),
        weight * (pl.col("weeks_in_work").fill_null(0) >= 13).cast(pl.Float64),
    )


MEASURES: dict[str, Measured] = {
    **{f"fates.share.{fate}": partial(fate_share, fate=fate) for fate in FATES},
    "fates.weeks_in_work": partial(per_person, column="weeks_in_work", times=1.0),
    "fates.contacts": partial(per_person, column="contacts", times=1.0),
    "fates.sanction_referrals_per_100": partial(
        per_person, column="sanction_referrals", times=100.0
    ),
    "fates.sanctions_per_100": partial(per_person, column="sanctions", times=100.0),
    "fates.sanctioned_share": sanctioned_ever,
    "fates.sanctions_upheld": upheld,
    "fates.sanctions_per_outcome": sanctions_per_outcome,
}
