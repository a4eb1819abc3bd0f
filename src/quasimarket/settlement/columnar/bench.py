"""What the replay of one participant writes on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quasimarket.settlement.columnar.claims import CLAIM_FIELDS


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
