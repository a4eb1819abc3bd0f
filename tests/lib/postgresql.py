"""One PostgreSQL server for a test session, shared by its workers.

The tables are migrated once, into a template; a test that commits gets a copy of it.
The last worker out stops the server. What a killed session left is cleared by the
next one.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections as django_connections
from psycopg import sql

from quasimarket.service.database import Connections, ensure_database, stop
from quasimarket.service.database.connections import at_database
from quasimarket.service.database.policies import OWNER
from quasimarket.service.database.roles import close_database
from quasimarket.service.migrating import migrate


ROOT = Path(__file__).resolve().parents[2]
PREFIX = "quasimarket-tests-"
FAST = "fsync = off\nfull_page_writes = off\nmax_connections = 200\n"
"""A test's data need not outlive the machine; a killed server still loses nothing."""
OLD_SECONDS = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratedServer:
    """A running server with a migrated template."""

    connections: Connections
    template: str

    def copy(self, name: str, template: str | None = None) -> Connections:
        """Make a database of the test's own, from what others made if it says so."""
        self.execute(
            "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY",
            *(name, OWNER, template or self.template),
        )
        close_database(at_database(self.connections.admin, name), name)
        return self.connections.at(name)

    def drop(self, name: str) -> None:
        """Drop it, whoever is connected."""
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def execute(self, statement, *names):
        query = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
        admin = at_database(self.connections.admin, "postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            return connection.execute(query).rowcount

    def databases(self):
        admin = at_database(self.connections.admin, "postgres")
        with psycopg.connect(admin) as connection:
            rows = connection.execute("SELECT datname FROM pg_database").fetchall()
        return {name for (name,) in rows}


@contextmanager
def migrated_server(url=None, kept_state=None, session=None):
    """Give the session's server; the last to leave stops it.

    Args:
        url: a server to use rather than one of our own, as a superuser.
        kept_state: a state directory to keep, so that the next session starts at once.
        session: what the workers of one session share.
    """
    if kept_state is None:
        clear_what_was_left()
    state = Path(kept_state) if kept_state else state_of(session)
    state.mkdir(mode=0o711, parents=True, exist_ok=True)
    state.chmod(0o711)
    with held(state) as others:
        others.touch(os.getpid())
        connections = ensure_database(
            state,
            url,
            name="quasimarket_test",
            set_passwords=True,
            extra_settings=FAST,
        )
        server = MigratedServer(
            connections=connections,
            template=f"quasimarket_template_{fingerprint()}",
        )
        make_template(server)
    try:
        yield server
    finally:
        with held(state) as others:
            others.leave(os.getpid())
            if not others.alive() and not kept_state:
                clear(state, None if url is None else server)


def make_template(server):
    """Migrate into a database that becomes the template only when it is whole."""
    present = server.databases()
    if server.template in present:
        return
    for old in present:
        if old.startswith(("quasimarket_template_", "quasimarket_making")):
            server.drop(old)
    making = "quasimarket_making"
    server.execute("CREATE DATABASE {} OWNER {}", making, OWNER)
    with django_at(server.connections.at(making)):
        close_database(at_database(server.connections.admin, making), making)
        migrate()
    server.execute("ALTER DATABASE {} RENAME TO {}", making, server.template)


@contextmanager
def django_at(connections: Connections):
    """Point Django's connections of every thread at a database, and back after."""
    refuse_open_transactions()
    before = {alias: dict(settings.DATABASES[alias]) for alias in ("default", "owner")}
    secret = settings.SIGNING_SECRET
    close_django()
    for alias, url in (("default", connections.app), ("owner", connections.owner)):
        parts = psycopg.conninfo.conninfo_to_dict(url)
        django_connections.settings[alias].update(
            NAME=parts["dbname"],
            USER=parts["user"],
            PASSWORD=parts["password"],
            HOST=parts["host"],
            PORT=parts["port"],
        )
    settings.SIGNING_SECRET = connections.signing_secret
    try:
        yield
    finally:
        close_django()
        settings.SIGNING_SECRET = secret
        for alias, old in before.items():
            django_connections.settings[alias].update(old)


def refuse_open_transactions():
    """Refuse to leave a database in whose transaction somebody still stands."""
    if any(
        one.in_atomic_block for one in django_connections.all(initialized_only=True)
    ):
        raise AssertionError(
            "another fixture's transaction is open: tests in a rolled-back world and "
            "tests in a database of their own do not share a module"
        )


def close_django():
    """Close this thread's connections."""
    for one in django_connections.all(initialized_only=True):
        one.close()


def fingerprint():
    """Name what the template was made from."""
    digest = hashlib.sha256()
    folder = ROOT / "src" / "quasimarket" / "service"
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def state_of(session):
    if session is None:
        return Path(tempfile.mkdtemp(prefix=PREFIX))
    return Path(tempfile.gettempdir()) / f"{PREFIX}{session}"


class Workers:
    """The processes that use a state directory."""

    def __init__(self, folder):
        self.folder = folder

    def touch(self, process):
        self.folder.mkdir(exist_ok=True)
        (self.folder / str(process)).touch()

    def leave(self, process):
        (self.folder / str(process)).unlink(missing_ok=True)

    def alive(self):
        listed = [int(one.name) for one in self.folder.glob("*")]
        return [process for process in listed if is_running(process)]


@contextmanager
def held(state):
    with (state / "workers.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Workers(state / "workers")


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def clear(state, given_server=None):
    """Stop the server and remove its directory."""
    if given_server is not None:
        for name in given_server.databases():
            if name.startswith("quasimarket_"):
                given_server.drop(name)
    stop(state)
    shutil.rmtree(state, ignore_errors=True)


def clear_what_was_left():
    """Stop the servers of sessions that were killed."""
    for state in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            is_old = time.time() - state.stat().st_mtime > OLD_SECONDS
            if state.owner() != Path.home().owner():
                continue
            with held(state) as workers:
                if not workers.alive() and (workers.folder.is_dir() or is_old):
                    clear(state)
        except OSError:
            continue
