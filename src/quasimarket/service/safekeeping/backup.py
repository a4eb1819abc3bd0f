"""Copy the database into a file, with a manifest that says what must be in it."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.binaries import Binaries
from quasimarket.service.database.connections import Connections
from quasimarket.service.safekeeping.dumping import (
    SECRET_TABLE,
    client_for,
    dump,
    read_through,
)
from quasimarket.service.safekeeping.heads import Head, publish_head, read_head


FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a copy holds, so that it can be proved after it was loaded."""

    made_at: str
    server_version: str
    sha256: str
    """Of the dump's bytes, hexadecimal."""
    size_bytes: int
    rulebook_hash: str
    head: Head
    rows: dict[str, int]
    """Rows of each table."""
    format: int = FORMAT


def back_up(
    connections: Connections,
    file: Path,
    at: datetime,
    published: Path,
    binaries: Binaries | None = None,
    *,
    with_secret: bool = False,
) -> Manifest:
    """Write a copy and its manifest beside it, and publish the log's head.

    The service may go on working: the copy is of one moment.

    Args:
        connections: to the database.
        file: the copy; there must be none.
        at: when it is taken.
        published: the file of published heads.
        binaries: the programs to use, rather than those found.
        with_secret: copy the signing secret too: the copy stays with its state.

    Raises:
        InputFault: the file is there already, or the copy could not be made.
    """
    file = file.resolve()  # the programs work in a folder of their own
    admin = admin_of(connections, "a copy of every row")
    programs = client_for(admin, binaries)
    refuse_present(file)
    unfinished = file.with_name(f"{file.name}.unfinished")
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with psycopg.connect(admin) as connection:
            connection.execute(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
            )
            snapshot = _one(connection, "SELECT pg_export_snapshot()")
            head = read_head(connection)
            rows = count_rows(connection)
            rulebook = _rulebook_hash(connection)
            version = _one(connection, "SHOW server_version")
            options = ["--snapshot", str(snapshot)]
            if not with_secret:
                options += ["--exclude-table-data", SECRET_TABLE]
            dump(programs, admin, unfinished, options)
        read_through(programs, unfinished)
        manifest = Manifest(
            made_at=f"{at:%Y-%m-%dT%H:%M:%SZ}",
            server_version=str(version),
            sha256=sha256_of(unfinished),
            size_bytes=unfinished.stat().st_size,
            rulebook_hash=rulebook,
            head=head,
            rows=rows,
        )
        _see_to_disk(unfinished)
        _write_manifest(manifest_of(file), manifest)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    publish_head(published, head, at)
    return manifest


def manifest_of(file: Path) -> Path:
    """Give the manifest's place beside a copy."""
    return file.with_name(f"{file.name}.json")


def read_manifest(file: Path) -> Manifest:
    """Read a copy's manifest, and prove that the copy is the one it speaks of.

    Raises:
        InputFault: either is missing, or damaged.
    """
    path = manifest_of(file)
    faults = [
        Fault(
            where=str(one),
            found="no file",
            expected=expected,
            hint="a copy and its manifest travel together",
        )
        for one, expected in ((file, "a copy"), (path, "the copy's manifest"))
        if not one.is_file()
    ]
    if faults:
        raise InputFault(faults)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**{**found, "head": Head(**found["head"])})
    except (ValueError, TypeError, KeyError) as error:
        raise InputFault(
            [
                Fault(
                    where=str(path),
                    found="a damaged manifest",
                    expected="JSON as `quasimarket db backup` wrote it",
                    hint="take another copy",
                )
            ]
        ) from error
    if sha256_of(file) != manifest.sha256:
        raise InputFault(
            [
                Fault(
                    where=str(file),
                    found=f"{file.stat().st_size:,} bytes with another checksum",
                    expected=f"{manifest.size_bytes:,} bytes, sha256 "
                    f"{manifest.sha256[:16]}...",
                    hint="the copy is damaged: take another; nothing was restored",
                )
            ]
        )
    return manifest


def count_rows(connection: psycopg.Connection) -> dict[str, int]:
    """Count the rows of every table."""
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> %s ORDER BY tablename",
            [SECRET_TABLE],
        )
    ]
    counted = {}
    for name in tables:
        query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name))
        counted[name] = int(str(_one(connection, query)))
    return counted


def admin_of(connections: Connections, purpose: str) -> str:
    """Give the superuser's URL, or say why it is needed."""
    if connections.admin is None:
        raise InputFault(
            [
                Fault(
                    where="DATABASE_URL",
                    found="a role that row-level security binds",
                    expected=f"a superuser's, for {purpose}",
                    hint="use the copies of whoever runs the server",
                )
            ]
        )
    return connections.admin


def refuse_present(file: Path) -> None:
    """Refuse to write over a copy."""
    present = [one for one in (file, manifest_of(file)) if one.exists()]
    if present:
        raise InputFault(
            Fault(
                where=str(one),
                found="a file",
                expected="none: a copy is never written over",
                hint="choose another name",
            )
            for one in present
        )


def sha256_of(file: Path) -> str:
    """Give the checksum of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _rulebook_hash(connection: psycopg.Connection) -> str:
    row = connection.execute(
        "SELECT content_hash FROM programme_programme LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""


def _one(connection: psycopg.Connection, query: str | sql.Composed) -> object:
    row = connection.execute(
        sql.SQL(query) if isinstance(query, str) else query
    ).fetchone()
    if row is None:
        raise AssertionError("a question with one answer")
    return row[0]


def _see_to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _write_manifest(path: Path, manifest: Manifest) -> None:
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(
        json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8"
    )
    _see_to_disk(unfinished)
    unfinished.rename(path)
