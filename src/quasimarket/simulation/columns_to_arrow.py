"""A run's large tables, events and lines, as Arrow tables that share its arrays."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.entitlement.columns import EVENT_KINDS, EventColumns
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.engine import ColumnarSettlement
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.records import kinds_of_payment
from quasimarket.settlement.columnar.statements import StatementColumns


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


def settled_tables(
    rulebook: Rulebook, columns: EventColumns, settlement: ColumnarSettlement
) -> dict[str, pa.Table]:
    """Give lines upstream and downstream, statements and ledger as tables.

    Lines name people and events by number, which at national scale is several times
    quicker to write and to read than text; the ledger is added up by month and account.
    """
    return {
        "lines": _lines(rulebook, columns, settlement.lines),
        "downstream": _lines(rulebook, columns, settlement.downstream),
        "statements": pa.concat_tables(
            [
                _statements(rulebook, columns, settlement.to_primes),
                _statements(rulebook, columns, settlement.to_subcontracts),
            ]
        ),
        "ledger": _ledger(rulebook, columns, settlement),
    }


def _lines(rulebook: Rulebook, columns: EventColumns, lines: IssuedColumns) -> pa.Table:
    kinds = kinds_of_payment(rulebook)
    names = [str(kind) for kind, _ in kinds]
    rules = [str(rule) for _, rule in kinds]
    return pa.table(
        {
            "statement": months(lines.statement),
            "contract": coded(lines.contract, _contracts(rulebook)),
            "position": coded(lines.position, columns.positions.tolist()),
            "participant": numbered(lines.participant, columns.participants),
            "group": coded(lines.group, [str(group.id) for group in rulebook.groups]),
            "kind": coded(lines.kind, names),
            "number": pa.array(lines.number),
            "earned": days(lines.earned),
            "amount": pa.array(lines.amount),
            "is_reversal": pa.array(lines.is_reversal),
            "rule": coded(lines.kind, rules),
            "attachment_event": pa.array(lines.first_event),
            "spell_event": pa.array(lines.spell_event),
        }
    )


def _statements(
    rulebook: Rulebook, columns: EventColumns, statements: StatementColumns
) -> pa.Table:
    return pa.table(
        {
            "month": months(statements.month).cast(pa.string()),
            "contract": coded(statements.contract, _contracts(rulebook)).cast(
                pa.string()
            ),
            "position": coded(statements.position, columns.positions.tolist()).cast(
                pa.string()
            ),
            "brought_forward": pa.array(statements.brought_forward),
            "lines": pa.array(statements.lines),
            "payable": pa.array(statements.payable),
            "carried_forward": pa.array(statements.carried_forward),
        }
    )


def _ledger(
    rulebook: Rulebook, columns: EventColumns, settlement: ColumnarSettlement
) -> pa.Table:
    """Post each statement's lines: from the payer's account to the payee's."""
    contracts = _contracts(rulebook)
    positions = columns.positions.tolist()
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


def _contracts(rulebook: Rulebook) -> list[str]:
    return [str(contract.id) for contract in rulebook.contracts]


def months(numbers: NDArray[np.integer]) -> pa.Array:
    """Give months counted from January of the year 0 as "YYYY-MM"."""
    if not len(numbers):
        return coded(numbers, [])
    first, last = int(numbers.min()), int(numbers.max())
    names = [str(Month(one // 12, one % 12 + 1)) for one in range(first, last + 1)]
    return coded(numbers - first, names)
