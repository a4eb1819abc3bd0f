"""A folder with a simulated run and databases that are made once and used again.

In the folder: `run` (the simulation), a PostgreSQL server of its own, and databases
loaded from the run. What is timed works on a copy of a database, which takes seconds
where loading takes minutes. Remove the folder when the tables change.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from quasimarket.service.database import stop
from quasimarket.service.database.connections import at_database
from quasimarket.service.database.server import ensure_database


class KeptState:
    """The folder, with its server running."""

    def __init__(self, folder: Path) -> None:
        """Start the server, or find it running."""
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._server = self.folder / "server"

    def simulated(self, scale: float) -> Path:
        """Give the run's folder; it is simulated unless it is there."""
        run = self.folder / "run"
        if not (run / "events.parquet").exists():
            command = [
                *(Path(sys.executable).with_name("quasimarket"), "simulate"),
                "work-programme",
                *("--scale", str(scale), "--out", str(run)),
                *("--without", "lines", "--without", "report"),
            ]
            subprocess.run(command, check=True, stdout=sys.stderr)
        return run

    def databases(self) -> set[str]:
        """Name the databases that are whole."""
        with self._admin() as admin:
            rows = admin.execute("SELECT datname FROM pg_database").fetchall()
        return {name for (name,) in rows}

    def make(self, name: str, *command: str) -> None:
        """Make a database by a program that is run on it, unless it is there.

        It has its name once it is whole.
        """
        if name in self.databases():
            return
        unfinished = f"{name}_unfinished"
        self.drop(unfinished)
        self.run_on(unfinished, *command)
        with self._admin() as admin:
            admin.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")

    def copy(self, source: str, name: str) -> None:
        """Copy a database, in the place of an earlier copy."""
        self.drop(name)
        with self._admin() as admin:
            admin.execute(
                f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY"
            )

    def run_on(self, name: str, *command: str) -> str:
        """Run a program on a database; give what it printed."""
        done = subprocess.run(
            [sys.executable, *command],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment(name)},
        )
        return done.stdout

    def environment(self, name: str) -> dict[str, str]:
        """Give what the service needs to know of a database."""
        found = ensure_database(self._server, None, None, name)
        return {
            "QUASIMARKET_DATABASE_OWNER": found.owner,
            "QUASIMARKET_DATABASE_APP": found.app,
            "QUASIMARKET_SIGNING_SECRET": found.signing_secret,
            "QUASIMARKET_SECRET_KEY": "x" * 50,
            "DJANGO_SETTINGS_MODULE": "quasimarket.service.settings",
        }

    def end(self) -> None:
        """Stop the server; everything stays."""
        stop(self._server)

    def drop(self, name: str) -> None:
        """Remove a database, if it is there."""
        with self._admin() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _admin(self) -> psycopg.Connection:
        found = ensure_database(self._server, None, None, "kept")
        return psycopg.connect(at_database(found.admin, "postgres"), autocommit=True)
