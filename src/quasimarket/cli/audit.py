"""`quasimarket audit`: prove the service's log, and publish its head."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from rich.console import Console

from quasimarket.cli.database_options import add_database_options, database
from quasimarket.service.safekeeping.audit import verify
from quasimarket.service.safekeeping.heads import (
    PUBLISHED,
    publish_head,
    read_head,
    read_published,
)


NAME = "audit"
HELP = "prove the live service's log: name each row changed, removed or slipped in"
ACTIONS = {
    "verify": "compute every hash of the log anew, and name what does not fit",
    "publish": "write the log's head to a file that is kept elsewhere",
}
TAMPERED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = parser.add_subparsers(
        dest="action",
        metavar="ACTION",
        required=True,
        help="; ".join(f"{name}: {purpose}" for name, purpose in ACTIONS.items()),
    )
    for name, purpose in ACTIONS.items():
        one = actions.add_parser(name, help=purpose, description=purpose)
        add_database_options(one)
        one.add_argument(
            "--heads",
            type=Path,
            metavar="FILE",
            help=f"the published heads (STATE/{PUBLISHED})",
        )


def run(arguments: argparse.Namespace) -> int:
    """Prove the log, with status 1 where it was tampered with; or publish its head."""
    heads = arguments.heads or arguments.state / PUBLISHED
    with (
        database(arguments) as connections,
        psycopg.connect(
            connections.admin or connections.owner, autocommit=True
        ) as connection,
    ):
        head = read_head(connection)
        if arguments.action == "publish":
            publish_head(heads, head, datetime.now(tz=UTC))
            findings = []
        else:
            findings = verify(connection, read_published(heads))
    if arguments.json:
        found = {"head": asdict(head), "findings": [asdict(one) for one in findings]}
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return TAMPERED if findings else 0
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if arguments.action == "publish":
        console.print(
            f"Block {head.sequence:,} published to {heads}: keep a copy of it"
        )
        console.print(
            f"where nobody who runs the database can write.\n{head.block_hash}"
        )
        return 0
    for one in findings:
        console.print(one.message)
    if findings:
        console.print(f"{len(findings):,} faults: the log is not what was written.")
        return TAMPERED
    console.print(
        f"The log is whole: {head.sequence:,} blocks up to row {head.last_event:,}, "
        f"head {head.block_hash[:16] or 'none'}."
    )
    return 0
