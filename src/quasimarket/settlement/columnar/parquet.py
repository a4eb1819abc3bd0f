"""A settlement in columns written to Parquet as it lies, a part at a time.

Names stay codes into dictionaries and ids that are numbers stay numbers, so that a
national settlement is written in seconds and little memory. The ledger is added up by
statement: each entry is one statement's lines, from payer to payee. (`column_tables`
gives the same tables with every name and posting spelled out.)
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.workspace import NO_DAY
from quasimarket.entitlement.columns import EventColumns, Names
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.engine import ColumnarSettlement, UnpaidColumns
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.prices import month_of
from quasimarket.settlement.columnar.records import RECOVERY, kinds_of_payment
from quasimarket.settlement.columnar.statements import StatementColumns
from quasimarket.settlement.columnar.unpaid import UNPAID_REASONS


PART = 1_000_000
"""Rows of a row group."""
FIRST_MONTH = 1970 * 12
MONTHS = 200 * 12
"""From the first: every month in which a programme could have a statement."""
LINE_REASONS = ("earned", "no-longer-follows", "recovery")


def write_parquet(
    rulebook: Rulebook,
    columns: EventColumns,
    settlement: ColumnarSettlement,
    folder: Path,
) -> None:
    """Write lines, downstream lines, what was not paid, statements and ledger."""
    naming = _Naming(rulebook, columns)
    tables: dict[str, Iterator[pa.Table]] = {
        "lines": naming.issued(settlement.lines, is_downstream=False),
        "downstream": naming.issued(settlement.downstream, is_downstream=True),
        "unpaid": naming.unpaid(settlement.unpaid),
        "statements": naming.statements(settlement),
        "ledger": naming.ledger(settlement),
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


class _Naming:
    """Give codes their names, as dictionaries."""

    def __init__(self, rulebook: Rulebook, columns: EventColumns) -> None:
        kinds = kinds_of_payment(rulebook)
        self.kinds = pa.array([str(kind) for kind, _ in kinds])
        self.rules = pa.array([str(rule) for _, rule in kinds])
        self.recovery = [kind for kind, _ in kinds].index(RECOVERY)
        self.contracts = pa.array([str(item.id) for item in rulebook.contracts])
        self.groups = pa.array([str(item.id) for item in rulebook.groups])
        self.positions = pa.array(
            [str(name) for name in columns.positions], pa.string()
        )
        self.participants = columns.participants
        self.events = columns.events

    def issued(
        self, lines: IssuedColumns, *, is_downstream: bool
    ) -> Iterator[pa.Table]:
        """Give lines a part at a time; upstream ones say more."""
        for part in _parts(len(lines)):
            kind = lines.kind[part]
            reversal = lines.is_reversal[part]
            told = {
                "statement": _months(lines.statement[part]),
                "contract": _named(lines.contract[part], self.contracts),
                "position": _named(lines.position[part], self.positions),
                "participant": _identified(lines.participant[part], self.participants),
                "kind": _named(kind, self.kinds),
                "number": lines.number[part],
                "earned": _days(lines.earned[part]),
                "amount": lines.amount[part],
                "is_reversal": reversal,
                "rule": _named(kind, self.rules),
                "first_event": _identified(lines.first_event[part], self.events),
                "spell_event": _identified(lines.spell_event[part], self.events),
            }
            if not is_downstream:
                reason = np.where(kind == self.recovery, 2, reversal).astype(np.int8)
                told["payable"] = _days(lines.payable[part])
                told["group"] = _named(lines.group[part], self.groups)
                told["reason"] = _named(reason, pa.array(LINE_REASONS))
            yield pa.table(told)

    def unpaid(self, unpaid: UnpaidColumns) -> Iterator[pa.Table]:
        """Give what was not paid."""
        for part in _parts(len(unpaid)):
            yield pa.table(
                {
                    "participant": _identified(
                        unpaid.participant[part], self.participants
                    ),
                    "kind": _named(unpaid.kind[part], self.kinds),
                    "number": unpaid.number[part],
                    "earned": _days(unpaid.earned[part]),
                    "contract": _named(unpaid.contract[part], self.contracts),
                    "reason": _named(unpaid.reason[part], pa.array(UNPAID_REASONS)),
                }
            )

    def statements(self, settlement: ColumnarSettlement) -> Iterator[pa.Table]:
        """Give statements, those to primes first."""
        for one in (settlement.to_primes, settlement.to_subcontracts):
            yield pa.table(
                {
                    **self._payee(one),
                    "brought_forward": one.brought_forward,
                    "lines": one.lines,
                    "payable": one.payable,
                    "carried_forward": one.carried_forward,
                }
            )

    def ledger(self, settlement: ColumnarSettlement) -> Iterator[pa.Table]:
        """Give an entry for each statement: what its lines move, payer to payee."""
        for payer, one in (
            ("commissioner", settlement.to_primes),
            ("prime", settlement.to_subcontracts),
        ):
            yield pa.table(
                {
                    **self._payee(one),
                    "payer": _named(np.zeros(len(one), np.int8), pa.array([payer])),
                    "amount": one.lines,
                }
            )

    def _payee(self, one: StatementColumns) -> Mapping[str, Any]:  # arrays of any kind
        return {
            "month": _months(one.month),
            "contract": _named(one.contract, self.contracts),
            "position": _named(one.position, self.positions),
        }


def _parts(rows: int) -> Iterator[slice]:
    """Part rows, at least into one part."""
    for first in range(0, max(rows, 1), PART):
        yield slice(first, min(first + PART, rows))


def _named(codes: NDArray[Any], names: pa.Array) -> pa.DictionaryArray:
    missing = codes < 0
    mask = missing if missing.any() else None
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32, copy=False), mask=mask), names
    )


def _identified(codes: NDArray[Any], names: Names | None) -> pa.Array:
    """Give ids: as numbers where they are numbers, else by their names."""
    missing = codes < 0
    mask = missing if missing.any() else None
    if names is None:
        return pa.array(codes, mask=mask)
    if names.dtype != object:
        return pa.array(names[np.maximum(codes, 0)], mask=mask)
    return _named(codes, pa.array([str(name) for name in names], pa.string()))


def _days(days: NDArray[np.int32]) -> pa.Array:
    missing = days == NO_DAY
    return pa.array(days, mask=missing if missing.any() else None).cast(pa.date32())


def _months(months: NDArray[np.int16]) -> pa.DictionaryArray:
    """Write months as "YYYY-MM"; the dictionary is the same in every part."""
    names = pa.array([str(month_of(FIRST_MONTH + ahead)) for ahead in range(MONTHS)])
    return pa.DictionaryArray.from_arrays(
        pa.array(months.astype(np.int32) - FIRST_MONTH), names
    )
