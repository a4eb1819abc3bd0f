"""`quasimarket warm`: compile the fast engines and keep them on disk."""

import argparse
import compileall
import time
from pathlib import Path

from rich.console import Console

import quasimarket
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.rulebook import load_rulebook
from quasimarket.settlement.columnar.outlook import look_out
from quasimarket.simulation.simulate import Design, simulate


NAME = "warm"
PACKAGE = Path(quasimarket.__file__).parent
HELP = "compile the fast engines, so that a first run does not wait"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "--programme", default="work-programme", help="what to play while compiling"
    )


def run(arguments: argparse.Namespace) -> int:
    """Play and measure one area, thinned, so that all is compiled; throw it away."""
    began = time.perf_counter()
    forget_compiled()
    # a fifth of a short command is reading our own source where nobody keeps bytecode
    compileall.compile_dir(PACKAGE, quiet=2)
    design = Design(
        rulebook=load_rulebook(arguments.programme),
        behaviour=load_behaviour(),
        scale=0.01,
        areas=1,
    )
    played = simulate(design)
    last_day = played.stage.clock.months[-1].last_day
    look_out(
        design.rulebook, played.events, last_day, design.rulebook.performance.milestone
    )
    seconds = time.perf_counter() - began
    Console().print(f"Compiled and kept: {seconds:.0f} s.")
    return 0


def forget_compiled() -> None:
    """Remove what was compiled before.

    The cache looks only at the file that a function stands in, so a change in what it
    calls would go unnoticed.
    """
    for suffix in ("nbi", "nbc"):
        for kept in PACKAGE.rglob(f"__pycache__/*.{suffix}"):
            kept.unlink(missing_ok=True)
