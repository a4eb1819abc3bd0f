"""A settlement in columns laid out as tables, without a record for each line.

The tables are those that `tables` makes of records: the same columns, values and
order. Names stay codes into a dictionary; only event ids become text.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quasimarket.entitlement.columns import EventColumns, Names
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.arrow import Naming, as_text, months, named
from quasimarket.settlement.columnar.engine import ColumnarSettlement, UnpaidColumns
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.statements import StatementColumns
from quasimarket.settlement.tables import COLUMNS, schema_of


COMMISSIONER = "commissioner"


def tables_of_columns(
    rulebook: Rulebook, columns: EventColumns, settlement: ColumnarSettlement
) -> dict[str, pa.Table]:
    """Lay a settlement out as tables, each in the settlement's own order."""
    spelled = _SpelledOut(rulebook, columns)
    return {
        "lines": spelled.lines("lines", settlement.lines),
        "downstream": spelled.lines("downstream", settlement.downstream),
        "unpaid": spelled.unpaid(settlement.unpaid),
        "statements": pa.concat_tables(
            [
                spelled.statements(settlement.to_primes),
                spelled.statements(settlement.to_subcontracts),
            ]
        ).unify_dictionaries(),
        "ledger": spelled.ledger(settlement.lines, settlement.downstream),
    }


class _SpelledOut:
    """Lays out tables in which people and events have their names too."""

    def __init__(self, rulebook: Rulebook, columns: EventColumns) -> None:
        self.naming = Naming(rulebook, columns)
        self.participants = _text_of(columns.participants)
        self.event_names = columns.events

    def lines(self, table: str, lines: IssuedColumns) -> pa.Table:
        told = [
            name for name in COLUMNS[table] if name not in ("participant", "events")
        ]
        return _table(
            table,
            {
                **self.naming.lines(lines, told),
                "participant": named(lines.participant, self.participants),
                "events": self._events(lines),
            },
        )

    def unpaid(self, unpaid: UnpaidColumns) -> pa.Table:
        told = [name for name in COLUMNS["unpaid"] if name != "participant"]
        participant = named(unpaid.participant, self.participants)
        columns = self.naming.unpaid(unpaid, told)
        return _table("unpaid", {**columns, "participant": participant})

    def statements(self, statements: StatementColumns) -> pa.Table:
        columns = self.naming.statements(statements, COLUMNS["statements"])
        return _table("statements", columns)

    def ledger(self, lines: IssuedColumns, downstream: IssuedColumns) -> pa.Table:
        """Post two sides for each line, payer first, upstream first."""
        contracts = self.naming.contracts.to_pylist()
        names = self.naming.positions.to_pylist()
        positions = max(len(names), 1)
        prime = 1 + lines.contract.astype(np.int64)
        payer = 1 + downstream.contract.astype(np.int64)
        # Only the pairs of contract and position that are paid have an account.
        pair = downstream.contract.astype(np.int64) * positions + downstream.position
        pairs, payee = np.unique(pair, return_inverse=True)
        accounts = [
            COMMISSIONER,
            *(f"prime/{name}" for name in contracts),
            *(
                f"subcontract/{contracts[one // positions]}/{names[one % positions]}"
                for one in pairs.tolist()
            ),
        ]
        upstream = np.column_stack([np.zeros_like(prime), prime])
        passed = np.column_stack([payer, 1 + len(contracts) + payee])
        sides = np.concatenate([upstream, passed]).reshape(-1)
        amounts = np.concatenate([lines.amount, downstream.amount])
        entries = np.arange(1, len(amounts) + 1, dtype=np.int64)
        statements = np.concatenate([lines.statement, downstream.statement])
        return _table(
            "ledger",
            {
                "month": months(np.repeat(statements, 2)),
                "entry": pa.array(np.repeat(entries, 2)),
                "account": named(sides, as_text(accounts)),
                "amount": pa.array(np.column_stack([-amounts, amounts]).reshape(-1)),
            },
        )

    def _events(self, lines: IssuedColumns) -> Any:
        """Join the ids of each line's events by spaces; empty where it has none."""
        spell = self._event(lines.spell_event)
        # Joining with "skip" would leave out the rows that have neither.
        return pc.binary_join_element_wise(
            pc.fill_null(self._event(lines.first_event), ""),
            pc.fill_null(pc.binary_join_element_wise(" ", spell, ""), ""),
            "",
        )

    def _event(self, codes: NDArray[np.integer[Any]]) -> Any:
        if self.event_names is None:
            return pa.array(codes, mask=codes < 0).cast(pa.string())
        names = _text_of(self.event_names)
        return names.take(pa.array(codes, mask=codes < 0))


def _table(name: str, columns: dict[str, Any]) -> pa.Table:
    schema = schema_of(name)
    return pa.table({one: columns[one] for one in schema.names}, schema=schema)


def _text_of(names: Names) -> Any:  # pyarrow ships no types
    return pa.array(names).cast(pa.string())
