"""A settlement in columns laid out as tables, without a record for each line.

The tables are those that `tables` makes of records: the same columns, values and
order. Names stay codes into a dictionary; only event ids become text.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.entitlement.columnar.workspace import NO_DAY
from quasimarket.entitlement.columns import EventColumns, Names
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.engine import ColumnarSettlement
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.records import RECOVERY, kinds_of_payment
from quasimarket.settlement.columnar.statements import StatementColumns
from quasimarket.settlement.columnar.unpaid import UNPAID_REASONS
from quasimarket.settlement.tables import schema_of


Codes = NDArray[np.signedinteger[Any]]
COMMISSIONER = "commissioner"
REASONS = ("earned", "no-longer-follows", "recovery")


def tables_of_columns(
    rulebook: Rulebook, columns: EventColumns, settlement: ColumnarSettlement
) -> dict[str, pa.Table]:
    """Lay a settlement out as tables, each in the settlement's own order."""
    naming = _Naming(rulebook, columns)
    return {
        "lines": naming.lines(settlement.lines),
        "downstream": naming.downstream(settlement.downstream),
        "unpaid": naming.unpaid(settlement),
        "statements": pa.concat_tables(
            [
                naming.statements(settlement.to_primes),
                naming.statements(settlement.to_subcontracts),
            ]
        ).unify_dictionaries(),
        "ledger": naming.ledger(settlement.lines, settlement.downstream),
    }


class _Naming:
    """Give codes their names back."""

    def __init__(self, rulebook: Rulebook, columns: EventColumns) -> None:
        kinds = kinds_of_payment(rulebook)
        self.kind_names = [str(kind) for kind, _ in kinds]
        self.rules = [str(rule) for _, rule in kinds]
        self.recovery = self.kind_names.index(RECOVERY)
        self.contract_names = [str(contract.id) for contract in rulebook.contracts]
        self.group_names = [str(group.id) for group in rulebook.groups]
        self.participants = _as_text(columns.participants)
        self.positions = _as_text(columns.positions)
        self.event_names = columns.events

    def lines(self, lines: IssuedColumns) -> pa.Table:
        reasons = np.where(
            lines.kind == self.recovery, 2, lines.is_reversal.astype(np.int8)
        )
        return _table(
            "lines",
            {
                **self._common(lines),
                "payable": _days(lines.payable),
                "group": _named(lines.group, self.group_names),
                "reason": _named(reasons, REASONS),
            },
        )

    def downstream(self, lines: IssuedColumns) -> pa.Table:
        return _table("downstream", self._common(lines))

    def unpaid(self, settlement: ColumnarSettlement) -> pa.Table:
        unpaid = settlement.unpaid
        return _table(
            "unpaid",
            {
                "participant": _named(unpaid.participant, self.participants),
                "kind": _named(unpaid.kind, self.kind_names),
                "number": pa.array(unpaid.number),
                "earned": _days(unpaid.earned),
                "contract": _named(unpaid.contract, self.contract_names),
                "reason": _named(unpaid.reason, UNPAID_REASONS),
            },
        )

    def statements(self, statements: StatementColumns) -> pa.Table:
        amounts = ("brought_forward", "lines", "payable", "carried_forward")
        return _table(
            "statements",
            {
                "month": _months(statements.month),
                "contract": _named(statements.contract, self.contract_names),
                "position": _named(statements.position, self.positions),
                **{name: pa.array(getattr(statements, name)) for name in amounts},
            },
        )

    def ledger(self, lines: IssuedColumns, downstream: IssuedColumns) -> pa.Table:
        """Post two sides for each line, payer first, upstream first."""
        contracts, positions = len(self.contract_names), max(len(self.positions), 1)
        prime = 1 + lines.contract.astype(np.int64)
        payer = 1 + downstream.contract.astype(np.int64)
        # Only the pairs of contract and position that are paid have an account.
        pair = downstream.contract.astype(np.int64) * positions + downstream.position
        pairs, payee = np.unique(pair, return_inverse=True)
        accounts = [
            COMMISSIONER,
            *(f"prime/{name}" for name in self.contract_names),
            *(
                f"subcontract/{self.contract_names[one // positions]}/"
                f"{self.positions[int(one % positions)].as_py()}"
                for one in pairs.tolist()
            ),
        ]
        upstream = np.column_stack([np.zeros_like(prime), prime])
        passed = np.column_stack([payer, 1 + contracts + payee])
        sides = np.concatenate([upstream, passed]).reshape(-1)
        amounts = np.concatenate([lines.amount, downstream.amount])
        entries = np.arange(1, len(amounts) + 1, dtype=np.int64)
        months = np.concatenate([lines.statement, downstream.statement])
        return _table(
            "ledger",
            {
                "month": _months(np.repeat(months, 2)),
                "entry": pa.array(np.repeat(entries, 2)),
                "account": _named(sides, accounts),
                "amount": pa.array(np.column_stack([-amounts, amounts]).reshape(-1)),
            },
        )

    def _common(self, lines: IssuedColumns) -> dict[str, Any]:
        return {
            "statement": _months(lines.statement),
            "contract": _named(lines.contract, self.contract_names),
            "participant": _named(lines.participant, self.participants),
            "kind": _named(lines.kind, self.kind_names),
            "number": pa.array(lines.number),
            "earned": _days(lines.earned),
            "amount": pa.array(lines.amount),
            "position": _named(lines.position, self.positions),
            "is_reversal": pa.array(lines.is_reversal),
            "rule": _named(lines.kind, self.rules),
            "events": self._events(lines),
        }

    def _events(self, lines: IssuedColumns) -> Any:
        """Join the ids of each line's events by spaces; empty where it has none."""
        spell = self._event(lines.spell_event)
        # Joining with "skip" would leave out the rows that have neither.
        return pc.binary_join_element_wise(
            pc.fill_null(self._event(lines.first_event), ""),
            pc.fill_null(pc.binary_join_element_wise(" ", spell, ""), ""),
            "",
        )

    def _event(self, codes: NDArray[np.int64]) -> Any:
        if self.event_names is None:
            return pa.array(codes, mask=codes < 0).cast(pa.string())
        names = _as_text(self.event_names)
        return names.take(pa.array(codes, mask=codes < 0))


def _table(name: str, columns: dict[str, Any]) -> pa.Table:
    schema = schema_of(name)
    return pa.table({one: columns[one] for one in schema.names}, schema=schema)


def _as_text(names: Names) -> Any:  # pyarrow ships no types
    return pa.array(names).cast(pa.string())


def _named(codes: Codes, names: Any) -> Any:
    """Give codes as a dictionary column; below zero is missing."""
    texts = names if isinstance(names, pa.Array) else pa.array(names, pa.string())
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, texts)


def _months(months: Codes) -> Any:
    """Name months counted from January of the year 0."""
    if len(months) == 0:
        return _named(months, [])
    first, last = int(months.min()), int(months.max())
    names = [str(Month(one // 12, one % 12 + 1)) for one in range(first, last + 1)]
    return _named(months - first, names)


def _days(days: Codes) -> Any:
    return pa.array(days.astype(np.int32), mask=days == NO_DAY).cast(pa.date32())
