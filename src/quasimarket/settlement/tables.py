"""A settlement as tables: one row a line, statement or posting, amounts in pence.

Both engines write these columns. Months are "YYYY-MM"; a missing name is empty;
`events` lists event ids parted by spaces.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

import pyarrow as pa

from quasimarket.core.dates import Month
from quasimarket.settlement.records import Settlement


_NAME = pa.dictionary(pa.int32(), pa.string())
_COMMON: dict[str, Any] = {  # pyarrow ships no types
    "statement": _NAME,
    "month": _NAME,
    "contract": _NAME,
    "position": _NAME,
    "participant": _NAME,
    "kind": _NAME,
    "number": pa.int16(),
    "earned": pa.date32(),
    "payable": pa.date32(),
    "amount": pa.int64(),
    "group": _NAME,
    "is_reversal": pa.bool_(),
    "rule": _NAME,
    "events": pa.string(),
    "reason": _NAME,
    "brought_forward": pa.int64(),
    "lines": pa.int64(),
    "carried_forward": pa.int64(),
    "entry": pa.int64(),
    "account": _NAME,
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "lines": (
        "statement",
        "contract",
        "participant",
        "kind",
        "number",
        "earned",
        "payable",
        "amount",
        "group",
        "position",
        "is_reversal",
        "rule",
        "events",
        "reason",
    ),
    "downstream": (
        "statement",
        "contract",
        "position",
        "participant",
        "kind",
        "number",
        "earned",
        "amount",
        "is_reversal",
        "rule",
        "events",
    ),
    "unpaid": ("participant", "kind", "number", "earned", "contract", "reason"),
    "statements": (
        "month",
        "contract",
        "position",
        "brought_forward",
        "lines",
        "payable",
        "carried_forward",
    ),
    "ledger": ("month", "entry", "account", "amount"),
}
"""Table -> its columns, in order."""


def schema_of(table: str) -> pa.Schema:
    """Give the schema of one of the tables."""
    return pa.schema(
        [
            # A statement's `payable` is an amount; a line's is a day.
            (
                name,
                pa.int64()
                if (table, name) == ("statements", "payable")
                else _COMMON[name],
            )
            for name in COLUMNS[table]
        ]
    )


def tables_of(settlement: Settlement) -> dict[str, pa.Table]:
    """Lay a settlement out as tables, each in the settlement's own order."""
    rows: Mapping[str, Iterable[object]] = {
        "lines": settlement.lines,
        "downstream": settlement.downstream,
        "unpaid": settlement.unpaid,
        "statements": settlement.statements,
        "ledger": settlement.ledger,
    }
    return {name: _table_of(name, list(records)) for name, records in rows.items()}


def _table_of(name: str, records: list[object]) -> pa.Table:
    schema = schema_of(name)
    if records:
        # A column for each field: a field that was added must not be lost.
        assert {field.name for field in fields(records[0])} == set(schema.names)  # type: ignore[arg-type]  # records are dataclasses
    return pa.table(
        {
            column: pa.array(
                [_written(getattr(record, column)) for record in records],
                type=schema.field(column).type,
            )
            for column in schema.names
        },
        schema=schema,
    )


def _written(value: object) -> object:
    write: Callable[[Any], object] | None = _WRITERS.get(type(value))
    return value if write is None else write(value)


_WRITERS: dict[type, Callable[[Any], object]] = {Month: str, tuple: " ".join}
