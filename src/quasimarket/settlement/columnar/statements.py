"""Statements: lines added up by payee and month, balances below zero carried on."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.settlement.columnar.layout import IssuedColumns


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementColumns:
    """Statements by month, contract and position; the position is -1 to a prime."""

    month: NDArray[np.int16]
    contract: NDArray[np.int16]
    position: NDArray[np.int32]
    brought_forward: NDArray[np.int64]
    lines: NDArray[np.int64]
    payable: NDArray[np.int64]
    carried_forward: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the statements."""
        return len(self.month)


def add_up(lines: IssuedColumns, positions: int) -> StatementColumns:
    """Add lines up to statements; with positions, to those of subcontracts."""
    firsts = statement_firsts(
        lines.statement, lines.contract, lines.position, positions > 0
    )
    if len(firsts) == 0:
        none = np.empty(0, np.int64)
        return _statements(none, none, none, none, positions)
    sums = np.add.reduceat(lines.amount, firsts)
    month = lines.statement[firsts].astype(np.int64)
    payee = lines.contract[firsts].astype(np.int64)
    if positions:
        payee = payee * positions + lines.position[firsts]
    payees, index = np.unique(payee, return_inverse=True)
    months = int(month.max() - month.min()) + 1
    owed = np.zeros((months, len(payees)), np.int64)
    has_lines = np.zeros((months, len(payees)), np.bool_)
    owed[month - month.min(), index] = sums
    has_lines[month - month.min(), index] = True
    brought, is_made = carry_forward(owed, has_lines)
    made_month, made_payee = np.nonzero(is_made)
    return _statements(
        made_month + month.min(),
        payees[made_payee],
        brought[is_made],
        owed[is_made],
        positions,
    )


def _statements(
    month: NDArray[np.int64],
    payee: NDArray[np.int64],
    brought: NDArray[np.int64],
    lines: NDArray[np.int64],
    positions: int,
) -> StatementColumns:
    total = brought + lines
    return StatementColumns(
        month=month.astype(np.int16),
        contract=(payee // positions if positions else payee).astype(np.int16),
        position=(payee % positions if positions else np.full(len(payee), -1)).astype(
            np.int32
        ),
        brought_forward=brought,
        lines=lines,
        payable=np.maximum(total, 0),
        carried_forward=np.minimum(total, 0),
    )


@njit(cache=True, nogil=True)
def statement_firsts(
    statement: NDArray[np.int16],
    contract: NDArray[np.int16],
    position: NDArray[np.int32],
    by_position: bool,
) -> NDArray[np.int64]:
    """Give the first line of each statement."""
    count = 0
    for counting in (True, False):
        if not counting:
            firsts = np.empty(count, np.int64)
            count = 0
        for row in range(len(statement)):
            if (
                row == 0
                or statement[row] != statement[row - 1]
                or contract[row] != contract[row - 1]
                or (by_position and position[row] != position[row - 1])
            ):
                if not counting:
                    firsts[count] = row
                count += 1
    return firsts


def carry_forward(
    owed: NDArray[np.int64], has_lines: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Bring balances below zero into each payee's next month, up to its last lines.

    Both are [month, payee]; gives what was brought forward and where a statement is
    made.
    """
    months, payees = owed.shape
    last = months - 1 - np.argmax(has_lines[::-1], axis=0)
    brought = np.zeros_like(owed)
    is_made = has_lines.copy()
    balance = np.zeros(payees, np.int64)
    for month in range(months):
        brought[month] = np.where(month <= last, balance, 0)
        is_made[month] |= brought[month] < 0
        balance = np.minimum(brought[month] + owed[month], 0)
    return brought, is_made
