"""Rows of all chunks laid out as tables, in the order of statements.

Chunks hold their rows by participant and, within one, in the order of a statement; so
do the few rows that come from elsewhere, once sorted. Merged by participant and then
counted out by statement, which keeps that order, they stand as a statement has them.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.settlement.columnar import bench as column
from quasimarket.settlement.columnar.prices import BEYOND
from quasimarket.settlement.columnar.rows import Pile, Rows


PART = 500_000
"""Rows that one thread copies at a time."""
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


def lay_out(pile: Pile, others: Rows, contracts: int, positions: int) -> IssuedColumns:
    """Lay rows out by statement: month, contract and, where it counts, position.

    `others` are rows of what is not worked out by participant. With positions the
    statements are those to subcontracts. The pile is given up.
    """
    ours = len(pile)
    pile.add(_sorted(others))
    narrow, wide = pile.take()
    payees = np.zeros(contracts * max(positions, 1), np.bool_)
    first_month, last_month = find_payees(narrow, positions, payees)
    key = (np.cumsum(payees) - 1).astype(np.int32)
    statements = (last_month - first_month + 1) * int(payees.sum())
    order = order_rows(narrow, ours, first_month, key, positions, statements)
    table = _empty(len(narrow))

    def place(first: int) -> None:
        end = min(first + PART, len(order))
        place_rows(narrow, wide, order, first, end, *_columns(table))

    with ThreadPoolExecutor(max_workers=cpu_count()) as threads:
        list(threads.map(place, range(0, len(order), PART)))
    return table


def _sorted(others: Rows) -> Rows:
    """Put rows from elsewhere in order of participant, then as a statement has them."""
    narrow, wide = others.narrow, others.wide
    participant = narrow[:, column.PARTICIPANT]
    order = np.lexsort(
        (
            wide[:, column.FIRST_EVENT],
            wide[:, column.AMOUNT],
            narrow[:, column.EARNED],
            -narrow[:, column.IS_REVERSAL],
            narrow[:, column.NUMBER],
            narrow[:, column.KIND],
            np.where(participant < 0, NOBODY, participant),
        )
    )
    return Rows(narrow[order], wide[order])


def _columns(table: IssuedColumns) -> tuple[NDArray[Any], ...]:
    return tuple(getattr(table, name) for name in table.__dataclass_fields__)


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


@njit(cache=True, nogil=True, _nrt=False)
def payee(narrow: NDArray[np.int32], row: int, positions: int) -> int:
    """Give the payee of a row: its contract, with positions also its position."""
    if positions == 0:
        return int(narrow[row, column.CONTRACT])
    return int(narrow[row, column.CONTRACT] * positions + narrow[row, column.POSITION])


@njit(cache=True, nogil=True, _nrt=False)
def find_payees(
    narrow: NDArray[np.int32], positions: int, is_there: NDArray[np.bool_]
) -> tuple[int, int]:
    """Mark the payees that occur; give the first and last month of statements."""
    first_month = BEYOND
    last_month = -1
    for row in range(len(narrow)):
        is_there[payee(narrow, row, positions)] = True
        first_month = min(first_month, narrow[row, column.STATEMENT])
        last_month = max(last_month, narrow[row, column.STATEMENT])
    return first_month, last_month


@njit(cache=True, nogil=True)
def order_rows(
    narrow: NDArray[np.int32],
    ours: int,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
    statements: int,
) -> NDArray[np.int32]:
    """Give the rows by statement; those from `ours` on are merged by participant."""
    keys = key[len(key) - 1] + 1 if len(key) > 0 else 0
    statement = np.empty(len(narrow), np.int32)
    cursors = np.zeros(max(statements, 0) + 1, np.int32)
    for row in range(len(narrow)):
        month = narrow[row, column.STATEMENT] - first_month
        statement[row] = month * keys + key[payee(narrow, row, positions)]
        cursors[statement[row] + 1] += 1
    for at in range(1, len(cursors)):
        cursors[at] += cursors[at - 1]
    order = np.empty(len(narrow), np.int32)
    mine = 0
    other = ours
    for _ in range(len(narrow)):
        takes_mine = mine < ours
        if takes_mine and other < len(narrow):
            participant = narrow[other, column.PARTICIPANT]
            takes_mine = (
                participant < 0 or narrow[mine, column.PARTICIPANT] <= participant
            )
        row = mine if takes_mine else other
        if takes_mine:
            mine += 1
        else:
            other += 1
        order[cursors[statement[row]]] = row
        cursors[statement[row]] += 1
    return order


@njit(cache=True, nogil=True, _nrt=False)
def place_rows(
    narrow: NDArray[np.int32],
    wide: NDArray[np.int64],
    order: NDArray[np.int32],
    first: int,
    end: int,
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
    """Copy rows into columns, place by place."""
    for place in range(first, end):
        row = order[place]
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
