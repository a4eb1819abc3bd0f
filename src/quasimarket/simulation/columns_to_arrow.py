"""A run's large tables, events and lines, as Arrow tables that share its arrays."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quasimarket.entitlement.columns import EVENT_KINDS, EventColumns
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.engine import ColumnarSettlement


def coded(codes: NDArray[np.integer], names: list[str]) -> pa.Array:
    """Give names by code; below zero is null."""
    mask = codes < 0 if len(codes) and codes.min() < 0 else None
    values = pa.array(codes.astype(np.int32, copy=False), mask=mask)
    return pa.DictionaryArray.from_arrays(values, pa.array(names, pa.string()))


def numbered(codes: NDArray[np.integer], names: NDArray[np.integer]) -> pa.Array:
    """Give the numbers that codes stand for; below zero is null."""
    if not len(names):
        return pa.nulls(len(codes), pa.int64())
    mask = codes < 0 if len(codes) and codes.min() < 0 else None
    return pa.array(names[np.maximum(codes, 0)], mask=mask)


def days(numbers: NDArray[np.integer]) -> pa.Array:
    """Give days from 1 January 1970 as dates."""
    return pa.array(numbers.astype(np.int32, copy=False)).view(pa.date32())


def events_table(rulebook: Rulebook, columns: EventColumns) -> pa.Table:
    """Give the log in the Arrow schema of events, ids and people as numbers."""
    count = len(columns)
    happened = days(columns.happened)
    return pa.table(
        {
            "id": pa.array(columns.event),
            "kind": coded(columns.kind.astype(np.int32), [str(k) for k in EVENT_KINDS]),
            "happened": happened,
            "known": happened,
            "participant": numbered(columns.participant, columns.participants),
            "contract": coded(columns.contract, [c.id for c in rulebook.contracts]),
            "position": coded(columns.position, columns.positions.tolist()),
            "group": coded(columns.group, [group.id for group in rulebook.groups]),
            "spell": numbered(columns.spell, columns.spells),
            "milestone": coded(
                columns.milestone, [one.id for one in rulebook.milestones]
            ),
            "number": pa.array(
                columns.number, mask=columns.number < 0 if count else None
            ),
            "code": pa.nulls(count, pa.string()),
            "amount": pa.nulls(count, pa.int64()),
            "source": pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(count, np.int8)), pa.array(["simulation"])
            ),
        }
    )


def lines_tables(
    rulebook: Rulebook, columns: EventColumns, settlement: ColumnarSettlement
) -> dict[str, pa.Table]:
    """Give lines, statements and ledger as tables."""
    return {}
