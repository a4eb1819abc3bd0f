"""A settlement's control totals: what the tables must add up to, and do."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


SCHEMA_VERSION = 1


def add_up(tables: dict[str, pa.Table]) -> dict[str, Any]:
    """Count the rows and add up the money of a settlement's tables, in pence."""
    lines, downstream = tables["lines"], tables["downstream"]
    statements, ledger = tables["statements"], tables["ledger"]
    is_upstream = pc.is_null(statements["position"])
    return {
        "schema_version": SCHEMA_VERSION,
        "rows": {name: len(table) for name, table in tables.items()},
        "reversals": pc.sum(lines["is_reversal"], min_count=0).as_py(),
        "to_primes_pence": _sum(lines["amount"]),
        "to_subcontracts_pence": _sum(downstream["amount"]),
        "payable_to_primes_pence": _sum(statements.filter(is_upstream)["payable"]),
        "ledger_balance_pence": _sum(ledger["amount"]),
        "by_kind": _by(lines, "kind"),
        "by_contract": _by(lines, "contract"),
        "by_month": _by(lines, "statement"),
        "unpaid": _counts(tables["unpaid"], "reason"),
    }


def _sum(column: Any) -> int:  # pyarrow ships no types
    total: int = pc.sum(column, min_count=0).as_py()
    return total


def _by(table: pa.Table, column: str) -> dict[str, dict[str, int]]:
    """Count and add up lines by the values of a column, in order of appearance."""
    plain = pa.table({column: _plain(table[column]), "amount": table["amount"]})
    grouped = plain.group_by(column, use_threads=False).aggregate(
        [("amount", "count"), ("amount", "sum")]
    )
    return {
        row[column]: {"lines": row["amount_count"], "pence": row["amount_sum"]}
        for row in grouped.to_pylist()
    }


def _counts(table: pa.Table, column: str) -> dict[str, int]:
    counted = pc.value_counts(_plain(table[column]))
    return {row["values"]: row["counts"] for row in counted.to_pylist()}


def _plain(column: Any) -> Any:  # pyarrow ships no types
    return column.cast(pa.string())
