"""The live log as the columns that entitlement and settlement take.

The database codes names as it reads, so that every row has the same length and numpy
takes them as they come: ten million rows in some tens of seconds.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import order_key
from quasimarket.entitlement.columns import EVENT_KINDS, EventColumns, Names
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.log_rows import Query, Rows, copied, rows_up_to


EPOCH = date(1970, 1, 1)
READ = tuple(
    kind
    for kind in EVENT_KINDS
    if kind
    not in (
        EventKind.ACKNOWLEDGED,
        EventKind.ACTION_PLANNED,
        EventKind.CONTACTED,
        EventKind.SPECIALIST_REFERRED,
        EventKind.SPECIALIST_ANSWERED,
        EventKind.EMPLOYMENT_EVIDENCED,
        EventKind.PAID,
        EventKind.NOTICE_SERVED,
        EventKind.SANCTION_REFERRED,
        EventKind.SANCTION_DECIDED,
        EventKind.GROUP_CHANGED,
        EventKind.COMPLETED,
    )
)
"""The kinds that can move money, whatever a rulebook's milestones look for."""
_QUERY = sql.SQL(
    """
    COPY (
        SELECT e.id, k.code, coalesce(e.participation, -1),
            e.happened - date '1970-01-01', e.known - date '1970-01-01',
            CASE e.contract WHEN '' THEN 0 ELSE coalesce(c.place, -1) END::int2,
            CASE e.position WHEN '' THEN 0 ELSE coalesce(p.place, -1) END::int4,
            CASE e."group" WHEN '' THEN 0 ELSE coalesce(g.place, -1) END::int2,
            CASE WHEN e.spell = '' THEN -1
                ELSE hashtextextended(e.spell, 0) & 9223372036854775807 END,
            coalesce(m.place, 0)::int2,
            coalesce(e.number, -1)::int4, coalesce(e.amount, -1)
        FROM log_logevent e
        JOIN unnest({kinds}::text[], {codes}::int2[]) AS k(name, code)
            ON k.name = e.kind
        LEFT JOIN unnest({contracts}::text[]) WITH ORDINALITY AS c(name, place)
            ON c.name = e.contract
        LEFT JOIN unnest({positions}::text[]) WITH ORDINALITY AS p(name, place)
            ON p.name = e.position
        LEFT JOIN unnest({groups}::text[]) WITH ORDINALITY AS g(name, place)
            ON g.name = e."group"
        LEFT JOIN unnest({milestones}::text[]) WITH ORDINALITY AS m(name, place)
            ON m.name = e.milestone
        WHERE {chosen}
    ) TO STDOUT (FORMAT BINARY)
    """
)
"""Names are joined to their codes: a search of arrays row by row took twice as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """A month that has been paid: what was read for it, and its last day."""

    last_event: int
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LogColumns:
    """A log in columns, with the key of each participant."""

    columns: EventColumns
    participations: NDArray[np.int64]
    """By the code of the participant."""


def head_of_log() -> int:
    """Give the id of the latest event that can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM log_logevent")
        return int(cursor.fetchone()[0])


