"""What the replay of one participant writes on, and the rows it writes.

Rows go to plain two-dimensional arrays that grow with a chunk of participants; whole
tables are laid out once, when every chunk is done.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.settlement.columnar.claims import CLAIM_FIELDS


# columns of issued rows
STATEMENT = 0
CONTRACT = 1
POSITION = 2
PARTICIPANT = 3
KIND = 4
NUMBER = 5
IS_REVERSAL = 6
EARNED = 7
PAYABLE = 8
GROUP = 9
ROW_FIELDS = 10

# columns of the 64-bit part of issued rows
AMOUNT = 0
FIRST_EVENT = 1
SPELL_EVENT = 2
WIDE_FIELDS = 3

# columns of what stands, one row a milestone and number
IS_UP = 0
UP_EARNED = 1
UP_PRICE = 2
UP_CONTRACT = 3
UP_POSITION = 4
UP_PAYABLE = 5
UP_GROUP = 6
UP_FIRST_EVENT = 7
UP_SPELL_EVENT = 8
IS_DOWN = 9
DOWN_EARNED = 10
DOWN_PRICE = 11
DOWN_CONTRACT = 12
DOWN_POSITION = 13
DOWN_AMOUNT = 14
DOWN_LAG = 15
DOWN_FIRST_EVENT = 16
DOWN_SPELL_EVENT = 17
STANDING_FIELDS = 18

# columns of what was not paid
UNPAID_PARTICIPANT = 0
UNPAID_KIND = 1
UNPAID_NUMBER = 2
UNPAID_EARNED = 3
UNPAID_CONTRACT = 4
UNPAID_REASON = 5
UNPAID_FIELDS = 6

# columns of the facts that excess payments count: months from and to (not included)
FROM_MONTH = 0
TO_MONTH = 1
FACT_CONTRACT = 2
FACT_GROUP = 3
FACT_REFERRED = 4
FACT_PARTICIPANT = 5
REFERRAL_FIELDS = 6
FACT_MILESTONE = 6
FACT_EARNED = 7
FACT_HELD_BY = 8
FACT_POSITION = 9
OUTCOME_FIELDS = 10


class Bench(NamedTuple):
    """Room for the milestones of one participant, one row a milestone and number."""

    states: NDArray[np.int32]
    is_accepted: NDArray[np.bool_]
    accepted_on: NDArray[np.int32]
    payable: NDArray[np.int32]
    price: NDArray[np.int32]
    follows_from: NDArray[np.int32]
    """The month from which the line follows."""
    standing: NDArray[np.int64]
    late_months: NDArray[np.int32]
    """Months in which something came to be known that earlier views did not have."""


def make_bench(most_events: int, slots: int) -> Bench:
    """Allocate room for participants with at most so many events."""
    room = max(slots, 1)
    return Bench(
        states=np.empty((room, CLAIM_FIELDS), np.int32),
        is_accepted=np.empty(room, np.bool_),
        accepted_on=np.empty(room, np.int32),
        payable=np.empty(room, np.int32),
        price=np.empty(room, np.int32),
        follows_from=np.empty(room, np.int32),
        standing=np.empty((room, STANDING_FIELDS), np.int64),
        late_months=np.empty(most_events + 1, np.int32),
    )


@njit(cache=True, nogil=True, _nrt=False)
def goes_before(
    rows: NDArray[np.int32], wide: NDArray[np.int64], one: int, other: int
) -> bool:
    """Say whether one row of a participant stands before another in a statement."""
    if rows[one, KIND] != rows[other, KIND]:
        return bool(rows[one, KIND] < rows[other, KIND])
    if rows[one, NUMBER] != rows[other, NUMBER]:
        return bool(rows[one, NUMBER] < rows[other, NUMBER])
    if rows[one, IS_REVERSAL] != rows[other, IS_REVERSAL]:
        return bool(rows[one, IS_REVERSAL] > rows[other, IS_REVERSAL])
    if rows[one, EARNED] != rows[other, EARNED]:
        return bool(rows[one, EARNED] < rows[other, EARNED])
    return bool(wide[one, AMOUNT] < wide[other, AMOUNT])


@njit(cache=True, nogil=True, _nrt=False)
def sort_rows(
    rows: NDArray[np.int32], wide: NDArray[np.int64], first: int, end: int
) -> None:
    """Put the rows of one participant in the order of a statement."""
    for at in range(first + 1, end):
        place = at
        while place > first and goes_before(rows, wide, place, place - 1):
            for field in range(rows.shape[1]):
                kept = rows[place, field]
                rows[place, field] = rows[place - 1, field]
                rows[place - 1, field] = kept
            for field in range(wide.shape[1]):
                held = wide[place, field]
                wide[place, field] = wide[place - 1, field]
                wide[place - 1, field] = held
            place -= 1
