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
from quasimarket.settlement.columnar.rows import LinePile, Rows, taken


PART = 500_000
"""Lines that one thread copies at a time."""
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

    pile: LinePile
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
            tables.append(_place(arranged.popleft(), threads))
    return tables if ids is None else [_with_ids(table, ids) for table in tables]


def _with_ids(table: IssuedColumns, ids: NDArray[np.int64]) -> IssuedColumns:
    """Give events their ids in place of their ranks; -1 is none."""
    looked_up = np.append(ids, -1)
    return replace(
        table,
        first_event=looked_up[table.first_event],
        spell_event=looked_up[table.spell_event],
    )


class _Arranged(NamedTuple):
    """Columns as they were piled up, and the order in which they are to stand."""

    columns: dict[str, NDArray[Any]]
    order: NDArray[np.int32]


def _arrange(issued: Issued, contracts: int) -> _Arranged:
    """Give all lines, and the order in which they stand in their statements."""
    pile, others, positions = issued
    ours = len(pile)
    pile.add(_sorted(others))
    columns = pile.take()
    of_lines = (columns["statement"], columns["contract"], columns["position"])
    payees = np.zeros(contracts * max(positions, 1), np.bool_)
    first_month, last_month = find_payees(*of_lines, positions, payees)
    key = (np.cumsum(payees) - 1).astype(np.int32)
    statements = (last_month - first_month + 1) * int(payees.sum())
    order = order_lines(
        *of_lines,
        columns["participant"],
        ours,
        first_month,
        key,
        positions,
        statements,
    )
    return _Arranged(columns, order)


def _place(arranged: _Arranged, threads: ThreadPoolExecutor) -> IssuedColumns:
    """Put columns in order, letting go of each as it is done."""
    columns, order = arranged
    placed: dict[str, NDArray[Any]] = {}
    for name in IssuedColumns.__dataclass_fields__:
        placed[name] = _in_order(columns.pop(name), order, threads)
    return IssuedColumns(**placed)


def _in_order(
    column: NDArray[Any], order: NDArray[np.int32], threads: ThreadPoolExecutor
) -> NDArray[Any]:
    """Give a column in an order."""
    placed = np.empty_like(column)

    def place(first: int) -> None:
        gather(column, order, first, min(first + PART, len(order)), placed)

    list(threads.map(place, range(0, len(order), PART)))
    return placed


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


@njit(cache=True, nogil=True, _nrt=False)
def payee(contract: int, position: int, positions: int) -> int:
    """Give the payee of a line: its contract, with positions also its position."""
    if positions == 0:
        return contract
    return contract * positions + position


@njit(cache=True, nogil=True, _nrt=False)
def find_payees(
    statement: NDArray[np.int16],
    contract: NDArray[np.int16],
    position: NDArray[np.int32],
    positions: int,
    is_there: NDArray[np.bool_],
) -> tuple[int, int]:
    """Mark the payees that occur; give the first and last month of statements."""
    first_month = BEYOND
    last_month = -1
    for at in range(len(statement)):
        is_there[payee(int(contract[at]), int(position[at]), positions)] = True
        first_month = min(first_month, statement[at])
        last_month = max(last_month, statement[at])
    return first_month, last_month


@njit(cache=True, nogil=True)
def order_lines(
    month: NDArray[np.int16],
    contract: NDArray[np.int16],
    position: NDArray[np.int32],
    participant: NDArray[np.int32],
    ours: int,
    first_month: int,
    key: NDArray[np.int32],
    positions: int,
    statements: int,
) -> NDArray[np.int32]:
    """Give the lines by statement; those from `ours` on are merged by participant."""
    lines = len(month)
    keys = key[len(key) - 1] + 1 if len(key) > 0 else 0
    statement = np.empty(lines, np.int32)
    cursors = np.zeros(max(statements, 0) + 1, np.int32)
    for at in range(lines):
        whose = payee(int(contract[at]), int(position[at]), positions)
        statement[at] = (month[at] - first_month) * keys + key[whose]
        cursors[statement[at] + 1] += 1
    for at in range(1, len(cursors)):
        cursors[at] += cursors[at - 1]
    order = np.empty(lines, np.int32)
    mine = 0
    other = ours
    for _ in range(lines):
        takes_mine = mine < ours
        if takes_mine and other < lines:
            whose = participant[other]
            takes_mine = whose < 0 or participant[mine] <= whose
        at = mine if takes_mine else other
        if takes_mine:
            mine += 1
        else:
            other += 1
        order[cursors[statement[at]]] = at
        cursors[statement[at]] += 1
    return order


@njit(cache=True, nogil=True, _nrt=False)
def gather(
    column: NDArray[Any],
    order: NDArray[np.int32],
    first: int,
    end: int,
    placed: NDArray[Any],
) -> None:
    """Copy a column, place by place, in an order."""
    for place in range(first, end):
        placed[place] = column[order[place]]
