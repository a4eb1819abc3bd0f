"""`quasimarket study-view`: a run as the qualitative study would have seen it."""

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quasimarket.cli.run_tables import read_tables
from quasimarket.core.errors import Fault, InputFault
from quasimarket.experiments.study_view import STUDIES, Cell, StudyView, study_view
from quasimarket.experiments.study_view_counts import SECTORS, TABLES


NAME = "study-view"
HELP = "show a run as a study of two areas and 14 subcontractors would have seen it"
NOBODY = ("nobody met", "nobody answered")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("run_folder", metavar="run", type=Path, help="a run's folder")
    parser.add_argument(
        "--areas",
        nargs=2,
        metavar="AREA",
        help="ids of the two areas, urban and semi-rural (default a pair of the Work "
        "Programme's, one north and one south, and all such pairs for the studies that "
        "might have been)",
    )
    parser.add_argument(
        "--studies",
        type=int,
        default=STUDIES,
        metavar="N",
        help="studies that might have been, drawn to see how they scatter "
        "(default %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="which study (default %(default)s)"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the matrix as JSON instead of tables"
    )


def run(arguments: argparse.Namespace) -> int:
    """Draw the study and print its matrix beside the population's."""
    if arguments.studies < 20:
        raise InputFault(
            [
                Fault(
                    where="--studies",
                    found=str(arguments.studies),
                    expected="20 or more, to see how they scatter",
                )
            ]
        )
    tables = read_tables(arguments.run_folder, TABLES, needed=TABLES)
    seen = study_view(
        tables,
        areas=tuple(arguments.areas) if arguments.areas else None,
        studies=arguments.studies,
        seed=arguments.seed,
    )
    if arguments.json:
        print(json.dumps(as_json(seen), indent=2))
    else:
        print_view(seen, Console())
    return 0


def as_json(seen: StudyView) -> dict[str, object]:
    """Give a view as plain values."""
    wrong = seen.wrong_order
    return {
        **asdict(seen),
        "wrong_order": None if math.isnan(wrong) else wrong,
        "cells": [{**asdict(cell), "misleads": cell.misleads} for cell in seen.cells],
    }


def print_view(seen: StudyView, console: Console) -> None:
    """Print who took part, then the matrix stage by stage."""
    sectors = ", ".join(f"{seen.by_sector[name]} {name}" for name in SECTORS)
    console.print(
        f"Areas {seen.areas[0]} and {seen.areas[1]}: {seen.primes} of"
        f" {seen.primes_there} primes, {seen.organisations} subcontractors"
        f" ({sectors}; {seen.by_tier['1']} end-to-end, {seen.by_tier['2']} specialist),"
        " months 9 to 13.",
        highlight=False,
    )
    for stage in dict.fromkeys(cell.stage for cell in seen.cells):
        table = Table(title=stage.capitalize())
        for heading in ("", "Sector", "Study", "All", "Studies that might have been"):
            table.add_column(heading)
        row = ""
        for cell in seen.cells:
            if cell.stage == stage:
                table.add_row(*_cells(cell, is_first=cell.row != row))
                row = cell.row
        console.print(table)
    console.print(
        "Pressures are counted a position and month (a position, before the first"
        " referral); a directive counts one, other acts as insight weighs them."
        " Resisted is the share of answers that avoid, defy or manipulate."
        f" The last column holds 95% of {seen.studies} studies; ! marks where the whole"
        " lies outside them.",
        highlight=False,
    )
    if not math.isnan(seen.wrong_order):
        console.print(
            f"{seen.wrong_order:.0%} of such studies would not see which of private and"
            " third sector resists more in delivery.",
            highlight=False,
        )


def _cells(cell: Cell, *, is_first: bool) -> list[str]:
    mark = " !" if cell.misleads else ""
    scatter = (
        ""
        if cell.low is None or cell.high is None
        else f"{cell.low:.3g} to {cell.high:.3g}{mark}"
    )
    return [
        cell.row if is_first else "",
        cell.sector,
        cell.note or NOBODY[cell.row == "resisted"]
        if cell.study is None
        else f"{cell.study:.3g}",
        "" if cell.population is None else f"{cell.population:.3g}",
        scatter,
    ]
