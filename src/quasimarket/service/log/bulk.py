"""Load a whole log at once, as owner, with the chain kept.

For bringing in what happened before: a simulated run, or an older system's log. Rows
go through a table of the transaction's own, then in by one statement a block, hashed as
any other; each block is sealed to the one before.
"""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connections, transaction

from quasimarket.core.errors import Fault, InputFault
from quasimarket.events.arrow import COLUMNS, SCHEMA
from quasimarket.service.log.security import inserted


ROWS_AT_ONCE = 500_000
_ACT = "load"
_TEXTS = ("contract", "position", "group", "spell", "milestone", "code", "source")
_STAGE = (
    "CREATE TEMPORARY TABLE loading (place bigserial, participant text, kind text, "
    'happened date, known date, contract text, position text, "group" text, '
    "spell text, milestone text, number int, code text, amount bigint, source text) "
    "ON COMMIT DROP"
)
_STAGED = tuple(name for name in COLUMNS if name != "id")
_GIVEN = ", ".join(f'coalesce(e."{name}", \'\') AS "{name}"' for name in _TEXTS[1:])
_LOAD = inserted(
    f"""
    SELECT nextval('log_logevent_id_seq') AS id, %(block)s::bigint AS block,
        clock_timestamp() AS written_at, e.*
    FROM (
        SELECT e.known + time '12:00' AT TIME ZONE 'UTC' AS recorded_at,
            'system' AS actor_kind, 0::bigint AS actor, '' AS actor_organisation,
            %(act)s::text AS act, e.kind, 'chain' AS audience,
            p.id AS participation, coalesce(e.participant, '') AS participant,
            '' AS organisation, e.number, e.amount, e.happened, e.known, '' AS reason,
            '{{}}'::jsonb AS details,
            coalesce(e.contract, p.contract_id, '') AS contract, {_GIVEN}
        FROM loading e LEFT JOIN participation_participation p
            ON p.reference = e.participant
        ORDER BY e.place
    ) e
    """
)


def load_events(table: pa.Table) -> int:
    """Append a table of events to the log, in its order; give how many.

    The table is one that `quasimarket.events` has checked; its participants' records
    are there already. Each half million rows is a transaction and a block.

    Raises:
        InputFault: an event names a participant who has no record.
    """
    _refuse_strangers(table)
    for first in range(0, table.num_rows, ROWS_AT_ONCE):
        _load_block(table.slice(first, ROWS_AT_ONCE))
    return int(table.num_rows)


def _refuse_strangers(table: pa.Table) -> None:
    named = pc.unique(table["participant"].cast(pa.string())).to_pylist()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', true)")
        cursor.execute(
            "SELECT count(*), min(n) FROM unnest(%s::text[]) n WHERE NOT EXISTS "
            "(SELECT 1 FROM participation_participation p WHERE p.reference = n)",
            [[name for name in named if name is not None]],
        )
        missing, example = cursor.fetchone()
    if missing:
        raise InputFault(
            [
                Fault(
                    where="the events to load",
                    found=f"{missing} participants without a record, such as {example}",
                    expected="a participation of that reference",
                )
            ]
        )


def _load_block(table: pa.Table) -> None:
    connection = connections["owner"]
    with transaction.atomic(using="owner"), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', true)")
        cursor.execute(_STAGE)
        names = ", ".join(f'"{name}"' for name in _STAGED)
        with cursor.copy(f"COPY loading ({names}) FROM STDIN (FORMAT csv)") as copy:
            for batch in _plain(table).to_batches(max_chunksize=50_000):
                sink = pa.BufferOutputStream()
                pa.csv.write_csv(batch, sink, pa.csv.WriteOptions(include_header=False))
                copy.write(sink.getvalue().to_pybytes())
        cursor.execute("ANALYZE loading")
        cursor.execute("SELECT nextval('log_block_number')")
        (block,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO log_logopen (tx, block) "
            "VALUES (pg_current_xact_id()::text::bigint, %s)",
            [block],
        )
        cursor.execute(_LOAD, {"block": block, "act": _ACT})


def _plain(table: pa.Table) -> pa.Table:
    """Give the columns in order, names as text, days as days."""
    return pa.table(
        {
            name: _as_plain(table[name], name)
            for name in _STAGED
            if name in table.schema.names
        }
        | {
            name: pa.nulls(table.num_rows, pa.string())
            for name in _STAGED
            if name not in table.schema.names
        }
    ).select(list(_STAGED))


def _as_plain(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    kind = SCHEMA.field(name).type
    return column.cast(pa.string() if pa.types.is_dictionary(kind) else kind)
