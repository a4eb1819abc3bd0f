"""Participants of a log: what its events say of each, as a run's table has it.

A person counts from attachment to completion, or to the end of the allotted time, or of
the log. Contacts are those for support with people out of work, and weeks served those
out of work.
"""

from dataclasses import dataclass

import polars as pl

from quasimarket.events.event import EventKind as Kind


ALLOTTED_DAYS = 728
"""104 weeks, where no programme says otherwise."""
OUTCOME = "job-outcome"
NO_SANCTION = (
    "not-upheld",
    "not upheld",
    "rejected",
    "cancelled",
    "no sanction",
    "none",
)
"""Codes of a decision that stops no benefit."""
TRACKING = "tracking"
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSpan:
    """The last day of a log, and how long a person may be on the programme."""

    last_day: pl.Expr
    allotted_days: int


def of_kind(events: pl.DataFrame, *kinds: Kind) -> pl.DataFrame:
    """Give the events of some kinds, in the order in which they happened."""
    return events.filter(pl.col("kind").is_in([str(kind) for kind in kinds])).sort(
        "happened", maintain_order=True
    )


def purpose() -> pl.Expr:
    """Give a contact's purpose: its code up to a colon, support without a code."""
    return pl.col("code").fill_null("support").str.split(":").list.first()


def spells(events: pl.DataFrame, span: LogSpan) -> pl.DataFrame:
    """Give each job spell's first and last day; one that goes on ends with the log."""
    keys = ["participant", "spell"]
    began = of_kind(events, Kind.JOB_STARTED).group_by(keys, maintain_order=True)
    ended = of_kind(events, Kind.JOB_ENDED).group_by(keys, maintain_order=True)
    return (
        began.agg(start=pl.col("happened").last())
        .join(
            ended.agg(end=pl.col("happened").last()),
            on=keys,
            how="left",
            nulls_equal=True,
        )
        .with_columns(pl.col("end").fill_null(span.last_day))
        .filter(pl.col("end") >= pl.col("start"))
        .sort("start", "participant", "spell")
    )


def while_working(contacts: pl.DataFrame, working: pl.DataFrame) -> pl.DataFrame:
    """Mark the contacts of people who were in work that day."""
    if len(working) == 0:
        return contacts.with_columns(works=pl.lit(False))
    joined = contacts.join_asof(
        working.select("participant", "start", "end").sort("start"),
        left_on="happened",
        right_on="start",
        by="participant",
        check_sortedness=False,
    )
    return joined.with_columns(
        works=(pl.col("happened") <= pl.col("end")).fill_null(False)
    )


def stays(events: pl.DataFrame, span: LogSpan) -> pl.DataFrame:
    """Give each participant's referral, place and days on the programme."""
    first = pl.col("happened").first()
    by = "participant"
    referred = of_kind(events, Kind.REFERRED).group_by(by, maintain_order=True)
    table = referred.agg(pl.col("contract", "group").first(), referred=first)
    places = of_kind(events, Kind.ALLOCATED).group_by(by, maintain_order=True)
    for columns in (
        of_kind(events, Kind.ATTACHED)
        .group_by(by, maintain_order=True)
        .agg(attached=first),
        places.agg(pl.col("position").first(), allocated=first),
        of_kind(events, Kind.COMPLETED)
        .group_by(by, maintain_order=True)
        .agg(completed=first),
        of_kind(events, Kind.SPECIALIST_REFERRED)
        .group_by(by, maintain_order=True)
        .agg(specialist=pl.col("position").first()),
    ):
        table = table.join(columns, on=by, how="left")
    over = pl.col("attached") + pl.duration(days=span.allotted_days)
    return table.with_columns(
        left=pl.min_horizontal(pl.col("completed"), over, span.last_day)
    ).with_columns(is_over=pl.col("left") < span.last_day)


def participants(
    events: pl.DataFrame, staying: pl.DataFrame, working: pl.DataFrame
) -> pl.DataFrame:
    """Give the table of participants."""
    by = "participant"
    inside = working.join(staying.select(by, "attached", "left"), on=by, how="inner")
    from_day = pl.max_horizontal("start", "attached")
    to_day = pl.min_horizontal("end", "left")
    worked = inside.group_by(by).agg(
        days_in_work=(pl.col("end") - pl.col("start")).dt.total_days().add(1).sum(),
        days_inside=(to_day - from_day)
        .dt.total_days()
        .add(1)
        .clip(lower_bound=0)
        .sum(),
    )
    supported = while_working(of_kind(events, Kind.CONTACTED), working)
    supported = supported.filter((purpose() != TRACKING) & ~pl.col("works"))
    decided = pl.col("code").fill_null("").str.to_lowercase()
    counts = {
        "contacts": supported,
        "sanction_referrals": of_kind(events, Kind.SANCTION_REFERRED),
        "sanctions": of_kind(events, Kind.SANCTION_DECIDED).filter(
            ~decided.is_in(NO_SANCTION)
        ),
        "claims": of_kind(events, Kind.CLAIMED).filter(pl.col("milestone") == OUTCOME),
    }
    table = staying.join(worked, on=by, how="left")
    for name, rows in counts.items():
        table = table.join(
            rows.group_by(by).agg(pl.len().cast(pl.Float64).alias(name)),
            on=by,
            how="left",
        )
    stay = (pl.col("left") - pl.col("attached")).dt.total_days()
    table = table.with_columns(pl.col(list(counts)).fill_null(0.0)).with_columns(
        weeks_in_work=(pl.col("days_in_work").fill_null(0) // WEEK).cast(pl.Int64),
        weeks_served=(
            (stay - pl.col("days_inside").fill_null(0)).clip(lower_bound=0) / WEEK
        ),
    )
    table = table.with_columns(fate=_fate())
    # what the log never carries of anybody is not known, and not nought
    silent = {
        "contacts": Kind.CONTACTED,
        "sanction_referrals": Kind.SANCTION_REFERRED,
        "sanctions": Kind.SANCTION_DECIDED,
        "specialist": Kind.SPECIALIST_REFERRED,
    }
    gone = [name for name, kind in silent.items() if len(of_kind(events, kind)) == 0]
    if "contacts" in gone:
        gone.append("fate")
    return table.drop("days_in_work", "days_inside", "claims", *gone)


def _fate() -> pl.Expr:
    """Give what became of those whose time is over."""
    months = pl.col("weeks_served") * WEEK / 30.4375
    often = pl.col("contacts") / pl.max_horizontal(months, pl.lit(1.0))
    return (
        pl.when(~pl.col("is_over") | pl.col("attached").is_null())
        .then(None)
        .when(pl.col("claims") > 0)
        .then(pl.lit("lasting-work"))
        .when(pl.col("weeks_in_work") > 0)
        .then(pl.lit("work"))
        .when(pl.col("sanctions") > 0)
        .then(pl.lit("sanctioned"))
        .when(often >= 1.0)
        .then(pl.lit("helped"))
        .when(often < 0.2)
        .then(pl.lit("untouched"))
        .otherwise(pl.lit("tracked"))
    )
