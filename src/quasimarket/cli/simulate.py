"""`quasimarket simulate`: play a programme, write its run, show what came of it."""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from quasimarket.cli.settings import split_settings
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.experiments.finished_run import LARGE, play_into
from quasimarket.market.flow import AllocationMode
from quasimarket.reports.terminal import print_summary
from quasimarket.rulebook import load_rulebook
from quasimarket.runs.summary_schema import to_json
from quasimarket.simulation.simulate import Design


NAME = "simulate"
HELP = "play a programme from its first referral to its last payment"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("programme", help="a shipped programme's name, or its folder")
    parser.add_argument("--seed", type=int, default=1, help="which luck (default 1)")
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="share of people simulated, each standing for 1/scale (default 1)",
    )
    parser.add_argument(
        "--areas", type=int, metavar="N", help="only the first N areas, whole"
    )
    parser.add_argument(
        "--allocation",
        choices=[str(mode) for mode in AllocationMode],
        default=str(AllocationMode.PLACE),
        help="how a contract shares its people in its chain (default place)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="change the rulebook, or behaviour.KEY=VALUE; may be repeated",
    )
    parser.add_argument(
        "--out", type=Path, help="folder of the run (default runs/PROGRAMME)"
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=LARGE,
        help="leave out a large table or the report; may be repeated",
    )
    parser.add_argument(
        "--json", action="store_true", help="print summary.json instead of tables"
    )


def run(arguments: argparse.Namespace) -> int:
    """Simulate, write the run's folder, print its summary."""
    began = time.perf_counter()
    rules, assumptions = split_settings(arguments.settings)
    rulebook = load_rulebook(arguments.programme, rules)
    design = Design(
        rulebook=rulebook,
        behaviour=load_behaviour(assumptions),
        seed=arguments.seed,
        scale=arguments.scale,
        areas=arguments.areas,
        allocation=AllocationMode(arguments.allocation),
    )
    out = arguments.out or Path("runs") / rulebook.id
    with progress_shown(arguments.json) as told:
        summary = play_into(
            out,
            design,
            settings=arguments.settings,
            without=arguments.without,
            began=began,
            told=told,
        )
    if arguments.json:
        print(to_json(summary))
    else:
        print_summary(summary, folder=out, has_report="report" not in arguments.without)
    return 0


@contextmanager
def progress_shown(is_quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """Show stages, bar and time left on standard error, or nothing."""
    console = Console(stderr=True)
    if is_quiet or not console.is_terminal:
        yield lambda stage, done: None
        return
    with Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as shown:
        tasks: dict[str, object] = {}

        def told(stage: str, done: float) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=1.0)
            shown.update(tasks[stage], completed=done)  # type: ignore[arg-type]  # rich's TaskID is an int

        yield told
