"""`quasimarket demo`: play a simulated run into the service by its own acts."""

import argparse
from pathlib import Path

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    open_database,
    set_django_up,
)


NAME = "demo"
HELP = "load the demonstration programme into the service's database"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_database_options(parser)
    parser.add_argument(
        "--people", type=int, default=10_000, metavar="N", help="participants (10,000)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Simulate, choose, play; what was loaded before is not loaded again."""
    set_django_up(open_database(arguments), arguments.state)
    from quasimarket.cli.demonstration.load import load

    load(Path(arguments.state), arguments.people, Console(highlight=False))
    return 0
