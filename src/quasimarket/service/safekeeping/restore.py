"""Load a copy, prove it, and only then let it be the database."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.binaries import Binaries
from quasimarket.service.database.connections import (
    Connections,
    at_database,
    database_of,
)
from quasimarket.service.database.roles import close_database, make_database
from quasimarket.service.safekeeping.audit import verify
from quasimarket.service.safekeeping.backup import (
    Manifest,
    admin_of,
    count_rows,
    read_manifest,
)
from quasimarket.service.safekeeping.dumping import client_for, load
from quasimarket.service.safekeeping.heads import read_head, read_published


FINDINGS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back."""

    manifest: Manifest
    put_aside: str | None
    """The name under which the former database stands, if there was one."""


def restore(
    connections: Connections,
    file: Path,
    at: datetime,
    published: Path,
    *,
    replace: bool = False,
    accept_older: bool = False,
    binaries: Binaries | None = None,
) -> Restored:
    """Put a copy back as the database.

    It is loaded beside, its rows counted and its log proved, and then takes the name.

    Args:
        connections: to the database, which must be empty.
        file: the copy, with its manifest beside it.
        at: names the former database, where it is replaced.
        published: the file of published heads.
        replace: put a database that holds something aside under another name.
        accept_older: take a copy although later heads were published: what was done
            since is lost.
        binaries: the programs to use, rather than those found.

    Raises:
        InputFault: why nothing was changed.
    """
    file = file.resolve()  # the programs work in a folder of their own
    admin = admin_of(connections, "loading a copy")
    manifest = read_manifest(file)
    if not accept_older:
        _refuse_older(file, manifest, published)
    name = database_of(connections.owner)
    holds = _holds_something(admin)
    if holds and not replace:
        raise InputFault(
            [
                Fault(
                    where=f"database {name}",
                    found="tables",
                    expected="an empty database",
                    hint="--replace puts the present one aside, under another name",
                )
            ]
        )
    programs = client_for(admin, binaries)
    loading = f"{name}_restoring"
    server = at_database(admin, "postgres")
    refuse_connected(server, name)
    _drop(server, loading)
    make_database(server, loading)
    try:
        load(programs, at_database(admin, loading), file)
        prove(at_database(admin, loading), manifest, str(file))
        refuse_connected(server, name)
        put_aside = f"{name}_until_{at:%Y%m%d_%H%M%S}" if holds else None
        _take_the_name(server, name, loading, put_aside)
    except BaseException:
        _drop(server, loading)
        raise
    close_database(at_database(admin, name), name)
    return Restored(manifest=manifest, put_aside=put_aside)


def prove(url: str, manifest: Manifest, where: str) -> None:
    """Set what is in a database beside what its manifest promises.

    Raises:
        InputFault: each table and each row of the log that differs.
    """
    with psycopg.connect(url) as connection:
        rows = count_rows(connection)
        head = read_head(connection)
        connection.rollback()
        findings = verify(connection, [manifest.head])
    faults = [
        Fault(
            where=f"{where}: table {name}",
            found=f"{rows.get(name, 0):,} rows",
            expected=f"{manifest.rows.get(name, 0):,}",
        )
        for name in sorted({*rows, *manifest.rows})
        if rows.get(name) != manifest.rows.get(name)
    ]
    if head.block_hash != manifest.head.block_hash:
        faults.append(
            Fault(
                where=f"{where}: the log",
                found=f"head {head.block_hash[:16] or 'none'}",
                expected=f"head {manifest.head.block_hash[:16] or 'none'}",
            )
        )
    faults += [
        Fault(
            where=f"{where}: the log",
            found=one.message,
            expected="the log as it was written",
        )
        for one in findings[:FINDINGS_SHOWN]
    ]
    if faults:
        raise InputFault(faults, count=len(faults))


def refuse_connected(server: str, name: str) -> None:
    """Refuse to take a database from under those who use it.

    Raises:
        InputFault: somebody is connected.
    """
    with psycopg.connect(server) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = %s AND backend_type = 'client backend'",
            [name],
        ).fetchone()
    if row and row[0]:
        raise InputFault(
            [
                Fault(
                    where=f"database {name}",
                    found=f"{row[0]} connections to it",
                    expected="none",
                    hint="stop the service first",
                )
            ]
        )


def _refuse_older(file: Path, manifest: Manifest, published: Path) -> None:
    heads = read_published(published)
    latest = max(heads, key=lambda head: head.sequence, default=None)
    if latest is None:
        return
    known = {head.sequence: head.block_hash for head in heads}
    mine = manifest.head
    if known.get(mine.sequence, mine.block_hash) != mine.block_hash:
        found = f"block {mine.sequence} is not the one that was published"
        expected = f"the log whose heads are in {published}"
        hint = "this copy is of another log"
    elif latest.sequence > mine.sequence:
        found = (
            f"a copy up to block {mine.sequence}, sealed {mine.sealed_at or 'never'}"
        )
        expected = f"one with block {latest.sequence}, published since"
        hint = "--accept-older restores it; what was done since is lost, and shows"
    else:
        return
    raise InputFault(
        [Fault(where=str(file), found=found, expected=expected, hint=hint)]
    )


def _holds_something(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return (
            connection.execute(
                "SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1"
            ).fetchone()
            is not None
        )


def _drop(server: str, name: str) -> None:
    _execute(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _take_the_name(server: str, name: str, loading: str, put_aside: str | None) -> None:
    if put_aside is None:
        _execute(server, "DROP DATABASE {}", name)
    else:
        _execute(server, "ALTER DATABASE {} RENAME TO {}", name, put_aside)
    _execute(server, "ALTER DATABASE {} RENAME TO {}", loading, name)


def _execute(server: str, statement: str, *names: str) -> None:
    query = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(query)
