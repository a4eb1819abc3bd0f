"""People at a glance: what became of whom."""

from dataclasses import dataclass

import polars as pl

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed


FATES = (
    "lasting-work",
    "work",
    "helped",
    "sanctioned",
    "tracked",
    "untouched",
)
"""From the best to what nobody promised. People never attached have none of them."""
SUMMED = ("contacts", "weeks_served", "weeks_in_work", "sanctions")
WEEK = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FateRow:
    """What became of the people attached, of one payment group or score band."""

    group: str | None
    """A payment group's id; null where the row is of a band."""
    band: int | None
    """0 far from work, 1 between, 2 near; null where the row is of a group."""
    people: float
    shares: dict[str, float]
    """Fate -> share of these people."""
    days_between_contacts: float | None
    """Days on the programme and out of work for each support contact."""
    weeks_in_work: float | None
    """Mean weeks in work."""
    sanctions: float | None
    """Sanctions for each 100 people."""


def fates_by_kind(observed: Observed) -> tuple[FateRow, ...]:
    """Give fates by payment group, then by how near to work the provider saw people."""
    table = observed.table("participants", "fate", "group", "score_band")
    weight = pl.col("weight") if "weight" in table.columns else pl.lit(1.0)
    sums = [weight.cast(pl.Float64).sum().alias("people")]
    for name in SUMMED:
        if name in table.columns:
            value = weight.cast(pl.Float64) * pl.col(name)
            sums.append(value.sum().alias(name))
    cells = (
        table.lazy()
        .group_by("group", "score_band", "fate")
        .agg(sums)
        .collect()
        .with_columns(pl.col("group", "fate").cast(pl.String))
        .filter(pl.col("fate").is_in(FATES))
    )
    if len(cells) == 0:
        raise NotSeen("nobody was attached")
    by_group = [
        _row(cells.filter(pl.col("group") == group), group=group)
        for group in sorted(cells["group"].unique())
    ]
    by_band = [
        _row(cells.filter(pl.col("score_band") == band), band=band)
        for band in sorted(cells["score_band"].drop_nulls().unique())
    ]
    return (*by_group, *by_band)


def _row(
    cells: pl.DataFrame, *, group: str | None = None, band: int | None = None
) -> FateRow:
    people = float(cells["people"].sum())
    by_fate = dict(cells.group_by("fate").agg(pl.col("people").sum()).iter_rows())
    total = {
        name: float(cells[name].sum()) if name in cells.columns else None
        for name in SUMMED
    }
    contacts, served = total["contacts"], total["weeks_served"]
    return FateRow(
        group=group,
        band=band,
        people=people,
        shares={fate: by_fate.get(fate, 0.0) / people for fate in FATES},
        days_between_contacts=(
            WEEK * served / contacts if contacts and served is not None else None
        ),
        weeks_in_work=_each(total["weeks_in_work"], people),
        sanctions=_each(total["sanctions"], people / 100),
    )


def _each(total: float | None, people: float) -> float | None:
    return None if total is None else total / people
