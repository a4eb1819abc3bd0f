"""Options of the commands that need the service's database, and how they open it."""

import argparse
import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quasimarket.service.database import (
    Connections,
    ensure_database,
    status,
    stop,
)


STATE = Path("runs/service")


def add_database_options(parser: argparse.ArgumentParser) -> None:
    """Declare where the database is."""
    parser.add_argument(
        "--state",
        type=Path,
        default=STATE,
        metavar="DIR",
        help=f"keeps the database server, its secrets and documents ({STATE})",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def open_database(arguments: argparse.Namespace) -> Connections:
    """Bring up the server of DATABASE_URL, or one of our own."""
    return ensure_database(
        arguments.state,
        os.environ.get("DATABASE_URL"),
        os.environ.get("DATABASE_APP_URL"),
        port=getattr(arguments, "port", None),
        binaries=getattr(arguments, "binaries", None),
    )


@contextmanager
def database(arguments: argparse.Namespace) -> Iterator[Connections]:
    """Use the database, and leave a server of our own as it was found."""
    was_running = status(arguments.state).is_running
    try:
        yield open_database(arguments)
    finally:
        if not was_running:
            stop(arguments.state)


def set_django_up(connections: Connections, state: Path) -> None:
    """Give Django its settings; call it once, before anything of the service's."""
    sessions = hmac.new(
        connections.signing_secret.encode(), b"sessions", hashlib.sha256
    ).hexdigest()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="quasimarket.service.settings",
        QUASIMARKET_DATABASE_APP=connections.app,
        QUASIMARKET_DATABASE_OWNER=connections.owner,
        QUASIMARKET_SIGNING_SECRET=connections.signing_secret,
        QUASIMARKET_STATE=str(state),
    )
    os.environ.setdefault("QUASIMARKET_SECRET_KEY", sessions)
    import django  # here, for it takes long and few commands need it

    django.setup()
