"""Rows of all chunks laid out as tables, in the order of statements.

Chunks hold their rows by participant and, within one, in the order of a statement; so
do the few rows that come from elsewhere, once sorted. Merged by participant and then
counted out by statement, which keeps that order, they stand as a statement has them.
"""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.settlement.columnar.prices import BEYOND
from quasimarket.settlement.columnar.rows import LINE, Pile, Row, Rows, taken


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
    first_event: NDArray[np.int32] | NDArray[np.int64]
    """The attachment; for days without, the referral; for a recovery, itself."""
    spell_event: NDArray[np.int32] | NDArray[np.int64]
    """The start of the spell it was earned in."""

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.statement)


class Issued(NamedTuple):
    """Rows that become one table."""

    pile: Pile
    """What was worked out by participant."""
    others: Rows
    positions: int
    """Of how many the statements are, of each contract; 0: of the contract itself."""


def lay_out(
    issued: Iterable[Issued], contracts: int, ids: NDArray[np.int64] | None = None
) -> list[IssuedColumns]:
    """Lay rows out by statement: month, contract and, where it counts, position.

    `ids` are the ids of events where rows have their ranks. The piles are given up,
    each as soon as its table is laid out.
    """
    with ThreadPoolExecutor(max_workers=cpu_count()) as threads:
        arranged = deque(threads.map(lambda one: _arrange(one, contracts), issued))
        tables = []
        while arranged:
            tables.append(_place(*arranged.popleft(), threads))
    return tables if ids is None else [_with_ids(table, ids) for table in tables]


def _with_ids(table: IssuedColumns, ids: NDArray[np.int64]) -> IssuedColumns:
    """Give events their ids in place of their ranks; -1 is none."""
    looked_up = np.append(ids, -1)
    return replace(
        table,
        first_event=looked_up[table.first_event],
        spell_event=looked_up[table.spell_event],
    )


def _arrange(issued: Issued, contracts: int) -> tuple[Rows, NDArray[np.int32]]:
    """Give all rows, and the order in which they stand in their statements."""
    pile, others, positions = issued
    ours = len(pile)
    pile.add(_sorted(others))
    rows = pile.take()
    payees = np.zeros(contracts * max(positions, 1), np.bool_)
    first_month, last_month = find_payees(rows, positions, payees)
    key = (np.cumsum(payees) - 1).astype(np.int32)
    statements = (last_month - first_month + 1) * int(payees.sum())
    return rows, order_rows(rows, ours, first_month, key, positions, statements)


def _place(
    rows: Rows, order: NDArray[np.int32], threads: ThreadPoolExecutor
) -> IssuedColumns:
    """Copy rows into columns in an order."""
    table = _empty(len(rows))

    def place(first: int) -> None:
        end = min(first + PART, len(order))
        place_rows(rows, order, first, end, *_columns(table))

    list(threads.map(place, range(0, len(order), PART)))
    return table


def _sorted(others: Rows) -> Rows:
    """Put rows from elsewhere in order of participant, then as a statement has them."""
    participant = others["participant"]
    order = np.lexsort(
        (
            others["first_event"],
            others["amount"],
            others["earned"],
            ~others["is_reversal"],
            others["number"],
            others["kind"],
            np.where(participant < 0, NOBODY, participant),
        )
    )
    return taken(others, order)


def _columns(table: IssuedColumns) -> tuple[NDArray[Any], ...]:
    return tuple(getattr(table, name) for name in table.__dataclass_fields__)


def _empty(rows: int) -> IssuedColumns:
    names = IssuedColumns.__dataclass_fields__
    return IssuedColumns(**{name: np.empty(rows, LINE[name]) for name in names})


@njit(cache=True, nogil=True, _nrt=False)
def payee(row: Row, positions: int) -> int:
    """Give the payee of a row: its contract, with positions also its position."""
    if positions == 0:
        return int(row["contract"])
    return int(row["contract"]) * positions + int(row["position"])


@njit(cache=True, nogil=True, _nrt=False)
def find_payees(
    rows: Rows, positions: int, is_there: NDArray[np.bool_]
) -> tuple[int, int]:
    """Mark the payees that occur; give the first and last month of statements."""
    first_month = BEYOND
    last_month = -1
    for at in range(len(rows)):
        row = rows[at]
        is_there[payee(row, positions)] = True
        first_month = min(first_month, row["statement"])
        last_month = max(last_month, row["statement"])
    return first_month, last_month


@njit(cache=True, nogil=True)
def order_rows(
    rows: Rows,
    ours: int,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
    statements: int,
) -> NDArray[np.int32]:
    """Give the rows by statement; those from `ours` on are merged by participant."""
    keys = key[len(key) - 1] + 1 if len(key) > 0 else 0
    statement = np.empty(len(rows), np.int32)
    cursors = np.zeros(max(statements, 0) + 1, np.int32)
    for at in range(len(rows)):
        row = rows[at]
        month = row["statement"] - first_month
        statement[at] = month * keys + key[payee(row, positions)]
        cursors[statement[at] + 1] += 1
    for at in range(1, len(cursors)):
        cursors[at] += cursors[at - 1]
    order = np.empty(len(rows), np.int32)
    mine = 0
    other = ours
    for _ in range(len(rows)):
        takes_mine = mine < ours
        if takes_mine and other < len(rows):
            participant = rows[other]["participant"]
            takes_mine = participant < 0 or rows[mine]["participant"] <= participant
        at = mine if takes_mine else other
        if takes_mine:
            mine += 1
        else:
            other += 1
        order[cursors[statement[at]]] = at
        cursors[statement[at]] += 1
    return order


@njit(cache=True, nogil=True, _nrt=False)
def place_rows(
    rows: Rows,
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
    first_event: NDArray[np.int32],
    spell_event: NDArray[np.int32],
) -> None:
    """Copy rows into columns, place by place."""
    for place in range(first, end):
        row = rows[order[place]]
        statement[place] = row["statement"]
        contract[place] = row["contract"]
        position[place] = row["position"]
        participant[place] = row["participant"]
        kind[place] = row["kind"]
        number[place] = row["number"]
        is_reversal[place] = row["is_reversal"]
        earned[place] = row["earned"]
        payable[place] = row["payable"]
        group[place] = row["group"]
        amount[place] = row["amount"]
        first_event[place] = row["first_event"]
        spell_event[place] = row["spell_event"]
