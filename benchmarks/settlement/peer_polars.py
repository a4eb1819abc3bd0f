"""The rules in Polars, lazily, on its streaming engine."""

from pathlib import Path

import polars as pl
import pyarrow as pa
from rules import SETTLED_TO, Rules


WHO = ["participant", "contract", "group", "attached"]


def settle(log: Path, rules: Rules) -> pa.Table:
    """Settle the log to lines, and add them up by contract and month."""
    events = pl.scan_parquet(log).with_columns(
        pl.col("kind", "contract", "group").cast(pl.String)
    )
    people = _people(events, rules)
    spells = _spells(events, people)
    runs = _runs(spells, rules)
    counted = _counted(runs, people, rules)
    outcomes = _outcomes(counted)
    payable = pl.concat(
        [
            _payable(
                "attachment",
                people.with_columns(earned="attached", number=pl.lit(1, pl.Int64)),
                pl.col("attached"),
            ),
            _payable(
                "job-outcome",
                _seen(outcomes, spells).with_columns(number=pl.lit(1, pl.Int64)),
                pl.col("seen"),
            ),
            _payable(
                "sustainment",
                _following(counted, outcomes).join(
                    pl.from_arrow(rules.claims).lazy(), left_on="earned", right_on="day"
                ),
                pl.col("following_claimable"),
            ),
        ]
    )
    lines = (
        payable.filter(pl.col("payable") <= SETTLED_TO)
        .join(pl.from_arrow(rules.prices).lazy(), on=["milestone", "contract", "group"])
        .filter(pl.col("attached").is_between(pl.col("first_day"), pl.col("last_day")))
        .select(
            "participant",
            "contract",
            "milestone",
            "number",
            "earned",
            "payable",
            "pence",
        )
        .collect(engine="streaming")
    )
    return (
        lines.group_by(
            "contract", pl.col("payable").dt.strftime("%Y-%m").alias("month")
        )
        .agg(pl.len().cast(pl.Int64).alias("lines"), pl.col("pence").sum())
        .to_arrow()
    )


def _people(events: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    attached = (
        events.filter(pl.col("kind") == "attached")
        .group_by("participant")
        .agg(pl.col("happened").min().alias("attached"))
    )
    return (
        events.filter(pl.col("kind") == "referred")
        .select("participant", "contract", "group", referred="happened")
        .join(attached, on="participant")
        .with_columns(
            last_allotted=pl.col("referred") + pl.duration(days=rules.allotted_days - 1)
        )
        .filter(
            pl.col("attached").is_between(pl.col("referred"), pl.col("last_allotted"))
        )
    )


def _spells(events: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    ended = events.filter(pl.col("kind") == "job-ended").select(
        "participant", "spell", last="happened"
    )
    return (
        events.filter(pl.col("kind") == "job-started")
        .select("participant", "spell", started="happened")
        .join(ended, on=["participant", "spell"], how="left")
        .join(people.select("participant", "attached"), on="participant")
        .select(
            "participant",
            first=pl.max_horizontal("started", "attached"),
            last=pl.col("last").fill_null(SETTLED_TO),
        )
        .filter(pl.col("last") >= pl.col("first"))
        .sort("participant", "first", "last")
    )


def _runs(spells: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    before = pl.col("last").cum_max().shift(1).over("participant")
    parted = pl.col("first") > before + pl.duration(days=rules.bridge_days + 1)
    return (
        spells.with_columns(run=parted.fill_null(True).cum_sum())
        .group_by("participant", "run")
        .agg(pl.col("first").min(), pl.col("last").max())
        .sort("participant", "first")
    )


def _counted(runs: pl.LazyFrame, people: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    days = (pl.col("last") - pl.col("first")).dt.total_days() + 1
    return (
        runs.join(people, on="participant", maintain_order="left")
        .filter(pl.col("first") <= pl.col("last_allotted"))
        .join(pl.from_arrow(rules.needs).lazy(), on="group", maintain_order="left")
        .with_columns(days=days)
        .with_columns(so_far=pl.col("days").cum_sum().over("participant"))
    )


def _outcomes(counted: pl.LazyFrame) -> pl.LazyFrame:
    before = pl.col("so_far") - pl.col("days")
    needed = pl.col("outcome_days")
    return counted.filter((before < needed) & (needed <= pl.col("so_far"))).select(
        *WHO, earned=pl.col("first") + pl.duration(days=needed - before - 1)
    )


def _following(counted: pl.LazyFrame, outcomes: pl.LazyFrame) -> pl.LazyFrame:
    length = pl.col("following_days")
    before = pl.col("reached").cum_sum().over("participant") - pl.col("reached")
    return (
        counted.join(
            outcomes.select("participant", outcome="earned"),
            on="participant",
            maintain_order="left",
        )
        .filter(pl.col("last") > pl.col("outcome"))
        .with_columns(
            first=pl.max_horizontal("first", pl.col("outcome") + pl.duration(days=1))
        )
        .with_columns(
            reached=((pl.col("last") - pl.col("first")).dt.total_days() + 1) // length
        )
        .with_columns(before=before)
        .with_columns(
            paid=pl.min_horizontal("reached", pl.col("most") - pl.col("before"))
        )
        .filter(pl.col("paid") > 0)
        .with_columns(number=pl.int_ranges(1, pl.col("paid") + 1))
        .explode("number")
        .select(
            *WHO,
            number=pl.col("before") + pl.col("number"),
            earned=pl.col("first") + pl.duration(days=length * pl.col("number") - 1),
        )
    )


def _seen(outcomes: pl.LazyFrame, spells: pl.LazyFrame) -> pl.LazyFrame:
    """A bridged day is seen when work begins again."""
    earned = pl.col("earned")
    holds = earned.is_between(pl.col("first"), pl.col("last"))
    later = pl.when(pl.col("first") > earned).then(pl.col("first"))
    return (
        outcomes.join(spells, on="participant")
        .group_by(*WHO, "earned")
        .agg(held=holds.any(), later=later.min())
        .with_columns(seen=pl.when("held").then("earned").otherwise("later"))
    )


def _payable(milestone: str, frame: pl.LazyFrame, payable: pl.Expr) -> pl.LazyFrame:
    return frame.select(
        *WHO,
        pl.col("number").cast(pl.Int64),
        "earned",
        milestone=pl.lit(milestone),
        payable=payable,
    )
