"""`quasimarket insight`: a run or a log's tables in; measures of the market out."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from quasimarket.cli.run_tables import SIMULATE, read_tables
from quasimarket.core.errors import Fault, InputFault
from quasimarket.insight import CATALOGUE, Measure, measure_all
from quasimarket.insight.observed import FEW_PRIMES
from quasimarket.runs.tables import TABLES


NAME = "insight"
HELP = "measure a market: pressure, convergence, creaming and the rest"
MORE = ("outcomes",)
"""A table of people's outcomes, which a run adds to those of `runs.tables`."""
HIDDEN = "truth_practice"
SMALL = 0.001


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "folder", type=Path, help="a run's folder, or one with such tables"
    )
    parser.add_argument(
        "--only", default="", metavar="PREFIX", help="ids that begin so"
    )
    parser.add_argument(
        "--until",
        type=int,
        metavar="MONTH",
        help="look no further than this month, 1 being that of the first referral",
    )
    parser.add_argument(
        "--non-intervention",
        action="append",
        default=[],
        metavar="GROUP=RATE",
        help="share of a payment group with an outcome anyway; may be repeated",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of resamples and shuffles (1)"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the measures as JSON"
    )


def run(arguments: argparse.Namespace) -> int:
    """Take the measures and print them."""
    if not any(name.startswith(arguments.only) for name in CATALOGUE):
        raise InputFault(
            [
                Fault(
                    where="--only",
                    found=arguments.only,
                    expected="the beginning of a measure's id",
                    hint="one of "
                    + ", ".join(sorted({name.split(".")[0] for name in CATALOGUE})),
                )
            ]
        )
    measures = measure_all(
        run_tables(arguments.folder),
        prefix=arguments.only,
        until=arguments.until,
        seed=arguments.seed,
        non_intervention=rates_of(arguments.non_intervention),
    )
    if arguments.json:
        print(json.dumps([asdict(one) for one in measures], indent=2))
    else:
        _print(measures)
    return 0


def run_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """Read the tables that measures look at, of those that are there."""
    wanted = [name for name in (*TABLES, *MORE) if name != HIDDEN]
    found = read_tables(folder, wanted)
    if not found:
        raise InputFault(
            [
                Fault(
                    where=str(folder),
                    found="no table of a run",
                    expected="Parquet tables such as positions and providers",
                    hint=SIMULATE,
                )
            ]
        )
    return found


def rates_of(settings: Sequence[str]) -> dict[str, float]:
    """Read GROUP=RATE settings; every fault is told at once."""
    rates: dict[str, float] = {}
    faults = []
    for setting in settings:
        group, _, text = setting.partition("=")
        try:
            rate = float(text)
        except ValueError:
            rate = -1.0
        if not group or not 0 <= rate <= 1:
            faults.append(
                Fault(
                    where="--non-intervention",
                    found=setting,
                    expected="GROUP=RATE, the rate from 0 to 1",
                    hint="for example 1=0.30",
                )
            )
        rates[group] = rate
    if faults:
        raise InputFault(faults)
    return rates


def _print(measures: Sequence[Measure]) -> None:
    console = Console(highlight=False)
    for family, members in groupby(measures, lambda one: one.id.split(".")[0]):
        table = Table(title=family, title_justify="left")
        table.add_column("measure", no_wrap=True)
        for heading in ("value", "95% interval", "shuffled sectors", "n"):
            table.add_column(heading, justify="right")
        table.add_column("unit")
        table.add_column("note")
        for one in members:
            table.add_row(
                one.id.partition(".")[2],
                _number(one.value) + ("*" if one.extrapolated else " "),
                _range(one.low, one.high),
                _range(one.null_low, one.null_high),
                f"{one.n:,}",
                one.unit,
                one.note.replace(FEW_PRIMES, "").strip("; "),
            )
        console.print(table)
        console.print()
    console.print(
        "* looks past month 13, where no study looked: extrapolated.\n"
        "Shuffled sectors: the middle 95% of the measure when labels mean nothing."
    )
    if any(FEW_PRIMES in one.note for one in measures):
        console.print(f"Intervals: {FEW_PRIMES}.")


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    if value != 0 and abs(value) < SMALL:
        return f"{value:.1e}"
    return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{_number(low)} to {_number(high)}"
