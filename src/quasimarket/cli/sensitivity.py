"""`quasimarket sensitivity`: which assumptions matter for which result."""

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quasimarket.cli.calibrate import refuse_areas
from quasimarket.cli.claims import progress_shown
from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.experiments.calibrate_files import write
from quasimarket.experiments.calibrate_runs import Bench, Setting
from quasimarket.experiments.sensitivity import (
    HEADLINES,
    Effect,
    as_rows,
    effects,
    ranked,
    refuse_without_salib,
    screened_prior,
    trials_of,
)
from quasimarket.experiments.sensitivity_chart import heat_map


NAME = "sensitivity"
HELP = "screen which assumptions matter for which result"
RESULT = "sensitivity.json"
PICTURE = "sensitivity.svg"
RUNS = "measured"
MONTHS = 25
SHOWN = 3
"""Parameters printed for each result."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "--programme",
        default="work-programme",
        help="a shipped programme's name, or its folder (default %(default)s)",
    )
    parser.add_argument(
        "--trajectories",
        type=int,
        default=6,
        metavar="N",
        help="paths over the ranges, each a run for every parameter and one more"
        " (default %(default)s)",
    )
    parser.add_argument(
        "--areas",
        type=int,
        default=2,
        metavar="N",
        help="only the first N areas, whole (default %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="which paths and luck (default 1)"
    )
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="runs made at once (default one for each core)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("runs/sensitivity"),
        help="folder of the table, the picture and what was measured"
        " (default %(default)s)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print it as JSON instead of tables"
    )


def run(arguments: argparse.Namespace) -> int:
    """Play the paths, work the effects out, write and print them."""
    refuse_impossible(arguments)
    refuse_without_salib()
    prior = screened_prior(load_behaviour())
    refuse_areas(arguments.programme, arguments.areas)
    # children take it from here: a process a core needs no threads of its own
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    began = time.perf_counter()
    points, trials = trials_of(prior, arguments.trajectories, arguments.seed)
    measures = tuple(HEADLINES)
    with progress_shown(arguments.json) as told:
        bench = Bench(
            Setting(
                programme=arguments.programme,
                areas=arguments.areas,
                months=MONTHS,
                measures=measures,
            ),
            arguments.out / RUNS,
            processes=arguments.processes or os.cpu_count() or 1,
            told=told,
        )
        bench.foreseen = len(trials)
        shown = bench.shown(trials)
    found = effects(prior, points, shown, measures, seed=arguments.seed)
    command = (
        f"quasimarket sensitivity --trajectories {arguments.trajectories}"
        f" --areas {arguments.areas} --seed {arguments.seed}"
    )
    given = {"command": command, "runs": len(trials), "effects": as_rows(found)}
    text = json.dumps(given, indent=1) + "\n"
    write(arguments.out, RESULT, text)
    write(arguments.out, PICTURE, heat_map(found, command))
    if arguments.json:
        print(text, end="")
    else:
        print_effects(found, Console())
        Console().print(
            f"{len(trials)} runs, {len(prior)} parameters,"
            f" {time.perf_counter() - began:.0f} s. Written to"
            f" {arguments.out}/{RESULT} and {PICTURE}",
            highlight=False,
        )
    return 0


def refuse_impossible(arguments: argparse.Namespace) -> None:
    """Raise InputFault with every number that cannot be."""
    faults = [
        Fault(where=f"--{name}", found=str(value), expected=f"{least} or more")
        for name, value, least in (
            ("trajectories", arguments.trajectories, 2),
            ("areas", arguments.areas, 1),
            ("seed", arguments.seed, 0),
            ("processes", arguments.processes, 1),
        )
        if value is not None and value < least
    ]
    if faults:
        raise InputFault(faults)


def print_effects(found: Sequence[Effect], console: Console) -> None:
    """Print, for each result, the parameters that matter most for it."""
    table = Table(title="What matters most for each result")
    table.add_column("Result")
    table.add_column("Parameter", no_wrap=True)
    for heading in ("Effect", "95%", "Scatter", "Over sd"):
        table.add_column(heading)
    for measure in dict.fromkeys(one.measure for one in found):
        mine = [one for one in found if one.measure == measure]
        by_name = {one.parameter: one for one in mine}
        for number, name in enumerate(ranked(mine, SHOWN)):
            one = by_name[name]
            table.add_row(
                HEADLINES.get(measure, measure) if number == 0 else "",
                name,
                f"{one.mean:+.3g}",
                f"{one.low:.3g} to {one.high:.3g}",
                f"{one.scatter:.3g}",
                f"{one.relative:.2f}",
            )
    console.print(table)
