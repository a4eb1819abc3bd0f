"""A settlement in columns written to Parquet as it lies, a part at a time.

Names stay codes into dictionaries and ids that are numbers stay numbers, so that a
national settlement is written in seconds and little memory. The ledger is added up by
statement: each entry is one statement's lines, from payer to payee. (`column_tables`
gives the same tables with every name and posting spelled out.)
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quasimarket.entitlement.columns import EventColumns
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.arrow import Naming, as_text, named
from quasimarket.settlement.columnar.engine import ColumnarSettlement, UnpaidColumns
from quasimarket.settlement.columnar.layout import IssuedColumns


PART = 1_000_000
"""Rows of a row group."""
LINE_FIELDS = (
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
    "first_event",
    "spell_event",
)
UPSTREAM_FIELDS = ("payable", "group", "reason")
"""Said of lines upstream besides."""
UNPAID_FIELDS = ("participant", "kind", "number", "earned", "contract", "reason")
PAYEE_FIELDS = ("month", "contract", "position")
SUMS = ("brought_forward", "lines", "payable", "carried_forward")


def write_parquet(
    rulebook: Rulebook,
    columns: EventColumns,
    settlement: ColumnarSettlement,
    folder: Path,
) -> None:
    """Write lines, downstream lines, what was not paid, statements and ledger."""
    naming = Naming(rulebook, columns)
    tables: dict[str, Iterator[pa.Table]] = {
        "lines": _lines(naming, settlement.lines, (*LINE_FIELDS, *UPSTREAM_FIELDS)),
        "downstream": _lines(naming, settlement.downstream, LINE_FIELDS),
        "unpaid": _unpaid(naming, settlement.unpaid),
        "statements": _statements(naming, settlement),
        "ledger": _ledger(naming, settlement),
    }
    with ThreadPoolExecutor(max_workers=2) as threads:
        written = [
            threads.submit(_write, parts, folder / f"{name}.parquet")
            for name, parts in tables.items()
        ]
    for each in written:
        each.result()


def _write(parts: Iterator[pa.Table], path: Path) -> None:
    """Write parts to one file; it appears only when it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    first = next(parts)
    try:
        with pq.ParquetWriter(
            unfinished,
            first.schema,
            compression="lz4",
            use_dictionary=[
                field.name
                for field in first.schema
                if pa.types.is_dictionary(field.type)
            ],
        ) as writer:
            writer.write_table(first, row_group_size=PART)
            for part in parts:
                writer.write_table(part, row_group_size=PART)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _lines(
    naming: Naming, lines: IssuedColumns, fields: tuple[str, ...]
) -> Iterator[pa.Table]:
    for part in _parts(len(lines)):
        yield pa.table(naming.lines(lines, fields, part))


def _unpaid(naming: Naming, unpaid: UnpaidColumns) -> Iterator[pa.Table]:
    for part in _parts(len(unpaid)):
        yield pa.table(naming.unpaid(unpaid, UNPAID_FIELDS, part))


def _parts(rows: int) -> Iterator[slice]:
    """Part rows, at least into one part."""
    for first in range(0, max(rows, 1), PART):
        yield slice(first, min(first + PART, rows))


def _statements(naming: Naming, settlement: ColumnarSettlement) -> Iterator[pa.Table]:
    """Give statements, those to primes first."""
    for one in (settlement.to_primes, settlement.to_subcontracts):
        yield pa.table(naming.statements(one, (*PAYEE_FIELDS, *SUMS)))


def _ledger(naming: Naming, settlement: ColumnarSettlement) -> Iterator[pa.Table]:
    """Give an entry for each statement: what its lines move, payer to payee."""
    for payer, one in (
        ("commissioner", settlement.to_primes),
        ("prime", settlement.to_subcontracts),
    ):
        yield pa.table(
            {
                **naming.statements(one, PAYEE_FIELDS),
                "payer": named(np.zeros(len(one), np.int8), as_text([payer])),
                "amount": one.lines,
            }
        )
