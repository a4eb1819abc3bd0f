"""Rows of all chunks laid out as tables, in the order of statements.

Chunks hold their rows by participant and, within one, in the order of a statement. A
stable counting sort by statement is therefore the whole order; only the few statements
with excess payments, which come from elsewhere, are sorted again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.settlement.columnar import bench as column
from quasimarket.settlement.columnar.replay import Rows


NOBODY = 2**31 - 1
"""Stands for no participant while sorting: nobody comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedColumns:
    """Lines upstream or downstream, one entry a line, in the order of statements.

    Months are counted from January of the year 0, days from 1 January 1970; codes are
    those of the event columns, -1 for none. Kinds are the rulebook's milestones, excess
    payments and service fees in this order, then recovery.
    """

    statement: NDArray[np.int16]
    contract: NDArray[np.int16]
    position: NDArray[np.int32]
    participant: NDArray[np.int32]
    kind: NDArray[np.int8]
    number: NDArray[np.int16]
    is_reversal: NDArray[np.bool_]
    earned: NDArray[np.int32]
    payable: NDArray[np.int32]
    """0 downstream, where only the statement's month says when."""
    group: NDArray[np.int8]
    amount: NDArray[np.int64]
    first_event: NDArray[np.int64]
    """The attachment; for days without, the referral; for a recovery, itself."""
    spell_event: NDArray[np.int64]
    """The start of the spell it was earned in."""

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.statement)


def lay_out(
    chunks: Sequence[Rows], others: Rows, contracts: int, positions: int
) -> IssuedColumns:
    """Lay rows out by statement: month, contract and, where it counts, position.

    `others` are rows that are not by participant; `chunks` is emptied as it is read,
    so that no more than one copy of the lines is held. With positions the statements
    are those to subcontracts.
    """
    parts = [*chunks, others]
    key, keys = _statement_keys(parts, contracts, positions)
    first_month = min(
        (int(part.narrow[:, column.STATEMENT].min()) for part in parts if part.used),
        default=0,
    )
    last_month = max(
        (int(part.narrow[:, column.STATEMENT].max()) for part in parts if part.used),
        default=0,
    )
    counts = np.zeros((last_month - first_month + 1) * keys + 1, np.int64)
    for part in parts:
        count_rows(part, first_month, key, positions, counts)
    cursors = np.cumsum(counts)
    starts = cursors.copy()
    table = _empty(int(starts[-1]))
    for at in range(len(parts)):
        _place(parts[at], first_month, key, positions, cursors, table)
        parts[at] = others
    _sort_touched(others, first_month, key, positions, starts, table)
    return table


def _statement_keys(
    parts: Sequence[Rows], contracts: int, positions: int
) -> tuple[NDArray[np.int32], int]:
    """Number the payees that occur, in order of contract and position."""
    is_there = np.zeros(contracts * max(positions, 1), np.bool_)
    for part in parts:
        note_payees(part, positions, is_there)
    return (np.cumsum(is_there) - 1).astype(np.int32), int(is_there.sum())


def _empty(rows: int) -> IssuedColumns:
    return IssuedColumns(
        statement=np.empty(rows, np.int16),
        contract=np.empty(rows, np.int16),
        position=np.empty(rows, np.int32),
        participant=np.empty(rows, np.int32),
        kind=np.empty(rows, np.int8),
        number=np.empty(rows, np.int16),
        is_reversal=np.empty(rows, np.bool_),
        earned=np.empty(rows, np.int32),
        payable=np.empty(rows, np.int32),
        group=np.empty(rows, np.int8),
        amount=np.empty(rows, np.int64),
        first_event=np.empty(rows, np.int64),
        spell_event=np.empty(rows, np.int64),
    )


@njit(cache=True, nogil=True)
def payee(narrow: NDArray[np.int32], row: int, positions: int) -> int:
    """Give the payee of a row: its contract, with positions also its position."""
    if positions == 0:
        return int(narrow[row, column.CONTRACT])
    return int(narrow[row, column.CONTRACT] * positions + narrow[row, column.POSITION])


