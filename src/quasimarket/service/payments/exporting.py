"""The log as events: what `quasimarket settle` reads, to the same pence."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quasimarket.entitlement.columns import EVENT_KINDS, EventColumns, Names
from quasimarket.events.arrow import SCHEMA
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.log_columns import ClosedMonth, read_log_columns
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.payments.settling import closed_months
from quasimarket.service.programme.rules import rulebook_in_force


def write_log_of(run: PaymentRun, path: Path) -> int:
    """Write the log that a run was settled on as Parquet; give how many events.

    An event that came in late says the day from which it was counted as known, so that
    settling the file gives the statements that were issued. The scope is the system's.
    """
    table = log_table(
        rulebook_in_force(), run.last_event, run.settled_to, closed_months(run.month)
    )
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        pq.write_table(table, unfinished, compression="zstd")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return int(table.num_rows)


def log_table(
    rulebook: Rulebook, last_event: int, known_by: date, closed: list[ClosedMonth]
) -> pa.Table:
    """Give the log in the Arrow schema of events."""
    columns = read_log_columns(
        rulebook, last_event=last_event, known_by=known_by, closed=closed
    ).columns
    told = _told(rulebook, columns)
    return pa.table(
        {
            field.name: told[field.name].cast(field.type)
            if field.name in told
            else pa.nulls(len(columns), field.type)
            for field in SCHEMA
        },
        schema=SCHEMA,
    )


def _told(rulebook: Rulebook, columns: EventColumns) -> dict[str, pa.Array]:
    kinds = np.array([str(kind) for kind in EVENT_KINDS], dtype=object)
    happened = pa.array(columns.happened).cast(pa.date32())
    known = pa.array(columns.known).cast(pa.date32())
    return {
        "id": pa.array(columns.event).cast(pa.string()),
        "kind": _named(columns.kind.astype(np.int32), kinds),
        "happened": happened,
        "known": known,
        "participant": _named(columns.participant, columns.participants),
        "contract": _named(columns.contract, _ids(rulebook.contracts)),
        "position": _named(columns.position, columns.positions),
        "group": _named(columns.group, _ids(rulebook.groups)),
        "spell": _named(columns.spell, columns.spells),
        "milestone": _named(columns.milestone, _ids(rulebook.milestones)),
        "number": pa.array(columns.number, mask=columns.number < 0),
        "code": _named(np.zeros(len(columns), np.int32), np.array(["recorded"])),
        "amount": pa.array(columns.amount, mask=columns.amount < 0),
        "source": _named(np.zeros(len(columns), np.int32), np.array(["log"])),
    }


def _ids(things: tuple[object, ...]) -> Names:
    return np.array([str(one.id) for one in things], dtype=object)  # type: ignore[attr-defined]  # each has an id


def _named(codes: np.ndarray, names: Names) -> pa.Array:
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    text = pa.array([str(name) for name in names], pa.string())
    return pa.DictionaryArray.from_arrays(indices, text)
