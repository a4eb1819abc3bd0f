"""The fast engine of settlement: whole days and whole pence in arrays."""

from quasimarket.settlement.columnar.engine import (
    ColumnarSettlement,
    UnpaidColumns,
    settle_columns,
)
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.records import settle_events, to_records
from quasimarket.settlement.columnar.statements import StatementColumns


__all__ = [
    "ColumnarSettlement",
    "IssuedColumns",
    "StatementColumns",
    "UnpaidColumns",
    "settle_columns",
    "settle_events",
    "to_records",
]
