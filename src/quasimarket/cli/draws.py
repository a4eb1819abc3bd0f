"""`quasimarket draws`: draw the contract of every referral again."""

import argparse
import json
from dataclasses import asdict

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    database,
    set_django_up,
)


NAME = "draws"
HELP = "draw every referral's contract again, and name those that do not come out"
DIFFERENT = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_database_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw again; status 1 where a case is not with the contract that was drawn."""
    with database(arguments) as connections:
        set_django_up(connections, arguments.state)
        from quasimarket.service.participation.draws import check_draws

        found = check_draws()
    faults = bool(found.wrong or found.repeated or not found.is_as_committed)
    if arguments.json:
        print(json.dumps(asdict(found), indent=2))
        return DIFFERENT if faults else 0
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for reference in found.wrong:
        console.print(f"{reference}: not the contract that was drawn")
    for number in found.repeated:
        console.print(f"number {number}: drawn with more than once")
    if not found.is_as_committed:
        console.print("the seed is not the one that the programme began with")
    console.print(
        f"{found.drawn:,} draws drawn again, {len(found.wrong):,} not the same."
    )
    return DIFFERENT if faults else 0