@njit(cache=True, nogil=True)
def note_payees(rows: Rows, positions: int, is_there: NDArray[np.bool_]) -> None:
    """Mark the payees that occur."""
    for row in range(rows.used):
        is_there[payee(rows.narrow, row, positions)] = True


@njit(cache=True, nogil=True)
def statement_of(
    narrow: NDArray[np.int32],
    row: int,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
) -> int:
    """Give the number of the statement that a row belongs to."""
    keys = key[len(key) - 1] + 1
    month = narrow[row, column.STATEMENT] - first_month
    return int(month * keys + key[payee(narrow, row, positions)])


@njit(cache=True, nogil=True)
def count_rows(
    rows: Rows,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
    counts: NDArray[np.int64],
) -> None:
    """Count the rows of each statement, one place further on."""
    for row in range(rows.used):
        counts[statement_of(rows.narrow, row, first_month, key, positions) + 1] += 1


def _place(
    rows: Rows,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
    cursors: NDArray[np.int64],
    table: IssuedColumns,
) -> None:
    place_rows(
        rows,
        first_month,
        key,
        positions,
        cursors,
        table.statement,
        table.contract,
        table.position,
        table.participant,
        table.kind,
        table.number,
        table.is_reversal,
        table.earned,
        table.payable,
        table.group,
        table.amount,
        table.first_event,
        table.spell_event,
    )


@njit(cache=True, nogil=True)
def place_rows(
    rows: Rows,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
    cursors: NDArray[np.int64],
    statement: NDArray[np.int16],
    contract: NDArray[np.int16],
    position: NDArray[np.int32],
    participant: NDArray[np.int32],
    kind: NDArray[np.int8],
    number: NDArray[np.int16],
    is_reversal: NDArray[np.bool_],
    earned: NDArray[np.int32],
    payable: NDArray[np.int32],
    group: NDArray[np.int8],
    amount: NDArray[np.int64],
    first_event: NDArray[np.int64],
    spell_event: NDArray[np.int64],
) -> None:
    """Copy each row to the next free place of its statement."""
    narrow = rows.narrow
    wide = rows.wide
    for row in range(rows.used):
        number_of = statement_of(narrow, row, first_month, key, positions)
        place = cursors[number_of]
        cursors[number_of] = place + 1
        statement[place] = narrow[row, column.STATEMENT]
        contract[place] = narrow[row, column.CONTRACT]
        position[place] = narrow[row, column.POSITION]
        participant[place] = narrow[row, column.PARTICIPANT]
        kind[place] = narrow[row, column.KIND]
        number[place] = narrow[row, column.NUMBER]
        is_reversal[place] = narrow[row, column.IS_REVERSAL] == 1
        earned[place] = narrow[row, column.EARNED]
        payable[place] = narrow[row, column.PAYABLE]
        group[place] = narrow[row, column.GROUP]
        amount[place] = wide[row, column.AMOUNT]
        first_event[place] = wide[row, column.FIRST_EVENT]
        spell_event[place] = wide[row, column.SPELL_EVENT]


def _sort_touched(
    others: Rows,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
    starts: NDArray[np.int64],
    table: IssuedColumns,
) -> None:
    """Sort the statements that rows from elsewhere went into."""
    touched = {
        statement_of(others.narrow, row, first_month, key, positions)
        for row in range(others.used)
    }
    for number in sorted(touched):
        part = slice(int(starts[number]), int(starts[number + 1]))
        participant = table.participant[part]
        order = np.lexsort(
            (
                table.first_event[part],
                table.amount[part],
                table.earned[part],
                ~table.is_reversal[part],
                table.number[part],
                table.kind[part],
                np.where(participant < 0, NOBODY, participant),
            )
        )
        for name in IssuedColumns.__dataclass_fields__:
            column_of = getattr(table, name)
            column_of[part] = column_of[part][order]
