"""`quasimarket demo`: play a simulated run into the service by its own acts."""

import argparse
from pathlib import Path

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    database,
    set_django_up,
)
from quasimarket.core.dates import Month
from quasimarket.core.errors import Fault, InputFault


NAME = "demo"
HELP = "load the demonstration programme into the service's database"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_database_options(parser)
    parser.add_argument(
        "--people", type=int, default=10_000, metavar="N", help="participants (10,000)"
    )
    parser.add_argument(
        "--to",
        metavar="YYYY-MM",
        help="stop after this month (2013-06); a later call goes on from there",
    )


def run(arguments: argparse.Namespace) -> int:
    """Simulate, choose, play; what was loaded before is not loaded again."""
    last = _month(arguments.to) if arguments.to else None
    with database(arguments) as connections:
        set_django_up(connections, arguments.state)
        from quasimarket.cli.demonstration.load import load
        from quasimarket.cli.demonstration.organisations import begin_demonstration
        from quasimarket.service.migrating import migrate

        migrate()
        begin_demonstration(arguments.state)
        load(Path(arguments.state), arguments.people, Console(highlight=False), last)
    return 0


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise InputFault(
            [Fault(where="--to", found=text, expected="a month: 2012-06")]
        ) from error
