"""`quasimarket performance`: a log of events in; how contracts are doing out."""

import argparse
import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from quasimarket.cli.log_file import default_out, last_day_of, limits_of, parse_day
from quasimarket.cli.result_folder import (
    TableFormat,
    refuse_other_folder,
    write_folder,
)
from quasimarket.entitlement.columnar.rules import day_number
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.entitlement.read_columns import columns_from_table
from quasimarket.events import EventKind
from quasimarket.events.read import read_event_table
from quasimarket.performance import Measures, Referrals, measure
from quasimarket.performance.league import NATIONAL
from quasimarket.performance.rates import format_rate
from quasimarket.performance.referrals import (
    CANCELLED,
    REPEAT,
    referrals_from_frame,
)
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.outlook import Outlook, look_out


NAME = "performance"
HELP = "measure contracts: levels, cohorts, league tables, share shifts"
RESULT = "performance"
ROWS_SHOWN = 40
"""Longer tables are cut on the screen; the files hold every row."""
UNCLAIMED = "unclaimed"
REJECTED = "rejected"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("programme", help="a shipped programme's name, or a folder")
    parser.add_argument(
        "events", type=Path, help="a log: CSV, JSON lines, Parquet, or a run's folder"
    )
    parser.add_argument(
        "--to",
        metavar="YYYY-MM-DD",
        help="the last day that the log reaches (by default the last day of the "
        "month of its latest event)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write (LOG-performance)"
    )
    parser.add_argument("--json", action="store_true", help="print the tables as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measure the log, write the tables and print what matters of them."""
    rulebook = load_rulebook(arguments.programme)
    out = arguments.out or default_out(arguments.events, RESULT)
    refuse_other_folder(out, RESULT)
    table = read_event_table(arguments.events, limits_of(rulebook))
    data_to = parse_day(arguments.to) if arguments.to else last_day_of(table)
    measures = measure(referrals_in(rulebook, table, data_to))
    summary = {
        "schema_version": 1,
        "programme": rulebook.id,
        "rulebook_hash": rulebook.content_hash,
        "data_to": data_to.isoformat(),
        "events": len(table),
    }
    tables = measures.tables()
    arrow = {name: frame.to_arrow() for name, frame in tables.items()}
    write_folder(out, RESULT, arrow, summary, TableFormat.CSV)
    if arguments.json:
        rows = {name: frame.to_dicts() for name, frame in tables.items()}
        print(json.dumps({**summary, **rows}, default=date.isoformat, indent=2))
    else:
        _print(measures, summary, out)
    return 0


def referrals_in(rulebook: Rulebook, table: pa.Table, data_to: date) -> Referrals:
    """Lay out the referrals of a log with their outcomes, as known on a day."""
    # what only records a payment may name more than a milestone, and measures nothing
    told = table.filter(pc.not_equal(table["kind"], str(EventKind.PAID)))
    columns = columns_from_table(rulebook, told)
    seen = look_out(rulebook, columns, data_to, rulebook.performance.milestone)
    rows = pl.concat(
        [_standing(seen), _left_out(columns, seen, data_to)], how="diagonal"
    )
    return referrals_from_frame(rulebook, data_to, rows)


def _standing(seen: Outlook) -> pl.DataFrame:
    """Give a row for each referral that stands, with its outcome."""
    earned = pl.col("is_earned")
    why_not = (
        pl.when("is_rejected")
        .then(pl.lit(REJECTED))
        .when(~pl.col("is_claimed"))
        .then(pl.lit(UNCLAIMED))
    )
    return (
        pl.DataFrame(seen._asdict())
        .filter("is_found")
        .select(
            "contract",
            "group",
            "referred",
            pl.lit(None, pl.String).alias("excluded"),
            pl.lit(1.0).alias("weight"),
            pl.when(earned).then("earned").alias("earned"),
            pl.when(earned).then("held_by").alias("outcome_contract"),
            pl.when(earned).then(why_not).alias("outcome_excluded"),
        )
    )


def _left_out(columns: EventColumns, seen: Outlook, data_to: date) -> pl.DataFrame:
    """Give a row for each referral known that does not stand, and say why.

    A referral before the one that stands can only have been cancelled (S43, S44).
    """
    is_referral = columns.kind == KIND_CODE[EventKind.REFERRED]
    row = np.flatnonzero(is_referral & (columns.known <= day_number(data_to)))
    person = columns.participant[row]
    row = row[columns.event[row] != seen.referral[person]]
    # an event may be said twice in a log, and counts once
    row = row[np.sort(np.unique(columns.event[row], return_index=True)[1])]
    person = columns.participant[row]
    is_cancelled = ~seen.is_found[person] | (
        columns.happened[row] < seen.referred[person]
    )
    return pl.DataFrame(
        {
            "contract": columns.contract[row],
            "group": columns.group[row].astype(np.int16),
            "referred": columns.happened[row],
            "excluded": np.where(is_cancelled, CANCELLED, REPEAT),
            "weight": np.ones(len(row)),
            "earned": np.full(len(row), None),
            "outcome_contract": np.full(len(row), None),
            "outcome_excluded": np.full(len(row), None),
        },
        schema_overrides={
            "excluded": pl.String,
            "earned": pl.Int32,
            "outcome_contract": pl.Int16,
            "outcome_excluded": pl.String,
        },
    )


def _print(measures: Measures, summary: dict[str, Any], out: Path) -> None:
    console = Console(highlight=False)
    console.print(f"{summary['events']:,} events, data to {summary['data_to']}.\n")
    _print_levels(console, measures.levels)
    _print_cohorts(console, measures.cohorts)
    _print_league(console, measures.league)
    _print_shifts(console, measures)
    _print_improvement(console, measures.improvement)
    _print_rows(
        console,
        "Left out",
        ("what", "year", "group", "contract", "because", "people"),
        [
            (*(str(value) for value in row[:5]), f"{row[5]:,.0f}")
            for row in measures.exclusions.iter_rows()
        ],
    )
    console.print(f"Every table is in {out}/")


def _print_levels(console: Console, levels: pl.DataFrame) -> None:
    verdict = {True: "met", False: "missed", None: "-"}
    _print_rows(
        console,
        "Minimum performance levels",
        ("year", "group", "contract", "outcomes", "referrals", "rate", "level", ""),
        [
            (
                str(row["contract_year"]),
                row["group"],
                row["contract"],
                *_counts(row),
                f"{row['level']:.1%}",
                verdict[row["met"]],
            )
            for row in levels.iter_rows(named=True)
        ],
    )


def _print_cohorts(console: Console, cohorts: pl.DataFrame) -> None:
    everyone = cohorts.filter(pl.col("group").is_null(), pl.col("contract").is_null())
    _print_rows(
        console,
        "Cohorts: all groups and contracts",
        ("referred", "months", "outcomes", "referrals", "rate"),
        [
            (
                row["month"],
                str(row["months"]),
                *_counts(row)[:2],
                _counts(row)[2] if row["rate"] is not None else "too early",
            )
            for row in everyone.iter_rows(named=True)
        ],
    )


def _print_league(console: Console, league: pl.DataFrame) -> None:
    latest = pl.col("contract_year") == pl.col("contract_year").max()
    national = league.filter(
        pl.col("scope") == NATIONAL, pl.col("group").is_null(), latest
    )
    year = "".join(str(value) for value in national["contract_year"].unique())
    _print_rows(
        console,
        f"League table of contract year {year}: all groups",
        ("rank", "contract", "outcomes", "referrals", "rate", "95% interval"),
        [
            (
                "too few" if row["rank"] is None else str(row["rank"]),
                row["contract"],
                *_counts(row),
                "-" if row["low"] is None else f"{row['low']:.1%} to {row['high']:.1%}",
            )
            for row in national.iter_rows(named=True)
        ],
    )


def _print_shifts(console: Console, measures: Measures) -> None:
    _print_rows(
        console,
        "Share shifts proposed",
        ("area", "group", "after year", "from", "to", "share", "first day", "rates"),
        [
            (
                one.area,
                one.group,
                str(one.contract_year),
                one.from_contract,
                one.to_contract,
                format_rate(one.size),
                one.first_day.isoformat(),
                f"{format_rate(one.from_rate)}, {format_rate(one.to_rate)}",
            )
            for one in measures.proposals
        ],
    )


def _print_improvement(console: Console, improvement: pl.DataFrame) -> None:
    _print_rows(
        console,
        "Improvement: levels missed in a year or in twelve months since, latest first",
        ("to", "group", "contract", "outcomes", "referrals", "rate", "level"),
        [
            (
                row["last_day"].isoformat(),
                row["group"],
                row["contract"],
                *_counts(row),
                f"{row['level']:.1%}",
            )
            for row in improvement.sort(
                "last_day", descending=True, maintain_order=True
            ).iter_rows(named=True)
        ],
    )


def _counts(row: dict[str, Any]) -> tuple[str, str, str]:
    outcomes, referrals = row["outcomes"], row["referrals"]
    rate = Fraction(outcomes) / Fraction(referrals) if referrals else None
    return f"{outcomes:,.0f}", f"{referrals:,.0f}", format_rate(rate)


def _print_rows(
    console: Console, title: str, headings: Iterable[str], rows: list[tuple[str, ...]]
) -> None:
    if not rows:
        console.print(f"{title}: none\n")
        return
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows[:ROWS_SHOWN]:
        table.add_row(*row)
    console.print(table)
    if len(rows) > ROWS_SHOWN:
        console.print(f"... and {len(rows) - ROWS_SHOWN:,} more rows in the file")
    console.print()