def head_when_still() -> int:
    """Give the id of the latest event when nobody is writing one.

    No earlier id can come after it. It waits for whoever is writing, and whoever wants
    to write waits for the end of the transaction that is open.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT log_head_when_still()")
        return int(cursor.fetchone()[0])


def read_log_columns(
    rulebook: Rulebook,
    *,
    last_event: int,
    known_by: date,
    closed: Sequence[ClosedMonth] = (),
    participations: Collection[int] | None = None,
) -> LogColumns:
    """Read the log, or some participants' part of it, into columns.

    An event written after a month was closed is known from the day after that month at
    the earliest, whatever it says: a closed statement does not change (S53).

    Args:
        rulebook: the rulebook in force.
        last_event: the last event to read: what comes later belongs to the next run.
        known_by: the last day of knowledge.
        closed: the months that were paid, in order.
        participations: the keys of those to read; all unless given.

    Raises:
        InputFault: an event names what the rulebook does not have.
    """
    positions = _positions()
    query = _query(rulebook, positions)
    if participations is None:
        rows = rows_up_to(query, last_event)
    else:
        rows = copied(query(_theirs(participations, last_event)))
    known = _known(rows, closed)
    rows, known = _kept(rows, known, (known_by - EPOCH).days)
    _refuse_unknown(rulebook, rows)
    participant, keys, names = _participants(rows["participation"])
    spell, spells = _spells(rows["spell"])
    return LogColumns(
        columns=EventColumns(
            kind=(rows["kind"] - 1).astype(np.uint8),
            participant=participant,
            happened=rows["happened"].astype(np.int32),
            known=known,
            contract=(rows["contract"] - 1).astype(np.int16),
            position=(rows["position"] - 1).astype(np.int32),
            group=(rows["group"] - 1).astype(np.int8),
            spell=spell,
            milestone=(rows["milestone"] - 1).astype(np.int8),
            number=rows["number"].astype(np.int16),
            code=np.broadcast_to(np.array(-1, np.int16), len(rows)),
            amount=rows["amount"].astype(np.int64),
            event=rows["event"].astype(np.int64),
            participants=names,
            positions=np.array(positions, dtype=object),
            spells=spells,
            codes=np.empty(0, object),
            events=None,
        ),
        participations=keys,
    )


def _positions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM programme_position")
        return sorted((row[0] for row in cursor.fetchall()), key=order_key)


def _query(rulebook: Rulebook, positions: list[str]) -> Query:
    read = {*READ, *(one.without for one in rulebook.milestones if one.without)}
    codes = {str(kind): 1 + at for at, kind in enumerate(EVENT_KINDS) if kind in read}

    def chosen(condition: sql.Composable) -> sql.Composed:
        return _QUERY.format(
            kinds=sql.Literal(list(codes)),
            codes=sql.Literal(list(codes.values())),
            contracts=sql.Literal([str(one.id) for one in rulebook.contracts]),
            groups=sql.Literal([str(one.id) for one in rulebook.groups]),
            milestones=sql.Literal([str(one.id) for one in rulebook.milestones]),
            positions=sql.Literal(positions),
            chosen=condition,
        )

    return chosen


def _theirs(participations: Collection[int], last_event: int) -> sql.Composed:
    return sql.SQL("e.id <= {} AND e.participation = ANY ({}::bigint[])").format(
        sql.Literal(last_event), sql.Literal(sorted(participations))
    )


def _refuse_unknown(rulebook: Rulebook, rows: Rows) -> None:
    faults = [
        Fault(
            where=f"event {rows['event'][bad[0]]} of the log",
            found=f"a {name} that is not known",
            expected=f"a {name} of rulebook {rulebook.id}, or of the chain",
        )
        for name in ("contract", "position", "group")
        if len(bad := np.flatnonzero(rows[name] < 0))
    ]
    if faults:
        raise InputFault(faults)


def _known(rows: Rows, closed: Sequence[ClosedMonth]) -> NDArray[np.int32]:
    """Give the day on which each event is known, after what was closed before it."""
    known = rows["known"].astype(np.int32)
    event = rows["event"]
    for month in closed:
        last_day = (month.last_day - EPOCH).days
        known[(event > month.last_event) & (known <= last_day)] = last_day + 1
    return known


def _kept(
    rows: Rows, known: NDArray[np.int32], last_day: int
) -> tuple[Rows, NDArray[np.int32]]:
    keep = known <= last_day
    return (rows, known) if keep.all() else (rows[keep], known[keep])


def _participants(
    keys: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64], Names]:
    """Code keys by the rank of their references; -1 is nobody."""
    distinct, index = np.unique(keys, return_inverse=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, reference FROM participation_participation WHERE id = ANY (%s)",
            [distinct.tolist()],
        )
        reference = dict(cursor.fetchall())
    people = [key for key in distinct.tolist() if key >= 0]
    people.sort(key=lambda key: order_key(reference[key]))
    ranked = np.array(people, np.int64)
    rank = np.full(len(distinct), -1, np.int32)
    rank[np.searchsorted(distinct, ranked)] = np.arange(len(ranked), dtype=np.int32)
    names = np.array([reference[key] for key in people], dtype=object)
    return rank[index], ranked, names


def _spells(hashes: NDArray[np.int64]) -> tuple[NDArray[np.int32], Names]:
    """Number the spells; two of one participant share 63 bits next to never."""
    distinct, index = np.unique(hashes, return_inverse=True)
    has_none = bool(len(distinct)) and distinct[0] == -1
    spells = distinct[1:] if has_none else distinct
    return (index - int(has_none)).astype(np.int32), spells
