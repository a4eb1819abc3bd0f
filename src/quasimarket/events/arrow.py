"""Events as an Arrow table: one row an event, one column a field.

Written tables follow `SCHEMA`. On reading, names may also be integers or dictionaries
and days may be ISO text (`typed_columns`).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from quasimarket.events.event import Event, EventKind


_NAME = pa.string()
_REPEATED_NAME = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("id", _NAME, nullable=False),
        pa.field("kind", _REPEATED_NAME, nullable=False),
        pa.field("happened", pa.date32(), nullable=False),
        pa.field("known", pa.date32(), nullable=False),
        ("participant", _NAME),
        ("contract", _REPEATED_NAME),
        ("position", _REPEATED_NAME),
        ("group", _REPEATED_NAME),
        ("spell", _NAME),
        ("milestone", _REPEATED_NAME),
        ("number", pa.int16()),
        ("code", _REPEATED_NAME),
        ("amount", pa.int64()),
        ("source", _REPEATED_NAME),
    ]
)
"""The columns of a log, in order. An amount is in pence."""
COLUMNS: tuple[str, ...] = tuple(SCHEMA.names)
DAY_COLUMNS = ("happened", "known")
WHOLE_NUMBER_COLUMNS = ("number", "amount")


def to_table(events: Iterable[Event]) -> pa.Table:
    """Lay events out in columns, in the order given."""
    listed = list(events)
    return pa.table(
        {
            name: pa.array(
                [_written(getattr(event, name)) for event in listed],
                type=SCHEMA.field(name).type,
            )
            for name in COLUMNS
        },
        schema=SCHEMA,
    )


def to_events(table: pa.Table) -> list[Event]:
    """Make an event of each row of a checked table."""
    columns = [_as_text(table[name]).to_pylist() for name in COLUMNS]
    return [_to_event(values) for values in zip(*columns, strict=True)]


def write_parquet(events: Iterable[Event], path: Path) -> None:
    """Write events as Parquet; the file appears only when it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        pq.write_table(to_table(events), unfinished, compression="zstd")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _written(value: object) -> object:
    return None if value == "" else value


def _as_text(column: Any) -> Any:  # a pyarrow column: pyarrow ships no types
    if pa.types.is_integer(column.type) or pa.types.is_date(column.type):
        return column
    return column.cast(pa.string())


def _to_event(values: tuple[Any, ...]) -> Event:
    named = dict(zip(COLUMNS, values, strict=True))
    for name in ("id", "participant", "position", "spell"):
        if isinstance(named[name], int):
            named[name] = str(named[name])
    return Event(
        **{
            **named,
            "kind": EventKind(named["kind"]),
            "source": named["source"] or "",
        }
    )
