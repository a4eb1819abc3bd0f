"""Our engines on the log: the columnar one, and the plain one on a slice."""

from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rules import SETTLED_TO

from quasimarket.core.dates import Month
from quasimarket.entitlement.read_columns import (
    columns_from_parquet,
    columns_from_table,
)
from quasimarket.events.arrow import to_events
from quasimarket.rulebook import load_rulebook
from quasimarket.settlement.columnar import ColumnarSettlement, settle_columns
from quasimarket.settlement.columnar.parquet import write_parquet
from quasimarket.settlement.reference import settle as settle_plainly


WARM_UP = 2_000
"""Rows settled before the clock starts, so that compiled code is loaded."""


def settle_fast(log: Path, out: Path) -> tuple[pa.Table, dict[str, float]]:
    """Settle on the columnar engine; give statements, and seconds by stage."""
    rulebook = load_rulebook("work-programme")
    settle_columns(rulebook, columns_from_table(rulebook, _first_rows(log)), SETTLED_TO)
    began = perf_counter()
    columns = columns_from_parquet(rulebook, log)
    read = perf_counter()
    settlement = settle_columns(rulebook, columns, SETTLED_TO)
    settled = perf_counter()
    write_parquet(rulebook, columns, settlement, out)
    written = perf_counter()
    return _statements(settlement, [one.id for one in rulebook.contracts]), {
        "read": read - began,
        "settle": settled - read,
        "write": written - settled,
    }


def settle_slice(log: Path) -> tuple[pa.Table, dict[str, float]]:
    """Settle on the plain engine, events already made."""
    rulebook = load_rulebook("work-programme")
    events = to_events(_as_events(pq.read_table(log)))
    began = perf_counter()
    settlement = settle_plainly(rulebook, events, SETTLED_TO)
    seconds = perf_counter() - began
    owed: dict[tuple[str, str], list[int]] = {}
    for line in settlement.lines:
        if line.kind != "incentive":
            owed.setdefault((line.contract, str(line.statement)), []).append(
                line.amount
            )
    table = pa.Table.from_pylist(
        [
            {"contract": contract, "month": month, "lines": len(all), "pence": sum(all)}
            for (contract, month), all in owed.items()
        ]
    )
    return table, {"settle": seconds}


def _first_rows(log: Path) -> pa.Table:
    return pa.Table.from_batches([next(pq.ParquetFile(log).iter_batches(WARM_UP))])


def _as_events(table: pa.Table) -> pa.Table:
    names = ("milestone", "number", "code", "amount", "source")
    for name in names:
        table = table.append_column(name, pa.nulls(len(table), pa.string()))
    return table.set_column(0, "id", table["id"].cast(pa.string()))


def _statements(settlement: ColumnarSettlement, contracts: list[str]) -> pa.Table:
    """Add up what peers are asked for: milestones by contract and month."""
    lines = settlement.lines
    chosen = lines.kind < 3  # the milestones; excess payments come after them
    statement = lines.statement[chosen].astype(np.int64)
    key = statement * len(contracts) + lines.contract[chosen]
    keys, index = np.unique(key, return_inverse=True)
    pence = np.zeros(len(keys), np.int64)
    np.add.at(pence, index, lines.amount[chosen])
    months = [Month(number // 12, number % 12 + 1) for number in keys // len(contracts)]
    return pa.table(
        {
            "contract": [contracts[code] for code in keys % len(contracts)],
            "month": [str(month) for month in months],
            "lines": np.bincount(index, minlength=len(keys)).astype(np.int64),
            "pence": pence,
        }
    )
