"""`quasimarket worker`: the jobs of the live programme, apart from its pages."""

import argparse

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    database,
    set_django_up,
)


NAME = "worker"
HELP = "do the live service's jobs: payment runs, claims, messages, nightly upkeep"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_database_options(parser)
    parser.add_argument(
        "--once", action="store_true", help="do what waits in the queue, and stop"
    )


def run(arguments: argparse.Namespace) -> int:
    """Work until stopped; what a killed worker left is taken up again."""
    with database(arguments) as connections:
        set_django_up(connections, arguments.state)
        from quasimarket.service.upkeep.working import work

        if not (arguments.once or arguments.json):
            Console(highlight=False).print("Working. Stop it with Ctrl-C.")
        work(wait=not arguments.once)
    return 0
