"""Prove the log: name each row that was changed, taken away or slipped in.

Everything is computed anew in SQL, in one snapshot, and set beside what was sealed. A
row changed by hand no longer has its hash. A row changed together with its hash, taken
away or added breaks its block. A block made anew breaks the chain after it. A whole
chain made anew no longer holds the heads that were published.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from quasimarket.service.log.security import BLOCK_HASH, ROWS_HASH, row_hash
from quasimarket.service.safekeeping.heads import Head


MOST_FINDINGS = 1_000
MOST_TRIED = 500
"""Blocks up to this many rows are tried without each row, to name the added one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where the log is not what was written."""

    what: str
    """changed, missing, added, unsealed, block, chain or published."""
    event: int | None
    """The row of log_logevent, where one can be named."""
    sequence: int | None
    """The block's place in the chain."""
    message: str


def verify(
    connection: psycopg.Connection, published: Sequence[Head] = ()
) -> list[Finding]:
    """List every fault of the log; none means that it is whole.

    Args:
        connection: as a superuser or as the owner; no transaction may be open.
        published: heads that somebody holds outside the database.
    """
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SELECT set_config('app.definer', 'on', true)")
        # hashing is the work, so each core helps: the planner would not think so
        connection.execute("SET LOCAL parallel_setup_cost = 0")
        connection.execute("SET LOCAL parallel_tuple_cost = 0")
        findings = [
            *_changed_rows(connection),
            *_unsealed_rows(connection),
            *_broken_blocks(connection),
            *_broken_chain(connection),
            *_lost_heads(connection, published),
        ]
    return findings[:MOST_FINDINGS]


def _changed_rows(connection: psycopg.Connection) -> Iterator[Finding]:
    query = (
        f"SELECT e.id, b.sequence FROM log_logevent e "
        f"LEFT JOIN log_logblock b ON b.id = e.block "
        f"WHERE e.row_hash IS DISTINCT FROM {row_hash('e')} "
        f"ORDER BY e.id LIMIT {MOST_FINDINGS}"
    )
    for event, sequence in _rows(connection, query):
        yield Finding(
            what="changed",
            event=event,
            sequence=sequence,
            message=f"row {event} was changed: its columns no longer give its hash",
        )


def _unsealed_rows(connection: psycopg.Connection) -> Iterator[Finding]:
    query = (
        "SELECT e.id, e.block FROM log_logevent e WHERE NOT EXISTS "
        "(SELECT FROM log_logblock b WHERE b.id = e.block) "
        f"ORDER BY e.id LIMIT {MOST_FINDINGS}"
    )
    for event, block in _rows(connection, query):
        yield Finding(
            what="unsealed",
            event=event,
            sequence=None,
            message=f"row {event} was added, or its block taken away: "
            f"there is no sealed block {block}",
        )


def _broken_blocks(connection: psycopg.Connection) -> Iterator[Finding]:
    query = (
        "SELECT b.id, b.sequence, b.rows, b.first_event, b.last_event, "
        "coalesce(e.rows, 0) "
        "FROM log_logblock b LEFT JOIN (SELECT block, count(*) AS rows, "
        f"min(id) AS first_event, max(id) AS last_event, {ROWS_HASH} AS rows_hash "
        "FROM log_logevent GROUP BY block) e ON e.block = b.id "
        "WHERE (b.rows, b.first_event, b.last_event, b.rows_hash) IS DISTINCT FROM "
        "(e.rows::integer, e.first_event, e.last_event, e.rows_hash) "
        f"ORDER BY b.sequence LIMIT {MOST_FINDINGS}"
    )
    for block, sequence, sealed, first, last, found in _rows(connection, query):
        named = False
        for finding in (
            *_missing_from(connection, block, sequence, first, last, sealed - found),
            *_added_to(connection, block, sequence, first, last, found - sealed),
        ):
            named = True
            yield finding
        if not named:
            yield Finding(
                what="block",
                event=first if first == last else None,
                sequence=sequence,
                message=f"block {sequence} is not what was sealed: "
                f"{sealed:,} rows {first} to {last} were sealed, {found:,} are there; "
                "rows and their hashes were changed together",
            )


