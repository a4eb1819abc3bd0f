"""Rows as they are written: room that grows between participants, and the whole."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quasimarket.settlement.columnar import bench as column


FIRST_ROOM = 4096
# what `used` counts
LINES = 0
PASSED = 1
UNPAID = 2
REFERRALS = 3
OUTCOMES = 4
ROW_KINDS = 5


class Rows(NamedTuple):
    """Rows of one kind: a 32-bit part and a 64-bit part."""

    narrow: NDArray[np.int32]
    wide: NDArray[np.int64]


class Output(NamedTuple):
    """What participants give: room to write it, or just what was written."""

    lines: Rows
    passed: Rows
    unpaid: NDArray[np.int32]
    referrals: NDArray[np.int32]
    outcomes: Rows


def make_output(room: int) -> Output:
    """Allocate room for so many rows of each kind."""
    return Output(
        lines=make_rows(room, column.ROW_FIELDS),
        passed=make_rows(room, column.ROW_FIELDS),
        unpaid=np.empty((room, column.UNPAID_FIELDS), np.int32),
        referrals=np.empty((room, column.REFERRAL_FIELDS), np.int32),
        outcomes=make_rows(room, column.OUTCOME_FIELDS),
    )


def make_rows(room: int, fields: int) -> Rows:
    """Allocate room for so many rows."""
    return Rows(
        np.empty((room, fields), np.int32),
        np.empty((room, column.WIDE_FIELDS), np.int64),
    )


def with_more_room(output: Output, used: NDArray[np.int64], more: int) -> Output:
    """Give output with twice the room and some more, with what was written."""
    grown = make_output(2 * len(output.lines.narrow) + more)
    old = written(output, used)
    for new_rows, old_rows in (
        (grown.lines, old.lines),
        (grown.passed, old.passed),
        (grown.outcomes, old.outcomes),
    ):
        new_rows.narrow[: len(old_rows.narrow)] = old_rows.narrow
        new_rows.wide[: len(old_rows.wide)] = old_rows.wide
    grown.unpaid[: len(old.unpaid)] = old.unpaid
    grown.referrals[: len(old.referrals)] = old.referrals
    return grown


def written(output: Output, used: NDArray[np.int64]) -> Output:
    """Give a copy of just what was written."""
    return Output(
        lines=_copied(output.lines, int(used[LINES])),
        passed=_copied(output.passed, int(used[PASSED])),
        unpaid=output.unpaid[: used[UNPAID]].copy(),
        referrals=output.referrals[: used[REFERRALS]].copy(),
        outcomes=_copied(output.outcomes, int(used[OUTCOMES])),
    )


def _copied(rows: Rows, count: int) -> Rows:
    return Rows(rows.narrow[:count].copy(), rows.wide[:count].copy())


class Pile:
    """Rows put behind one another without being held twice."""

    def __init__(self, fields: int) -> None:
        """Start without rows."""
        self._rows = make_rows(0, fields)
        self._used = 0

    def __len__(self) -> int:
        """Count the rows."""
        return self._used

    def expect(self, rows: int) -> None:
        """Make room for so many rows in all; room that is not used costs nothing."""
        if rows > len(self._rows.narrow):
            # large arrays are moved by the page here, not copied
            self._rows.narrow.resize((rows, self._rows.narrow.shape[1]), refcheck=False)
            self._rows.wide.resize((rows, self._rows.wide.shape[1]), refcheck=False)

    def add(self, rows: Rows, part: float = 1.0) -> None:
        """Put rows behind those there are, about such a part of all being in then."""
        before = self._used
        self._used += len(rows.narrow)
        if before == 0:
            expected = int(self._used / part * 1.1)
            self._rows = make_rows(expected, rows.narrow.shape[1])
        self.expect(self._used)
        self._rows.narrow[before : self._used] = rows.narrow
        self._rows.wide[before : self._used] = rows.wide

    def take(self) -> Rows:
        """Give the rows up."""
        rows = Rows(self._rows.narrow[: self._used], self._rows.wide[: self._used])
        self._rows = make_rows(0, rows.narrow.shape[1])
        self._used = 0
        return rows
