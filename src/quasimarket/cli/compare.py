"""`quasimarket compare`: designs side by side, with the same luck, seed by seed."""

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from quasimarket.cli.settings import split_settings
from quasimarket.cli.simulate import progress_shown
from quasimarket.core.errors import Fault, InputFault
from quasimarket.experiments.compare import (
    Difference,
    Named,
    Task,
    Values,
    design_of,
    differences,
    refuse_designs,
)
from quasimarket.experiments.compare_measures import COLUMNS
from quasimarket.experiments.compare_runs import play_all
from quasimarket.reports import comparison_words
from quasimarket.reports.comparison_page import (
    MOST_DESIGNS,
    Comparison,
    Row,
    render_comparison,
)
from quasimarket.rulebook.plain_words import say_count
from quasimarket.runs.whole_folder import refuse_other, whole_folder


NAME = "compare"
HELP = "set designs side by side: paired differences with intervals"
KIND = "comparison"
FIGURES = "comparison.json"
PAGE = "comparison.html"
RUNS = "runs.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "designs",
        nargs="+",
        metavar="DESIGN",
        help="a programme's name or folder, then what is set in it, as in "
        "work-programme,market.stewardship=60; the others are set beside the first",
    )
    parser.add_argument(
        "--seeds", type=int, default=10, help="play each design so often (default 10)"
    )
    parser.add_argument(
        "--areas", type=int, metavar="N", help="only the first N areas, whole"
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="share of people simulated, each standing for 1/scale (default 1)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="change every design, or behaviour.KEY=VALUE; may be repeated",
    )
    parser.add_argument(
        "--processes", type=int, default=2, help="runs made at once (default 2)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(KIND),
        help=f"folder to write (default {KIND})",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the comparison as JSON"
    )


def run(arguments: argparse.Namespace) -> int:
    """Play, compare, write the page and print the table."""
    named = _named(arguments.designs, arguments.settings)
    _refuse_numbers(arguments)
    names = [one.name for one in named]
    tasks = [
        Task(named=one, seed=seed, areas=arguments.areas, scale=arguments.scale)
        for seed in range(1, arguments.seeds + 1)
        for one in named
    ]
    refuse_designs(tasks[: len(named)])
    refuse_other(arguments.out, KIND, _is_comparison)
    with progress_shown(arguments.json) as told:
        found = play_all(
            tasks,
            processes=arguments.processes,
            told=lambda done, of: told(f"{of} runs", done / of),
        )
    rows = differences(names, found)
    comparison = _comparison(arguments, tasks[: len(named)], rows)
    figures = _figures(comparison, rows)
    with whole_folder(arguments.out, KIND, _is_comparison) as folder:
        (folder / FIGURES).write_text(figures, encoding="utf-8")
        (folder / PAGE).write_text(render_comparison(comparison), encoding="utf-8")
        _write_runs(folder / RUNS, found)
    if arguments.json:
        print(figures, end="")
    else:
        _print(comparison, Console(), arguments.out / PAGE)
    return 0


def _named(designs: Sequence[str], settings: Sequence[str]) -> list[Named]:
    """Read what each design is; faults of all are reported together."""
    faults: list[Fault] = []
    named = []
    for text in designs:
        programme, *own = text.split(",")
        try:
            rules, assumptions = split_settings([*settings, *own])
        except InputFault as fault:
            faults += fault.faults
            continue
        named.append(
            Named(
                name=text,
                programme=programme,
                rules=tuple(rules.items()),
                behaviour=tuple(assumptions.items()),
            )
        )
    if len(set(designs)) < len(designs) or not 2 <= len(designs) <= MOST_DESIGNS + 1:
        faults.append(
            Fault(
                where="DESIGN",
                found=f"{len(designs)}: {' '.join(designs)}",
                expected=f"2 to {MOST_DESIGNS + 1} designs, each once",
            )
        )
    if faults:
        raise InputFault(list(dict.fromkeys(faults)))
    return named


def _refuse_numbers(arguments: argparse.Namespace) -> None:
    faults = [
        Fault(where=f"--{name}", found=str(value), expected=f"1 to {most}")
        for name, value, most in (
            ("seeds", arguments.seeds, 1000),
            ("processes", arguments.processes, 64),
        )
        if not 1 <= value <= most
    ]
    if faults:
        raise InputFault(faults)


def _comparison(
    arguments: argparse.Namespace, tasks: Sequence[Task], rows: Sequence[Difference]
) -> Comparison:
    measured = {row.column.id for row in rows}
    areas = "all areas"
    if arguments.areas is not None:
        areas = say_count(arguments.areas, "area")
    people = "everybody" if arguments.scale == 1 else f"{arguments.scale:g} of people"
    return Comparison(
        designs=tuple(task.named.name for task in tasks),
        seeds=arguments.seeds,
        extent=f"{areas}, {people}",
        rows=tuple(
            Row(
                label=row.column.label,
                unit=row.column.unit,
                design=row.design,
                base=row.base,
                value=row.value,
                difference=row.difference,
                low=row.low,
                high=row.high,
                is_clear=row.is_clear,
            )
            for row in rows
        ),
        unmeasured=tuple(
            column.label for column in COLUMNS if column.id not in measured
        ),
        hashes=tuple(
            (task.named.name, design_of(task).rulebook.content_hash) for task in tasks
        ),
    )


def _figures(comparison: Comparison, rows: Sequence[Difference]) -> str:
    """Write a comparison as JSON."""
    figures: dict[str, Any] = {
        "is": KIND,
        "designs": list(comparison.designs),
        "seeds": comparison.seeds,
        "extent": comparison.extent,
        "rulebook_hashes": dict(comparison.hashes),
        "rows": [
            {
                "column": row.column.id,
                "label": row.column.label,
                "unit": row.column.unit,
                "design": row.design,
                "base": row.base,
                "value": row.value,
                "difference": row.difference,
                "low": row.low,
                "high": row.high,
                "share": row.share,
                "seeds": row.seeds,
                "is_clear": row.is_clear,
            }
            for row in rows
        ],
        "unmeasured": list(comparison.unmeasured),
    }
    return json.dumps(figures, indent=2, ensure_ascii=False) + "\n"


def _write_runs(path: Path, found: Mapping[tuple[str, int], Values]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("design", "seed", *(column.id for column in COLUMNS)))
        for (design, seed), values in sorted(found.items()):
            cells = (values[column.id] for column in COLUMNS)
            writer.writerow(
                (design, seed, *("" if one is None else repr(one) for one in cells))
            )


def _print(comparison: Comparison, console: Console, page: Path) -> None:
    for name in comparison.designs[1:]:
        shown = Table(title=f"{name} beside {comparison.designs[0]}")
        shown.add_column("Column")
        for heading in ("First", "This", "Difference (95% interval)"):
            shown.add_column(heading, justify="right")
        shown.add_column("")
        for row in comparison.rows:
            if row.design == name:
                shown.add_row(
                    row.label,
                    comparison_words.level(row.base, row.unit),
                    comparison_words.level(row.value, row.unit),
                    comparison_words.change(
                        row.difference, row.low, row.high, row.unit
                    ),
                    comparison_words.verdict(row.difference, row.low, row.high),
                )
        console.print(shown)
    if comparison.unmeasured:
        console.print(f"Not measured: {', '.join(comparison.unmeasured)}.")
    console.print(f"{comparison.seeds} seeds, {comparison.extent}. Page: {page}")


def _is_comparison(folder: Path) -> bool:
    try:
        found = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("is") == KIND
