"""Cohort measures: of a month's referrals, who had an outcome so many months later?

The measure exists only once the data reach the last day of the last month (S74-S76);
before that the counts so far are shown without a rate.
"""

import polars as pl

from quasimarket.core.dates import Month
from quasimarket.performance.annual import IS_COUNTED_OUTCOME
from quasimarket.performance.referrals import Referrals


COHORTS = pl.Schema(
    {
        "month": pl.String,
        "months": pl.Int8,
        "group": pl.String,
        "contract": pl.String,
        "outcomes": pl.Float64,
        "referrals": pl.Float64,
        "excluded": pl.Float64,
        "rate": pl.Float64,
    }
)


def measure_cohorts(referrals: Referrals) -> pl.DataFrame:
    """Measure each month's referrals for all, for each group and for each contract.

    Group and contract are those of the referral.
    """
    counted = _count_within(referrals)
    rulebook = referrals.rulebook
    last_month = _last_whole_month(referrals)
    parts = []
    for months in rulebook.performance.cohort_months:
        for by in ((), ("group",), ("contract",)):
            part = counted.group_by("referred_month", *by).agg(
                pl.col("referrals", "excluded").sum(),
                pl.col(f"within_{months}").sum().alias("outcomes"),
            )
            missing = [
                pl.lit(None, pl.Int16).alias(name)
                for name in ("group", "contract")
                if name not in by
            ]
            parts.append(
                part.with_columns(pl.lit(months).alias("months"), *missing).select(
                    "referred_month",
                    "months",
                    pl.col("group", "contract").cast(pl.Int16),
                    "outcomes",
                    "referrals",
                    "excluded",
                )
            )
    is_censored = pl.col("referred_month") + pl.col("months") > last_month
    has_rate = ~is_censored & (pl.col("referrals") > 0)
    return (
        pl.concat(parts)
        .sort("months", "referred_month", "group", "contract", nulls_last=False)
        .select(
            _month_name(pl.col("referred_month")).alias("month"),
            pl.col("months").cast(pl.Int8),
            _named(pl.col("group"), [group.id for group in rulebook.groups]),
            _named(pl.col("contract"), [one.id for one in rulebook.contracts]),
            "outcomes",
            "referrals",
            "excluded",
            pl.when(has_rate)
            .then(pl.col("outcomes") / pl.col("referrals"))
            .alias("rate"),
        )
        .cast(COHORTS)
    )


def _count_within(referrals: Referrals) -> pl.DataFrame:
    is_excluded = pl.col("excluded").is_not_null()
    later = pl.col("earned_month") - pl.col("referred_month")
    return referrals.frame.group_by("referred_month", "contract", "group").agg(
        pl.col("weight").filter(~is_excluded).sum().alias("referrals"),
        pl.col("weight").filter(is_excluded).sum().alias("excluded"),
        *(
            pl.col("weight")
            .filter(IS_COUNTED_OUTCOME & (later <= months))
            .sum()
            .alias(f"within_{months}")
            for months in referrals.rulebook.performance.cohort_months
        ),
    )


def _last_whole_month(referrals: Referrals) -> int:
    month = Month.of(referrals.data_to)
    last = month.year * 12 + month.month - 1
    return last if month.last_day == referrals.data_to else last - 1


def _month_name(month: pl.Expr) -> pl.Expr:
    return pl.format(
        "{}-{}",
        (month // 12).cast(pl.String).str.zfill(4),
        (month % 12 + 1).cast(pl.String).str.zfill(2),
    )


def _named(code: pl.Expr, names: list[str]) -> pl.Expr:
    return code.replace_strict(
        range(len(names)), names, default=None, return_dtype=pl.String
    )
