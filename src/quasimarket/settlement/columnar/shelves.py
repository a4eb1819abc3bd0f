"""Facts on shelves: those of each group, contract year and contract together."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.settlement.columnar.rows import Rows, taken


class Shelves:
    """Facts by group, contract year and contract, each shelf in the order they had."""

    def __init__(
        self,
        facts: Rows,
        year: NDArray[np.int64],
        contract: NDArray[np.int16],
        sizes: tuple[int, int, int],
    ) -> None:
        """Put facts on the shelves of their group, years counted from 0, contract.

        `sizes` are the numbers of groups, years and contracts; a fact of no contract
        is put on none.
        """
        _, years, contracts = self._sizes = sizes
        none = int(np.prod(sizes))
        shelf = (facts["group"].astype(np.int64) * years + year) * contracts + contract
        shelf[contract < 0] = none
        order, self._starts = order_by(shelf, none + 1)
        self._facts = taken(facts, order)

    def of(self, group: int, year: int, contract: int) -> Rows:
        """Give the facts of one shelf."""
        _, years, contracts = self._sizes
        shelf = (group * years + year) * contracts + contract
        return self._facts[self._starts[shelf] : self._starts[shelf + 1]]


def in_order_of_day(facts: Rows, day: str) -> Rows:
    """Give facts by the day that a field says, those of one day as they were."""
    if not len(facts):
        return facts
    order, _ = order_by(facts[day] - facts[day].min(), int(np.ptp(facts[day])) + 1)
    return taken(facts, order)


def order_by(
    key: NDArray[np.int64] | NDArray[np.int32], keys: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order entries by a key from 0, those of one key as they were, by counting.

    Gives the order and where each key's entries begin in it; one more at the end.
    """
    starts = np.zeros(keys + 1, np.int64)
    order = np.empty(len(key), np.int64)
    count_out(key.astype(np.int64), starts, order)
    return order, starts


@njit(cache=True, nogil=True, _nrt=False)
def count_out(
    key: NDArray[np.int64], starts: NDArray[np.int64], order: NDArray[np.int64]
) -> None:
    """Count the entries of each key, and write each to the next place of its key."""
    for at in range(len(key)):
        starts[key[at]] += 1
    end = 0
    for one in range(len(starts)):
        end += starts[one]
        starts[one] = end
    # from the last backwards, each start comes down to where it belongs
    for at in range(len(key) - 1, -1, -1):
        starts[key[at]] -= 1
        order[starts[key[at]]] = at
