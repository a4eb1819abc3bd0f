"""A run's large tables, events and lines, as Arrow tables that share its arrays."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from quasimarket.entitlement.columns import EVENT_KINDS, EventColumns, Names
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.arrow import (
    Naming,
    as_text,
    days,
    identified,
    months,
    named,
)
from quasimarket.settlement.columnar.engine import ColumnarSettlement
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.statements import StatementColumns


LINE_FIELDS = (
    "statement",
    "contract",
    "position",
    "participant",
    "group",
    "kind",
    "number",
    "earned",
    "amount",
    "is_reversal",
    "rule",
)
PAYEE_FIELDS = ("month", "contract", "position")
SUMS = ("brought_forward", "lines", "payable", "carried_forward")


def events_table(rulebook: Rulebook, columns: EventColumns) -> pa.Table:
    """Give the log in the Arrow schema of events, ids and people as numbers."""
    count = len(columns)
    naming = Naming(rulebook, columns)
    happened = days(columns.happened)
    return pa.table(
        {
            "id": pa.array(columns.event, pa.int64()),
            "kind": named(columns.kind, as_text(EVENT_KINDS)),
            "happened": happened,
            "known": happened,
            "participant": identified(columns.participant, columns.participants),
            "contract": named(columns.contract, naming.contracts),
            "position": named(columns.position, naming.positions),
            "group": named(columns.group, naming.groups),
            "spell": identified(columns.spell, columns.spells),
            "milestone": named(
                columns.milestone, as_text(one.id for one in rulebook.milestones)
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


def settled_tables(
    rulebook: Rulebook, columns: EventColumns, settlement: ColumnarSettlement
) -> dict[str, pa.Table]:
    """Give lines upstream and downstream, statements and ledger as tables.

    Lines name people and events by number, which at national scale is several times
    quicker to write and to read than text; the ledger is added up by month and account.
    """
    naming = Naming(rulebook, columns)
    return {
        "lines": lines_table(naming, settlement.lines),
        "downstream": lines_table(naming, settlement.downstream),
        "statements": statements_table(naming, settlement),
        "ledger": ledger_table(rulebook, columns.positions, settlement),
    }


def lines_table(
    naming: Naming, lines: IssuedColumns, part: slice = slice(None)
) -> pa.Table:
    """Give lines, or some of them, as a table."""
    return pa.table(
        {
            **naming.lines(lines, LINE_FIELDS, part),
            "attachment_event": pa.array(lines.first_event[part], pa.int64()),
            "spell_event": pa.array(lines.spell_event[part], pa.int64()),
        }
    )


def line_parts(naming: Naming, lines: IssuedColumns, rows: int) -> Iterator[pa.Table]:
    """Give lines so many at a time, so that few stand twice in memory."""
    for first in range(0, max(len(lines), 1), rows):
        yield lines_table(naming, lines, slice(first, first + rows))


def statements_table(naming: Naming, settlement: ColumnarSettlement) -> pa.Table:
    """Give statements, those to primes first."""
    return pa.concat_tables(
        [
            _statements(naming, settlement.to_primes),
            _statements(naming, settlement.to_subcontracts),
        ]
    )


def _statements(naming: Naming, statements: StatementColumns) -> pa.Table:
    return pa.table(
        {
            name: column.cast(pa.string()) if name in PAYEE_FIELDS else column
            for name, column in naming.statements(
                statements, (*PAYEE_FIELDS, *SUMS)
            ).items()
        }
    )


def ledger_table(
    rulebook: Rulebook, position_names: Names, settlement: ColumnarSettlement
) -> pa.Table:
    """Post each statement's lines: from the payer's account to the payee's."""
    contracts = [str(contract.id) for contract in rulebook.contracts]
    positions = position_names.tolist()
    postings: dict[tuple[int, str], int] = {}
    for statements, down in (
        (settlement.to_primes, False),
        (settlement.to_subcontracts, True),
    ):
        for row in range(len(statements.month)):
            contract = contracts[statements.contract[row]]
            prime = f"prime/{contract}"
            payer, payee = "commissioner", prime
            if down:
                payer = prime
                payee = f"subcontract/{contract}/{positions[statements.position[row]]}"
            month, amount = int(statements.month[row]), int(statements.lines[row])
            for account, signed in ((payer, -amount), (payee, amount)):
                key = (month, account)
                postings[key] = postings.get(key, 0) + signed
    ordered = sorted(postings.items())
    return pa.table(
        {
            "month": months(np.array([key[0] for key, _ in ordered], np.int64)).cast(
                pa.string()
            ),
            "account": pa.array([key[1] for key, _ in ordered], pa.string()),
            "amount": pa.array([amount for _, amount in ordered], pa.int64()),
        }
    )
