"""`quasimarket fit`: estimate behaviour from published figures, and show how well."""

import argparse
import csv
import json
import time
from dataclasses import fields, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quasimarket.cli.settings import split_settings
from quasimarket.cli.simulate import progress_shown
from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.behaviour import Parameter, load_behaviour
from quasimarket.evidence.targets import Target, Use, load_targets
from quasimarket.experiments.fit import FLOW, Fit, fit
from quasimarket.experiments.official import FOUNDING_CASE
from quasimarket.rulebook import load_rulebook
from quasimarket.simulation.simulate import Design


NAME = "fit"
HELP = "estimate what people and providers do from published figures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("programme", help="the programme that the figures are of")
    parser.add_argument("--seed", type=int, default=1, help="which luck (default 1)")
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="share of people simulated; flows need 1 (default 1)",
    )
    parser.add_argument(
        "--rounds", type=int, default=12, help="most rounds of a fit (default 12)"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="change the rulebook, or where behaviour.KEY starts; may be repeated",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("fit"), help="folder to write (default fit)"
    )
    parser.add_argument("--json", action="store_true", help="print the fit as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Fit, write parameters and figures, print both."""
    rules, assumptions = split_settings(arguments.settings)
    rulebook = load_rulebook(arguments.programme, rules)
    if rulebook.id != FOUNDING_CASE:
        raise InputFault(
            [
                Fault(
                    where="PROGRAMME",
                    found=rulebook.id,
                    expected=f"{FOUNDING_CASE}, whose figures were published",
                )
            ]
        )
    design = Design(
        rulebook=rulebook,
        behaviour=load_behaviour(assumptions),
        seed=arguments.seed,
        scale=arguments.scale,
    )
    command = (
        f"quasimarket fit {arguments.programme} --seed {arguments.seed} "
        f"--scale {arguments.scale:g}"
    )
    targets = load_targets()
    began = time.perf_counter()
    with progress_shown(arguments.json) as told:
        found = fit(
            design,
            targets,
            rounds=arguments.rounds,
            command=command,
            told=lambda done, of, _: told("people", done / of),
        )
        if arguments.scale == 1:
            flows = fit(
                replace(design, behaviour=found.behaviour),
                targets,
                names=FLOW,
                rounds=6,
                command=command,
                told=lambda done, of, _: told("flows", done / of),
            )
            found = replace(flows, names=(*found.names, *flows.names))
    write_fit(arguments.out, found)
    if arguments.json:
        print(json.dumps(as_json(found), indent=2))
    else:
        print_fit(found, Console(), time.perf_counter() - began, arguments.out)
    return 0


def write_fit(out: Path, found: Fit) -> None:
    """Write behaviour.csv, as the package ships it, and figures.csv."""
    out.mkdir(parents=True, exist_ok=True)
    names = [one.name for one in fields(Parameter)]
    _write_rows(
        out / "behaviour.csv",
        names,
        [
            [_text(getattr(one, name)) for name in names]
            for one in found.behaviour.parameters
        ],
    )
    _write_rows(
        out / "figures.csv",
        ["target", "label", "use", "official", "simulated", "error", "within"],
        [_figure(target, figure) for target, figure in _pairs(found)],
    )


def as_json(found: Fit) -> dict[str, object]:
    """Give a fit as plain values."""
    by_key = {one.key: one for one in found.behaviour.parameters}
    return {
        "parameters": [
            {
                "key": name,
                "value": by_key[name].value,
                "standard_error": by_key[name].standard_error,
            }
            for name in found.names
        ],
        "figures": [
            {
                "target": target.id,
                "use": str(target.use),
                "official": target.value,
                "simulated": figure,
            }
            for target, figure in _pairs(found)
        ],
        "sum_of_squares": found.sum_of_squares,
        "rounds": found.rounds,
    }


def print_fit(found: Fit, console: Console, seconds: float, out: Path) -> None:
    """Print parameters beside the targets they were chosen by, then the checks."""
    by_key = {one.key: one for one in found.behaviour.parameters}
    fitted = sum(target.use is Use.FIT for target in found.targets)
    table = Table(title=f"{len(found.names)} parameters, {fitted} fitted figures")
    for heading in ("Parameter", "Value", "Standard error", "Unit"):
        table.add_column(heading)
    for name in found.names:
        one = by_key[name]
        table.add_row(
            name,
            f"{one.value:g}",
            _text(one.standard_error) or "not identified",
            one.unit,
        )
    console.print(table)
    for use in (Use.FIT, Use.CHECK, Use.ARITHMETIC):
        console.print(_figures(found, use))
    console.print(f"{seconds:.0f} s. Written to {out}/behaviour.csv and figures.csv")


def _figures(found: Fit, use: Use) -> Table:
    table = Table(title=f"Figures: {use}")
    for heading in ("Figure", "Official", "Simulated", "Error"):
        table.add_column(heading)
    for target, figure in _pairs(found):
        if target.use is use:
            error = f"{figure / target.value - 1:+.1%}" if target.value else ""
            near = "" if abs(target.tolerances_off(figure)) <= 1 else " !"
            table.add_row(
                target.label, f"{target.value:,.6g}", f"{figure:,.6g}", error + near
            )
    return table


def _pairs(found: Fit) -> list[tuple[Target, float]]:
    return [
        (target, figure)
        for target, figure in zip(found.targets, found.figures.tolist(), strict=True)
        if figure == figure and target.use is not Use.FORECAST
    ]


def _figure(target: Target, figure: float) -> list[str]:
    error = f"{figure / target.value - 1:.4f}" if target.value else ""
    return [
        target.id,
        target.label,
        str(target.use),
        f"{target.value:g}",
        f"{figure:.6g}",
        error,
        str(abs(target.tolerances_off(figure)) <= 1).lower(),
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _write_rows(path: Path, heading: list[str], rows: list[list[str]]) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
    unfinished.rename(path)
