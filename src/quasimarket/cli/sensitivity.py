"""`quasimarket sensitivity`: which assumptions matter for which result."""

import argparse
import json
import time
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from quasimarket.cli.batch_options import (
    RUNS,
    add_areas,
    add_processes,
    add_programme,
    add_result,
    add_seed,
    processes_of,
    progress_shown,
    refuse,
    refuse_areas,
    too_small,
)
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
MONTHS = 25
SHOWN = 3
"""Parameters printed for each result."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    add_programme(parser)
    parser.add_argument(
        "--trajectories",
        type=int,
        default=6,
        metavar="N",
        help="paths over the ranges, each a run for every parameter and one more"
        " (default %(default)s)",
    )
    add_areas(parser, 2)
    add_seed(parser, "which paths and luck")
    add_processes(parser)
    add_result(parser, "sensitivity", "the table and the picture")


def run(arguments: argparse.Namespace) -> int:
    """Play the paths, work the effects out, write and print them."""
    refuse_impossible(arguments)
    refuse_without_salib()
    prior = screened_prior(load_behaviour())
    refuse_areas(arguments.programme, arguments.areas)
    processes = processes_of(arguments)
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
            processes=processes,
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
    refuse(
        too_small(arguments, {"trajectories": 2, "areas": 1, "seed": 0, "processes": 1})
    )


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
