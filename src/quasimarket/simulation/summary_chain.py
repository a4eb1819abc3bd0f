"""The supply chains in the summary: who delivered, who got nobody, who has cash."""

from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from quasimarket.core.dates import Month
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.runs.summary import AttachmentRow, CashRow, ChainRow, Flow
from quasimarket.simulation.summary_grouping import add_up
from quasimarket.simulation.summary_money import to_pounds


ZERO_REFERRAL_MONTH = 15
"""Referrals count up to the end of this month; the programme's first is month 1."""
QUARTER_ENDS = ("03", "06", "09", "12")
SECTORS = pl.Enum(["private", "third", "public"])
SIZES = pl.Enum(["small", "medium", "large"])
SPECIALIST_TIER = 2


def measure_flow(
    rulebook: Rulebook, tables: Mapping[str, pl.DataFrame], *, is_thinned: bool
) -> Flow:
    """Say where people went; a thinned run does not tell, as its flows are lumpy."""
    if is_thinned:
        return Flow(
            zero_referral_share={},
            third_sector_share_of_attachments=None,
            organisations=(),
            attachments=(),
        )
    organisations = _count_organisations(rulebook, tables)
    shares: dict[str, dict[str, float]] = {}
    for row in organisations:
        if row.contracted:
            by_tier = shares.setdefault(row.sector, {})
            by_tier[str(row.tier)] = row.without_referrals / row.contracted
    attachments, third = _count_attachments(tables)
    return Flow(
        zero_referral_share=shares,
        third_sector_share_of_attachments=third,
        organisations=organisations,
        attachments=attachments,
    )


def take_cash_quartiles(
    providers: pl.DataFrame, positions: pl.DataFrame
) -> tuple[CashRow, ...]:
    """Take the quartiles of contracted positions' cash at the end of each quarter.

    A quartile between two positions is interpolated and rounded to the penny.
    """
    cash = pl.col("cash")
    rows = (
        providers.filter(pl.col("month").str.slice(5).is_in(QUARTER_ENDS))
        .select("position", "month", "cash")
        .join(
            positions.filter("contracted").select(
                "position", pl.col("sector").cast(SECTORS), pl.col("size").cast(SIZES)
            ),
            on="position",
        )
        .group_by("month", "sector", "size")
        .agg(
            pl.len().alias("positions"),
            *(
                cash.quantile(share, "linear").alias(name)
                for name, share in (("lower", 0.25), ("median", 0.5), ("upper", 0.75))
            ),
            (cash < 0).mean().alias("below"),
        )
        .sort("month", "sector", "size")
    )
    return tuple(
        CashRow(
            month=row["month"],
            sector=row["sector"],
            size=row["size"],
            positions=row["positions"],
            lower_quartile_gbp=_whole_pence(row["lower"]),
            median_gbp=_whole_pence(row["median"]),
            upper_quartile_gbp=_whole_pence(row["upper"]),
            share_below_zero=row["below"],
        )
        for row in rows.iter_rows(named=True)
    )


def _count_organisations(
    rulebook: Rulebook, tables: Mapping[str, pl.DataFrame]
) -> tuple[ChainRow, ...]:
    """Count an organisation once in a tier, however many positions it has there."""
    last = str(Month.of(rulebook.first_day).plus(ZERO_REFERRAL_MONTH - 1))
    received = (
        tables["providers"]
        .filter(pl.col("month") <= last)
        .group_by("position")
        .agg(pl.col("referrals", "specialist_referrals").sum())
    )
    people = (
        pl.when(pl.col("tier") == SPECIALIST_TIER)
        .then("specialist_referrals")
        .otherwise("referrals")
        .fill_null(0.0)
    )
    positions = (
        tables["positions"]
        .filter(pl.col("tier") > 0)
        .join(received, on="position", how="left")
        .with_columns(people.alias("people"), pl.col("sector").cast(SECTORS))
    )
    keys = ("sector", "tier")
    listed = positions.group_by(keys).agg(pl.len().alias("listed"))
    organisations = (
        positions.filter("contracted")
        .group_by(*keys, "organisation")
        .agg(pl.col("people").sum())
        .group_by(keys)
        .agg(
            pl.len().alias("contracted"),
            (pl.col("people") == 0).sum().alias("without_referrals"),
        )
    )
    counted = listed.join(organisations, on=keys, how="left").fill_null(0)
    columns = (*keys, "listed", "contracted", "without_referrals")
    return tuple(
        ChainRow(**row)
        for row in counted.sort(keys).select(columns).iter_rows(named=True)
    )


def _count_attachments(
    tables: Mapping[str, pl.DataFrame],
) -> tuple[tuple[AttachmentRow, ...], float | None]:
    """Count attachments by tier and sector, and give the third sector's share.

    Someone called off to a specialist is attached to another position: the share
    counts that position only.
    """
    participants = tables["participants"]
    positions = tables["positions"].select(
        "position", "contract", "tier", pl.col("sector").cast(SECTORS)
    )
    in_house = positions.filter(pl.col("tier") == 0)
    blank = participants.filter(pl.col("position").is_null())
    held = pl.concat(
        [
            _attached_by(participants, "position").join(positions, on="position"),
            _attached_by(blank, "contract").join(in_house, on="contract"),
        ],
        how="diagonal",
    )
    called_off = _attached_by(participants, "specialist").join(
        positions, left_on="specialist", right_on="position"
    )
    total = participants["attached"].count()
    if not total:
        return (), None
    keys = ("tier", "sector")
    counted = (
        pl.concat([held, called_off], how="diagonal")
        .group_by(keys)
        .agg(pl.col("attachments").sum())
        .filter(pl.col("attachments") > 0)
        .sort(keys)
    )
    rows = tuple(
        AttachmentRow(**row, share=row["attachments"] / total)
        for row in counted.iter_rows(named=True)
    )
    third = held.filter(pl.col("sector") == "third")["attachments"].sum()
    return rows, float(third / total)


def _attached_by(participants: pl.DataFrame, key: str) -> pl.DataFrame:
    """Count attachments by one column, leaving out those in whom it is blank."""
    return add_up(
        participants, (key,), pl.col("attached").count().alias("attachments")
    ).drop_nulls()


def _whole_pence(pence: float) -> Decimal:
    return to_pounds(round(pence))