def _missing_from(
    connection: psycopg.Connection,
    block: int,
    sequence: int,
    first: int,
    last: int,
    count: int,
) -> Iterator[Finding]:
    if count <= 0:
        return
    query = (
        f"SELECT id FROM generate_series({first}::bigint, {last}::bigint) id "
        "WHERE NOT EXISTS (SELECT FROM log_logevent e WHERE e.id = id.id) "
        f"LIMIT {MOST_FINDINGS}"
    )
    gaps = [event for (event,) in _rows(connection, query)]
    for event in gaps:
        # another transaction that was rolled back may have left a gap in the numbers
        surely = "" if len(gaps) == count else f", or one of {len(gaps)} gaps was"
        yield Finding(
            what="missing",
            event=event,
            sequence=sequence,
            message=f"row {event} was taken away from block {sequence}{surely}",
        )


def _added_to(
    connection: psycopg.Connection,
    block: int,
    sequence: int,
    first: int,
    last: int,
    count: int,
) -> Iterator[Finding]:
    if count <= 0:
        return
    outside = (
        f"SELECT id FROM log_logevent WHERE block = {block} "
        f"AND id NOT BETWEEN {first} AND {last} ORDER BY id LIMIT {MOST_FINDINGS}"
    )
    events = [event for (event,) in _rows(connection, outside)]
    if not events and count == 1:
        without = (
            "SELECT a.id FROM log_logevent a JOIN log_logblock b ON b.id = a.block "
            f"WHERE a.block = {block} AND b.rows <= {MOST_TRIED} AND b.rows_hash = "
            f"(SELECT {ROWS_HASH} FROM log_logevent o "
            "WHERE o.block = a.block AND o.id <> a.id)"
        )
        events = [event for (event,) in _rows(connection, without)]
    for event in events:
        yield Finding(
            what="added",
            event=event,
            sequence=sequence,
            message=f"row {event} was added to block {sequence} after it was sealed",
        )


def _broken_chain(connection: psycopg.Connection) -> Iterator[Finding]:
    query = (
        "SELECT sequence, before, is_own, follows FROM (SELECT sequence, "
        "lag(sequence, 1, 0::bigint) OVER chain AS before, "
        f"block_hash = {BLOCK_HASH} AS is_own, "
        "previous_hash = lag(block_hash, 1, ''::bytea) OVER chain AS follows "
        "FROM log_logblock WINDOW chain AS (ORDER BY sequence)) b "
        "WHERE NOT is_own OR NOT follows OR sequence <> before + 1 "
        f"ORDER BY sequence LIMIT {MOST_FINDINGS}"
    )
    for sequence, before, is_own, follows in _rows(connection, query):
        if sequence != before + 1:
            message = f"blocks {before + 1} to {sequence - 1} were taken away"
        elif not is_own:
            message = f"block {sequence} was changed: its columns do not give its hash"
        elif not follows:
            message = f"block {sequence} does not follow block {before}: one of them "
            message += "was made anew"
        yield Finding(what="chain", event=None, sequence=sequence, message=message)


def _lost_heads(
    connection: psycopg.Connection, published: Sequence[Head]
) -> Iterator[Finding]:
    known = {head.sequence: head for head in published if head.sequence}
    if not known:
        return
    rows = connection.execute(
        "SELECT sequence, encode(block_hash, 'hex') FROM log_logblock "
        "WHERE sequence = ANY (%s)",
        [list(known)],
    ).fetchall()
    found: dict[int, str] = dict(rows)
    for sequence, head in known.items():
        if sequence not in found:
            message = (
                f"block {sequence}, sealed {head.sealed_at} and published, is not in "
                "the log: this is an older copy, or its end was cut off"
            )
        elif found[sequence] != head.block_hash:
            message = f"block {sequence} is not the one that was published: "
            message += "the log was made anew"
        else:
            continue
        yield Finding(what="published", event=None, sequence=sequence, message=message)


def _rows(connection: psycopg.Connection, query: str) -> list[tuple[Any, ...]]:
    # built of this module's text, the log's own expressions and integers
    return connection.execute(sql.SQL(query)).fetchall()
