"""`quasimarket db`: the service's database, from its first start to its upgrades."""

import argparse
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from quasimarket.cli.database_options import (
    add_database_options,
    database,
    open_database,
    set_django_up,
)
from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database import Connections, remove, status, stop
from quasimarket.service.database.connections import without_password
from quasimarket.service.safekeeping.backup import back_up, manifest_of
from quasimarket.service.safekeeping.heads import PUBLISHED
from quasimarket.service.safekeeping.restore import restore
from quasimarket.service.safekeeping.upgrade import remove_older, upgrade


NAME = "db"
HELP = "the live service's database: up, down, status, migrate, backup, restore"
ACTIONS = {
    "up": "start the database, making it the first time",
    "down": "stop the database",
    "status": "say what is known of the database",
    "migrate": "bring the tables to the present shape, and their security with them",
    "backup": "copy the database into a file",
    "restore": "put a copy back, once it is proved",
    "upgrade": "move a server of our own to a newer PostgreSQL",
    "remove": "remove a server of our own with all its data",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = parser.add_subparsers(
        dest="action",
        metavar="ACTION",
        required=True,
        help="; ".join(f"{name}: {purpose}" for name, purpose in ACTIONS.items()),
    )
    parsers = {
        name: actions.add_parser(name, help=purpose, description=purpose)
        for name, purpose in ACTIONS.items()
    }
    for one in parsers.values():
        add_database_options(one)
    parsers["up"].add_argument("--port", type=int, help="the port to listen on")
    for name in ("up", "upgrade"):
        parsers[name].add_argument(
            "--binaries",
            type=Path,
            metavar="DIR",
            help="PostgreSQL's programs, rather than those found",
        )
    for name in ("backup", "restore"):
        parsers[name].add_argument("file", type=Path, help="the copy")
        parsers[name].add_argument(
            "--heads",
            type=Path,
            metavar="FILE",
            help=f"the published heads of the log (STATE/{PUBLISHED})",
        )
    parsers["restore"].add_argument(
        "--replace",
        action="store_true",
        help="put the present database aside under another name",
    )
    parsers["restore"].add_argument(
        "--accept-older",
        action="store_true",
        help="restore although later heads were published: what was done since is lost",
    )
    parsers["remove"].add_argument(
        "--yes", action="store_true", help="all its data may go"
    )
    parsers["upgrade"].add_argument(
        "--remove-old",
        action="store_true",
        help="remove the data directories that former upgrades left, and do no more",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do the action and print what came of it."""
    action: Callable[[argparse.Namespace], tuple[str, Mapping[str, Any]]] = {
        "up": _up,
        "down": _down,
        "status": _status,
        "migrate": _migrate,
        "backup": _backup,
        "restore": _restore,
        "upgrade": _upgrade,
        "remove": _remove,
    }[arguments.action]
    said, found = action(arguments)
    if arguments.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    console = Console(highlight=False, soft_wrap=True)
    console.print(said)
    if arguments.action in ("up", "status"):
        console.print(_table(found))
    return 0


def _up(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    connections = open_database(arguments)
    return "The database is up.", _known(arguments, connections)


def _down(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    stopped = stop(arguments.state)
    said = "The database is stopped." if stopped else "No database was running."
    return said, {"stopped": stopped}


def _status(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    if os.environ.get("DATABASE_URL"):
        connections = open_database(arguments)
        return "The database of DATABASE_URL.", _known(arguments, connections)
    found = status(arguments.state)
    if found.data is None:
        return f"No database was made in {arguments.state}.", asdict(found)
    said = "running" if found.is_running else "stopped"
    return f"The database is {said}.", asdict(found)


def _migrate(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    with database(arguments) as connections:
        _migrate_at(connections, arguments.state)
    return "The tables and their security are up to date.", {"migrated": True}


def _backup(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    with database(arguments) as connections:
        manifest = back_up(connections, arguments.file, _now(), _heads(arguments))
    rows = sum(manifest.rows.values())
    said = (
        f"{rows:,} rows copied to {arguments.file} ({manifest.size_bytes:,} bytes); "
        f"what it holds is in {manifest_of(arguments.file)}."
    )
    return said, asdict(manifest)


def _restore(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    with database(arguments) as connections:
        restored = restore(
            connections,
            arguments.file,
            _now(),
            _heads(arguments),
            replace=arguments.replace,
            accept_older=arguments.accept_older,
        )
        _migrate_at(connections, arguments.state)
    rows = sum(restored.manifest.rows.values())
    aside = restored.put_aside
    said = f"{rows:,} rows restored and the log proved." + (
        f" The former database is kept as {aside}." if aside else ""
    )
    return said, {"rows": restored.manifest.rows, "put_aside": aside}


def _upgrade(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    if arguments.remove_old:
        removed = remove_older(arguments.state)
        said = f"Removed: {', '.join(removed)}." if removed else "Nothing to remove."
        return said, {"removed": removed}
    server = upgrade(arguments.state, _now(), arguments.binaries)
    said = (
        f"The database is one of PostgreSQL {server.version} now, and stopped. "
        f"The old one is kept in {server.older_data[-1]} until "
        "`quasimarket db upgrade --remove-old`."
    )
    return said, {"version": server.version, "older_data": server.older_data}


def _remove(arguments: argparse.Namespace) -> tuple[str, Mapping[str, Any]]:
    if not arguments.yes:
        raise InputFault(
            [
                Fault(
                    where=str(arguments.state),
                    found="no --yes",
                    expected="a word that all its data may go",
                    hint="take a copy first: `quasimarket db backup FILE`",
                )
            ]
        )
    removed = remove(arguments.state)
    said = f"Removed: {', '.join(removed)}." if removed else "Nothing to remove."
    return said, {"removed": removed}


def _migrate_at(connections: Connections, state: Path) -> None:
    set_django_up(connections, state)
    from quasimarket.service.migrating import migrate  # needs Django set up

    migrate()


def _known(
    arguments: argparse.Namespace, connections: Connections
) -> Mapping[str, Any]:
    url = without_password(connections.app)
    if os.environ.get("DATABASE_URL"):
        return {"url": url}
    return {"url": url, **asdict(status(arguments.state))}


def _heads(arguments: argparse.Namespace) -> Path:
    return Path(arguments.heads or arguments.state / PUBLISHED)


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _table(found: Mapping[str, Any]) -> Table:
    table = Table(show_header=False)
    for name, value in found.items():
        if value not in (None, (), []):
            shown = f"{value:,}" if name == "size_bytes" else str(value)
            table.add_row(name.replace("_", " "), shown)
    return table
