"""The log's head, published outside the database, so that an old copy is known as old.

Whoever can rewrite the whole database can rewrite its chain too; what they cannot
rewrite is a head that somebody else already holds.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from quasimarket.core.errors import Fault, InputFault


PUBLISHED = "published-heads.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last block of the log, or none yet: sequence 0."""

    sequence: int
    block_hash: str
    """Hexadecimal."""
    last_event: int
    sealed_at: str


NO_HEAD = Head(sequence=0, block_hash="", last_event=0, sealed_at="")


def read_head(connection: psycopg.Connection) -> Head:
    """Read the last block of the log."""
    row = connection.execute(
        "SELECT sequence, encode(block_hash, 'hex'), last_event, "
        "sealed_at AT TIME ZONE 'UTC' "
        "FROM log_logblock ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return NO_HEAD
    return Head(
        sequence=row[0],
        block_hash=row[1],
        last_event=row[2],
        sealed_at=f"{row[3]:%Y-%m-%dT%H:%M:%SZ}",
    )


def publish_head(path: Path, head: Head, at: datetime) -> None:
    """Append the head to the file of published heads, and see it to the disk."""
    line = json.dumps({"published_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", **asdict(head)})
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def read_published(path: Path) -> list[Head]:
    """Read the published heads, oldest first; none where the file is not there.

    Raises:
        InputFault: lines that are no heads.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    heads, faults = [], []
    for number, line in enumerate(lines, start=1):
        try:
            found = json.loads(line)
            heads.append(
                Head(
                    sequence=int(found["sequence"]),
                    block_hash=str(found["block_hash"]),
                    last_event=int(found["last_event"]),
                    sealed_at=str(found["sealed_at"]),
                )
            )
        except (ValueError, KeyError, TypeError):
            faults.append(
                Fault(
                    where=f"{path}:{number}",
                    found=line[:80],
                    expected="a head as `quasimarket audit publish` wrote it",
                    hint="put the file back from where its copies are kept",
                )
            )
    if faults:
        raise InputFault(faults)
    return heads
