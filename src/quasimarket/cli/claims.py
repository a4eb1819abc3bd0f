"""`quasimarket claims`: put what the studies say to runs, and print the board."""

import argparse
import json
import time
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from quasimarket.cli.batch_options import (
    RUNS,
    add_areas,
    add_only,
    add_processes,
    add_programme,
    add_result,
    processes_of,
    progress_shown,
    refuse,
    too_large,
    too_small,
)
from quasimarket.core.errors import Fault
from quasimarket.evidence.claims import DEFAULT, Claim, ClaimKind, load_claims
from quasimarket.experiments.calibrate_files import draws, write
from quasimarket.experiments.claims import (
    ClaimResult,
    Estimated,
    JudgedTest,
    Origin,
    Verdict,
    counts,
)
from quasimarket.experiments.claims_board import as_json, as_sheet
from quasimarket.experiments.claims_run import judged, plan, run_all


NAME = "claims"
HELP = "put what the studies claim to simulated runs, and print the board"
BOARD = "claims.json"
SHEET = "claims.csv"
COLOURS = {
    Verdict.HOLDS: "green",
    Verdict.FAILS: "red",
    Verdict.CANNOT_TELL: "yellow",
    Verdict.NOT_MEASURED: "dim",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    add_programme(parser)
    parser.add_argument(
        "--seeds", type=int, default=30, help="runs of each design (default 30)"
    )
    parser.add_argument(
        "--null-seeds",
        type=int,
        metavar="N",
        help="runs of each design on the null market (default as --seeds)",
    )
    parser.add_argument(
        "--posterior",
        type=int,
        metavar="N",
        help="in place of --seeds: N seeds, each with a parameter set of its own from"
        " the posterior of `calibrate`",
    )
    add_areas(parser, 6)
    parser.add_argument(
        "--national", action="store_true", help="all areas, in place of --areas"
    )
    add_only(parser, "C000", "only this claim")
    add_processes(parser)
    add_result(parser, "claims", "the board")


def run(arguments: argparse.Namespace) -> int:
    """Make the runs that are not made yet, judge the claims, print the board."""
    refuse_impossible(arguments)
    claims = chosen(load_claims(), arguments.only)
    areas = None if arguments.national else arguments.areas
    beliefs = draws(arguments.posterior) if arguments.posterior else ()
    seeds = len(beliefs) or arguments.seeds
    null_seeds = seeds if arguments.null_seeds is None else arguments.null_seeds
    processes = processes_of(arguments)
    began = time.perf_counter()
    one_plan = plan(
        claims,
        programme=arguments.programme,
        areas=areas,
        seeds=seeds,
        null_seeds=null_seeds,
        beliefs=beliefs,
    )
    with progress_shown(arguments.json) as told:
        found = run_all(
            one_plan,
            arguments.out / RUNS,
            processes=processes,
            told=told,
        )
    results = judged(claims, one_plan, found)
    board = as_json(results, one_plan, programme=arguments.programme, areas=areas)
    text = json.dumps(board, indent=2, ensure_ascii=False) + "\n"
    write(arguments.out, BOARD, text)
    write(arguments.out, SHEET, as_sheet(results))
    if arguments.json:
        print(text, end="")
    else:
        print_board(results, Console(), counts(results))
        Console().print(
            f"{len(one_plan.tasks)} runs, {seeds} seeds"
            f" ({one_plan.null_seeds} on the null market),"
            f" {time.perf_counter() - began:.0f} s."
            f" Written to {arguments.out / BOARD} and {SHEET}",
            highlight=False,
        )
    return 0


def refuse_impossible(arguments: argparse.Namespace) -> None:
    """Raise InputFault with every number that cannot be."""
    faults = too_small(
        arguments,
        {"seeds": 3, "null-seeds": 3, "posterior": 3, "processes": 1, "areas": 1},
    )
    if (most := arguments.posterior) is not None:
        faults += too_large(
            "null-seeds",
            arguments.null_seeds,
            most,
            "as --posterior gives so many sets",
        )
    refuse(faults)


def chosen(claims: Sequence[Claim], only: Sequence[str]) -> list[Claim]:
    """Give the claims asked for, or all; raise InputFault for one that is not there."""
    known = {claim.id for claim in claims}
    faults = [
        Fault(where="--only", found=one, expected="a claim's id, C001 to C148")
        for one in only
        if one not in known
    ]
    refuse(faults)
    return [claim for claim in claims if not only or claim.id in only]


def print_board(
    results: Sequence[ClaimResult], console: Console, found: dict[str, int]
) -> None:
    """Print measured claims test by test, then the failures, then the counts."""
    table = Table(title="Claims put to runs")
    for heading in ("Claim", "Measure", "Should be", "Is", "95%", "Verdict"):
        table.add_column(heading)
    for result in results:
        if result.claim.kind is ClaimKind.MEASURED:
            for number, one in enumerate(result.tests):
                table.add_row(*_cells(result, one, is_first=number == 0))
    console.print(table)
    for result in results:
        if result.verdict is Verdict.FAILS and result.claim.why_it_fails:
            console.print(
                f"[bold]{result.claim.id}[/bold] fails: {result.claim.why_it_fails}",
                highlight=False,
            )
    console.print(
        ", ".join(f"{found[str(one)]} {one}" for one in ClaimKind), highlight=False
    )
    console.print(
        "Of those measured: "
        + ", ".join(f"{found[str(one)]} {one}" for one in Verdict)
        + ".",
        highlight=False,
    )
    console.print(
        "Of those that hold: "
        + ", ".join(f"{found[str(one)]} {one}" for one in Origin)
        + ".",
        highlight=False,
    )


def _cells(
    result: ClaimResult, judged_test: JudgedTest, *, is_first: bool
) -> list[str]:
    test = judged_test.test
    verdict = judged_test.verdict
    said = [f"[{COLOURS[verdict]}]{verdict}[/{COLOURS[verdict]}]"]
    if is_first and result.origin is not None:
        said.append(str(result.origin))
    if is_first and result.verdict is not verdict:
        said.append(f"claim: {result.verdict}")
    if judged_test.note:
        said.append(escape(judged_test.note))
    measure = test.measure if test.less is None else f"{test.measure} - {test.less}"
    if test.contrast != ((DEFAULT, 1.0),):
        designs = " ".join(f"{weight:+g} {name}" for name, weight in test.contrast)
        measure = f"{measure} ({designs})"
    tested = f"{result.claim.says}\n" if is_first else ""
    return [
        result.claim.id if is_first else "",
        f"{tested}[dim]{measure}[/dim]",
        str(test),
        _number(judged_test.here.mean),
        _interval(judged_test.here),
        "; ".join(said),
    ]


def _interval(found: Estimated) -> str:
    if found.low is None or found.high is None:
        return ""
    return f"{_number(found.low)} to {_number(found.high)}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
