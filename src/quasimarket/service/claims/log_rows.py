"""Rows of the log as the database sends them, and what is remembered of them.

A round of claims and the payment run after it read the same millions of rows. They are
read once: a process that works on everybody keeps the rows, some 60 bytes each, and
reads what came since. The log's chain says whether it may: its rows never change, and
while the block at which the reading ended has the hash that it had, so has all that
lies before it. What was begun earlier and sealed later is read by its block. A
transaction that has appended to the log itself remembers nothing: it may come to
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql


Rows = NDArray[np.void]
FIELDS = (
    ("event", ">i8"),
    ("kind", ">i2"),
    ("participation", ">i8"),
    ("happened", ">i4"),
    ("known", ">i4"),
    ("contract", ">i2"),
    ("position", ">i4"),
    ("group", ">i2"),
    ("spell", ">i8"),
    ("milestone", ">i2"),
    ("number", ">i4"),
    ("amount", ">i8"),
)
"""What each row says, in the order in which the query gives it."""
_SENT = np.dtype(
    [("fields", ">i2")]
    + [
        one
        for name, kind in FIELDS
        for one in ((f"length_{name}", ">i4"), (name, kind))
    ]
)
_KEPT = np.dtype([(name, kind.replace(">", "=")) for name, kind in FIELDS])
_HEADER = 11 + 4 + 4
"""PGCOPY's signature, flags and extension length."""
_TRAILER = 2
_BYTES_AT_ONCE = 2**25
Query = Callable[[sql.Composable], sql.Composed]
"""Makes the query of the rows that a condition on `log_logevent e` chooses."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What was read, and how far."""

    said: str
    """The query, which holds the codes of names."""
    sequence: int
    block_hash: bytes
    """Of the last block that was sealed when it was read."""
    through: int
    """No id after it was read."""
    rows: Rows


class _Memory:
    """What this process has read last of everybody's log."""

    remembered: _Remembered | None = None


def copied(query: sql.Composed) -> Rows:
    """Take the rows of a query as the database sends them, each the same length."""
    connection.ensure_connection()
    taken: list[Rows] = []
    received = bytearray()
    with connection.connection.cursor() as cursor, cursor.copy(query) as copy:
        for part in copy:
            received += part
            if len(received) >= _BYTES_AT_ONCE:
                _take(received, taken)
    _take(received, taken)
    if len(received) != (0 if taken else _HEADER) + _TRAILER:
        raise AssertionError(f"{len(received)} bytes of the log make no row")
    return np.concatenate(taken) if taken else np.empty(0, _KEPT)


def _take(received: bytearray, taken: list[Rows]) -> None:
    """Make rows of the bytes that hold whole ones, and leave the others."""
    header = 0 if taken else _HEADER
    count = (len(received) - header) // _SENT.itemsize
    if count > 0:
        rows = np.frombuffer(bytes(received), _SENT, count, header)
        plain = np.empty(count, _KEPT)
        for name, _ in FIELDS:
            plain[name] = rows[name]
        taken.append(plain)
        del received[: header + count * _SENT.itemsize]


def rows_up_to(query: Query, last_event: int) -> Rows:
    """Give everybody's rows up to an event, reading those that are not remembered.

    Args:
        query: gives the rows that a condition chooses.
        last_event: the last event to read.
    """
    head = _head()
    if head is None:
        return copied(query(_between(0, last_event)))
    said = query(sql.SQL("true")).as_string(None)
    before = _standing(said)
    if before is None:
        rows, through = copied(query(_between(0, last_event))), last_event
    else:
        new = _since(query, before, last_event)
        rows = np.concatenate([before.rows, *new]) if len(new) else before.rows
        through = max(before.through, last_event)
    _Memory.remembered = _Remembered(said, *head, through, rows)
    return rows if through <= last_event else rows[rows["event"] <= last_event]


def _between(first: int, last: int) -> sql.Composed:
    return sql.SQL("e.id > {} AND e.id <= {}").format(
        sql.Literal(first), sql.Literal(last)
    )


def _head() -> tuple[int, bytes] | None:
    """Give the chain's last block; None where nothing may be remembered.

    That is for whoever may not see the whole log, and for who is writing it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, block_hash FROM log_logblock "
            "WHERE (SELECT scope_role()) = 'system' AND NOT (SELECT log_is_open()) "
            "ORDER BY sequence DESC LIMIT 1"
        )
        found = cursor.fetchone()
    return None if found is None else (int(found[0]), bytes(found[1]))


def _standing(said: str) -> _Remembered | None:
    """Give what is remembered, if it is of this log and in these codes."""
    before = _Memory.remembered
    if before is None or before.said != said:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT block_hash FROM log_logblock WHERE sequence = %s",
            [before.sequence],
        )
        found = cursor.fetchone()
    is_same = found is not None and bytes(found[0]) == before.block_hash
    return before if is_same else None


def _since(query: Query, before: _Remembered, last_event: int) -> list[Rows]:
    """Read what came after, and what was sealed after and has earlier ids."""
    found = []
    if last_event > before.through:
        found.append(copied(query(_between(before.through, last_event))))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM log_logblock WHERE sequence > %s AND first_event <= %s",
            [before.sequence, before.through],
        )
        late = [row[0] for row in cursor.fetchall()]
    if late:
        condition = sql.SQL("e.id <= {} AND e.block = ANY ({}::bigint[])").format(
            sql.Literal(before.through), sql.Literal(late)
        )
        rows = copied(query(condition))
        found.append(rows[~np.isin(rows["event"], before.rows["event"])])
    return found
