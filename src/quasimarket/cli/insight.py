"""`quasimarket insight`: a run or a log's tables in; measures of the market out."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from math import inf, isfinite
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from quasimarket.cli.event_log import FORMS, read_log_file, read_table
from quasimarket.cli.run_tables import SIMULATE, read_tables
from quasimarket.core.errors import Fault, InputFault
from quasimarket.insight import CATALOGUE, Measure
from quasimarket.insight.catalogue import take_all
from quasimarket.insight.channels import SETS, set_name
from quasimarket.insight.log_tables import tables_of_log
from quasimarket.insight.observed import FEW_PRIMES, Observed
from quasimarket.insight.practice import Scale, scales
from quasimarket.rulebook import load_rulebook
from quasimarket.runs.folder import MANIFEST
from quasimarket.runs.tables import TABLES


NAME = "insight"
HELP = "measure a market: pressure, convergence, creaming and the rest"
MORE = ("outcomes", "localities")
"""Tables that a run or a log may have besides those of `runs.tables`."""
HIDDEN = "truth_practice"
SMALL = 0.001


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "folder",
        metavar="run-or-log",
        type=Path,
        help="a run's folder, one with such tables, or a log of events: .jsonl, .csv,"
        " .parquet",
    )
    parser.add_argument(
        "--people",
        type=Path,
        metavar="FILE",
        help="of a log: what was known of participants at referral",
    )
    parser.add_argument(
        "--organisations",
        type=Path,
        metavar="FILE",
        help="of a log: sector, size and turnover of organisations",
    )
    parser.add_argument(
        "--programme", help="of a log: a shipped programme's name, or its folder"
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
        "--planned-spend",
        action="append",
        default=[],
        metavar="GROUP=POUNDS",
        help="what bids planned to spend on a person of a payment group; may be"
        " repeated",
    )
    parser.add_argument(
        "--channels",
        type=Path,
        metavar="FOLDER",
        help="of eight runs, named none, coercive, coercive+normative and so on by the"
        " channels of pressure that were on",
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
    tables, is_log = tables_of(arguments)
    observed = Observed(
        tables,
        until=arguments.until,
        seed=arguments.seed,
        non_intervention=numbers_of(
            "--non-intervention", arguments.non_intervention, "RATE", most=1.0
        ),
        planned_spend=numbers_of("--planned-spend", arguments.planned_spend, "POUNDS")
        or None,
        by_channels=runs_of_channels(arguments),
        has_own_scales=is_log,
    )
    measures = take_all(observed, arguments.only)
    if arguments.json:
        print(json.dumps([asdict(one) for one in measures], indent=2))
    else:
        _print(measures)
        _print_scales(scales(observed), Console(highlight=False))
    return 0


def tables_of(arguments: argparse.Namespace) -> tuple[dict[str, pl.DataFrame], bool]:
    """Read a run's tables, or lay a log out; tell whether it is a log."""
    place = arguments.folder
    given = [
        name
        for name in ("people", "organisations", "programme")
        if getattr(arguments, name) is not None
    ]
    if place.is_dir() and any((place / f"{name}.parquet").is_file() for name in TABLES):
        if given:
            raise InputFault(
                [
                    Fault(
                        where=f"--{name}",
                        found="a folder of tables",
                        expected="a log of events, for which it stands",
                    )
                    for name in given
                ]
            )
        return run_tables(place), not (place / MANIFEST).is_file()
    log = next(
        (place / f"events{one}" for one in FORMS if (place / f"events{one}").is_file()),
        place,
    )
    if log.is_dir() or not log.exists():
        return run_tables(place), False
    events, acts = read_log_file(log)
    told = {
        name: read_table(getattr(arguments, name))
        for name in ("people", "organisations")
        if name in given
    }
    return (
        tables_of_log(
            events,
            acts,
            programme=load_rulebook(arguments.programme)
            if arguments.programme
            else None,
            people=told.get("people"),
            organisations=told.get("organisations"),
        ),
        True,
    )


def runs_of_channels(
    arguments: argparse.Namespace,
) -> dict[frozenset[str], Observed] | None:
    """Read the eight runs of the channels of pressure, where they are asked for."""
    if arguments.channels is None:
        return None
    return {
        one: Observed(
            read_tables(
                arguments.channels / set_name(one),
                ("positions", "organisations", "providers"),
                {"positions": (), "providers": ()},
            ),
            seed=arguments.seed,
        )
        for one in SETS
    }


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


def numbers_of(
    option: str, settings: Sequence[str], what: str, most: float = inf
) -> dict[str, float]:
    """Read GROUP=NUMBER settings; every fault is told at once."""
    numbers: dict[str, float] = {}
    faults = []
    for setting in settings:
        group, _, text = setting.partition("=")
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not group or not 0 <= number <= most or not isfinite(number):
            faults.append(
                Fault(
                    where=option,
                    found=setting,
                    expected=f"GROUP={what}, 0 or more"
                    + (f" and {most:g} or less" if isfinite(most) else ""),
                    hint="for example 1=0.30",
                )
            )
        numbers[group] = number
    if faults:
        raise InputFault(faults)
    return numbers


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


def _print_scales(found: dict[str, Scale], console: Console) -> None:
    """Say on which scales practice was put."""
    if not found:
        return
    of_log = any(one.is_of_log for one in found.values())
    whose = (
        "this log's first six months (5% to 95% of providers)"
        if of_log
        else "the behaviour defaults"
    )
    told = ", ".join(
        f"{name} {_number(one.low)} to {_number(one.high)}"
        for name, one in found.items()
    )
    console.print(f"Practice is on the scales of {whose}: {told}.")


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
