"""Options of commands that make many runs, and the refusal of what cannot be."""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import load_rulebook


RUNS = "measured"
"""The folder, inside that of the result, in which what runs showed is kept."""


def add_programme(parser: argparse.ArgumentParser) -> None:
    """Let another programme than the founding case be played."""
    parser.add_argument(
        "--programme",
        default="work-programme",
        help="a shipped programme's name, or its folder (default %(default)s)",
    )


def add_areas(parser: argparse.ArgumentParser, default: int) -> None:
    """Let runs be of fewer areas."""
    parser.add_argument(
        "--areas",
        type=int,
        default=default,
        metavar="N",
        help="only the first N areas, whole (default %(default)s)",
    )


def add_only(parser: argparse.ArgumentParser, metavar: str, purpose: str) -> None:
    """Let some be chosen by name."""
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar=metavar,
        help=f"{purpose}; may be repeated",
    )


def add_seed(parser: argparse.ArgumentParser, purpose: str) -> None:
    """Let points and luck be drawn anew."""
    parser.add_argument("--seed", type=int, default=1, help=f"{purpose} (default 1)")


def add_processes(parser: argparse.ArgumentParser) -> None:
    """Let the number of runs made at once be chosen."""
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="runs made at once (default one for each core)",
    )


def add_result(parser: argparse.ArgumentParser, name: str, holds: str) -> None:
    """Let the folder of the result be chosen, and its form on standard output."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("runs") / name,
        help=f"folder of {holds} and of what was measured (default %(default)s)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print it as JSON instead of tables"
    )


def processes_of(arguments: argparse.Namespace) -> int:
    """Give how many runs to make at once, and leave each a core of its own."""
    # children take it from here: a process a core needs no threads of its own
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    return arguments.processes or os.cpu_count() or 1


def too_small(arguments: argparse.Namespace, least: Mapping[str, int]) -> list[Fault]:
    """Give a fault for each number that is below the least that it may be."""
    given = {name: getattr(arguments, name.replace("-", "_")) for name in least}
    return [
        Fault(where=f"--{name}", found=str(value), expected=f"{least[name]} or more")
        for name, value in given.items()
        if value is not None and value < least[name]
    ]


def too_large(name: str, value: int | None, most: int, why: str) -> list[Fault]:
    """Give a fault where a number is above the most that it may be."""
    if value is None or value <= most:
        return []
    return [
        Fault(where=f"--{name}", found=str(value), expected=f"{most} or fewer, {why}")
    ]


def refuse(faults: Sequence[Fault]) -> None:
    """Raise InputFault where there are faults."""
    if faults:
        raise InputFault(faults)


def refuse_areas(programme: str, areas: int) -> None:
    """Raise InputFault where a programme cannot be loaded or has fewer areas."""
    there = len(load_rulebook(programme).areas)
    if areas > there:
        refuse([Fault(where="--areas", found=str(areas), expected=f"1 to {there}")])


@contextmanager
def progress_shown(is_quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show runs made, and the time left, on standard error, or nothing."""
    console = Console(stderr=True)
    if is_quiet or not console.is_terminal:
        yield lambda done, of: None
        return
    with Progress(
        TextColumn("runs"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as shown:
        bar = shown.add_task("runs", total=None)
        yield lambda done, of: shown.update(bar, completed=done, total=of)
