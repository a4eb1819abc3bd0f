"""Run pg_dump and pg_restore; passwords go by the environment, never the command."""

from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.binaries import Binaries, find_binaries
from quasimarket.service.database.programs import run_program


SECRET_TABLE = "scope_secret"
"""Holds the signing secret, which belongs to the state directory and not to a copy."""


def dump(binaries: Binaries, url: str, file: Path, options: Sequence[str] = ()) -> None:
    """Dump a database in PostgreSQL's own format.

    Raises:
        InputFault: what pg_dump said.
    """
    _run(
        binaries,
        "pg_dump",
        url,
        [
            *("--format", "custom", "--file", str(file)),
            *options,
        ],
        where=str(file),
    )


def load(binaries: Binaries, url: str, file: Path) -> None:
    """Load a dump into an empty database, or stop at the first thing wrong.

    Raises:
        InputFault: what pg_restore said.
    """
    _run(
        binaries,
        "pg_restore",
        url,
        # the extension is there already, and its comment is the superuser's
        ["--exit-on-error", "--no-comments", "--single-transaction", str(file)],
        where=str(file),
    )


def read_through(binaries: Binaries, file: Path) -> None:
    """Read a dump from end to end, loading nothing.

    Raises:
        InputFault: it cannot be read.
    """
    _run(
        binaries, "pg_restore", "", ["--file", "/dev/null", str(file)], where=str(file)
    )


def client_for(url: str, preferred: Binaries | None = None) -> Binaries:
    """Choose programs that are at least as new as the server.

    Raises:
        InputFault: there are none.
    """
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
    for one in (*([preferred] if preferred else []), *find_binaries()):
        if one.major >= major:
            return one
    raise InputFault(
        [
            Fault(
                where="this machine",
                found="no pg_dump as new as the server",
                expected=f"that of PostgreSQL {major} or later",
                hint=f"install postgresql-client-{major}",
            )
        ]
    )


def _run(
    binaries: Binaries, program: str, url: str, options: Sequence[str], *, where: str
) -> None:
    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    database = ["--dbname", make_conninfo("", **parts)] if url else []
    ran = run_program(
        [binaries.program(program), *database, *options],
        None,
        environment={"PGPASSWORD": password},
    )
    if ran.returncode != 0:
        lines = [line for line in ran.stderr.splitlines() if line.strip()]
        raise InputFault(
            [
                Fault(
                    where=where,
                    found=f"{program} {binaries.version} failed: "
                    f"{' | '.join(lines[-3:])}",
                    expected="a whole copy",
                    hint="see that the disk has room and the server runs",
                )
            ]
        )
