"""Rows as participants give them: room that grows, and all of them piled up.

A row is one record, so that whoever fetches it later fetches its fields together.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import literal_unroll, njit
from numpy.typing import NDArray


Rows = NDArray[np.void]
"""Records of one kind."""
Row = np.void

LINE = np.dtype(
    [
        ("amount", np.int64),
        ("first_event", np.int32),
        ("spell_event", np.int32),
        ("participant", np.int32),
        ("position", np.int32),
        ("earned", np.int32),
        ("payable", np.int32),
        ("statement", np.int16),
        ("contract", np.int16),
        ("number", np.int16),
        ("kind", np.int8),
        ("group", np.int8),
        ("is_reversal", np.bool_),
    ]
)
"""A line upstream or downstream; the fields are those of `IssuedColumns`."""
LINE_FIELDS = LINE.names
UNPAID_ENTRY = np.dtype(
    [
        ("participant", np.int32),
        ("earned", np.int32),
        ("contract", np.int16),
        ("number", np.int16),
        ("kind", np.int8),
        ("reason", np.int8),
    ]
)
"""What was not paid; the fields are those of `UnpaidColumns`."""
REFERRAL_FACT = np.dtype(
    [
        ("participant", np.int32),
        ("referred", np.int32),
        ("from_month", np.int16),
        ("to_month", np.int16),
        ("contract", np.int16),
        ("group", np.int8),
    ]
)
"""A participation that excess payments count, until a month that is not included."""
OUTCOME_FACT = np.dtype(
    [
        ("first_event", np.int32),
        ("spell_event", np.int32),
        *((name, REFERRAL_FACT[name]) for name in REFERRAL_FACT.names or ()),
        ("earned", np.int32),
        ("position", np.int32),
        ("held_by", np.int16),
        ("milestone", np.int8),
    ]
)
"""An outcome that excess payments count, with the participation it belongs to."""

FIRST_ROOM = 65_536
# what `used` counts
LINES = 0
PASSED = 1
UNPAID = 2
REFERRALS = 3
OUTCOMES = 4
ROW_KINDS = 5


class Output(NamedTuple):
    """What participants give: room to write it, or just what was written."""

    lines: Rows
    passed: Rows
    unpaid: Rows
    referrals: Rows
    outcomes: Rows


def make_output(room: int) -> Output:
    """Allocate room for so many rows of each kind; what is not used costs nothing."""
    return Output(
        lines=np.empty(room, LINE),
        passed=np.empty(room, LINE),
        unpaid=np.empty(room, UNPAID_ENTRY),
        referrals=np.empty(room, REFERRAL_FACT),
        outcomes=np.empty(room, OUTCOME_FACT),
    )


def with_more_room(output: Output, used: NDArray[np.int64], more: int) -> Output:
    """Give output with twice the room and some more, with what was written."""
    grown = make_output(2 * len(output.lines) + more)
    for new_rows, old_rows in zip(grown, written(output, used), strict=True):
        copy_rows(old_rows, new_rows[: len(old_rows)])
    return grown


def written(output: Output, used: NDArray[np.int64]) -> Output:
    """Give just what was written."""
    return Output(
        *(rows[:count] for rows, count in zip(output, used.tolist(), strict=True))
    )


def copy_rows(rows: Rows, place: Rows) -> None:
    """Copy rows into a place of their size, whole and not field by field."""
    place.view(np.uint8)[:] = rows.view(np.uint8)


def taken(rows: Rows, order: NDArray[np.integer[Any]]) -> Rows:
    """Give chosen rows, each taken whole and not field by field."""
    chosen: Rows = rows.view(f"V{rows.itemsize}")[order].view(rows.dtype)
    return chosen


class Pile:
    """Rows put behind one another without being held twice."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        """Start without rows."""
        self._rows = np.empty(0, kind)
        self._used = 0

    def __len__(self) -> int:
        """Count the rows."""
        return self._used

    def add(self, rows: Rows, part: float = 1.0) -> None:
        """Put rows behind those there are, about such a part of all being in then."""
        before = self._used
        self._used += len(rows)
        if before == 0:
            self._rows = np.empty(int(self._used / part * 1.1), self._rows.dtype)
        if self._used > len(self._rows):
            # large arrays are moved by the page here, not copied
            self._rows.resize(self._used, refcheck=False)
        copy_rows(rows, self._rows[before : self._used])

    def take(self) -> Rows:
        """Give the rows up."""
        rows = self._rows[: self._used]
        self._rows = np.empty(0, rows.dtype)
        self._used = 0
        return rows


class LinePile:
    """Lines put behind one another, each field in a column of its own.

    Columns can be put in order, and let go of, one after another: rows could not.
    """

    def __init__(self) -> None:
        """Start without lines."""
        self._columns = _line_columns(0)
        self._used = 0

    def __len__(self) -> int:
        """Count the lines."""
        return self._used

    def add(self, rows: Rows, part: float = 1.0) -> None:
        """Put lines behind those there are, about such a part of all being in then."""
        before = self._used
        self._used += len(rows)
        if before == 0:
            self._columns = _line_columns(int(self._used / part * 1.1))
        for column in self._columns.values():
            if self._used > len(column):
                column.resize(self._used, refcheck=False)
        part_rows(rows, before, *self._columns.values())

    def take(self) -> dict[str, NDArray[Any]]:
        """Give the columns up."""
        columns = {name: column[: self._used] for name, column in self._columns.items()}
        self._columns = _line_columns(0)
        self._used = 0
        return columns


def _line_columns(room: int) -> dict[str, NDArray[Any]]:
    return {name: np.empty(room, LINE[name]) for name in LINE_FIELDS or ()}


@njit(cache=True, nogil=True, _nrt=False)
def part_rows(
    rows: Rows,
    first: int,
    amount: NDArray[np.int64],
    first_event: NDArray[np.int32],
    spell_event: NDArray[np.int32],
    participant: NDArray[np.int32],
    position: NDArray[np.int32],
    earned: NDArray[np.int32],
    payable: NDArray[np.int32],
    statement: NDArray[np.int16],
    contract: NDArray[np.int16],
    number: NDArray[np.int16],
    kind: NDArray[np.int8],
    group: NDArray[np.int8],
    is_reversal: NDArray[np.bool_],
) -> None:
    """Copy rows into columns, from a place on; columns in the order of the fields."""
    for at in range(len(rows)):
        row = rows[at]
        place = first + at
        amount[place] = row["amount"]
        first_event[place] = row["first_event"]
        spell_event[place] = row["spell_event"]
        participant[place] = row["participant"]
        position[place] = row["position"]
        earned[place] = row["earned"]
        payable[place] = row["payable"]
        statement[place] = row["statement"]
        contract[place] = row["contract"]
        number[place] = row["number"]
        kind[place] = row["kind"]
        group[place] = row["group"]
        is_reversal[place] = row["is_reversal"]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def goes_before(rows: Rows, one: int, other: int) -> bool:
    """Say whether one line of a participant stands before another in a statement."""
    mine = rows[one]
    its = rows[other]
    if mine["kind"] != its["kind"]:
        return bool(mine["kind"] < its["kind"])
    if mine["number"] != its["number"]:
        return bool(mine["number"] < its["number"])
    if mine["is_reversal"] != its["is_reversal"]:
        return bool(mine["is_reversal"] > its["is_reversal"])
    if mine["earned"] != its["earned"]:
        return bool(mine["earned"] < its["earned"])
    return bool(mine["amount"] < its["amount"])


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def swap_rows(rows: Rows, one: int, other: int) -> None:
    """Let two lines of a participant change places."""
    mine = rows[one]
    its = rows[other]
    for field in literal_unroll(LINE_FIELDS):
        kept = mine[field]
        mine[field] = its[field]
        its[field] = kept


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def sort_rows(rows: Rows, first: int, end: int) -> None:
    """Put the lines of one participant in the order of a statement."""
    for at in range(first + 1, end):
        place = at
        while place > first and goes_before(rows, place, place - 1):
            swap_rows(rows, place, place - 1)
            place -= 1
