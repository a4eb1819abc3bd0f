"""Rule R7, after an end: a place that its prime operates may be let again.

Half the time an organisation that is still in the chain takes the place on, where there
is one, and otherwise one that still has work elsewhere. It comes with its own practice
and its own money; what stood in the account is the prime's. The default is that no
place is let again, so that whoever is gone stays gone.

Claims: C032, C072.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Index = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relet:
    """Places let again this month, and to whom."""

    position: Index
    organisation: Index


def let_again(
    behaviour: Behaviour,
    closed: NDArray[np.bool_],
    is_open: NDArray[np.bool_],
    contract: Index,
    holder: Index,
    luck: Floats,
) -> Relet:
    """Draw the places let again among those closed; `luck` by position and use.

    `is_open` is of subcontracts: their holders are those who may take a place on.
    """
    drawn = np.flatnonzero(closed & (luck[:, 0] < behaviour["exit.relet"]))
    places, takers = [], []
    for place in drawn.tolist():
        inside = is_open & (contract == contract[place])
        near = np.unique(holder[inside])
        far = np.setdiff1d(holder[is_open], near)
        pool = near if len(near) and (luck[place, 1] < 0.5 or not len(far)) else far
        if len(pool):
            places.append(place)
            takers.append(int(pool[int(luck[place, 2] * len(pool))]))
    return Relet(
        position=np.array(places, np.int64), organisation=np.array(takers, np.int64)
    )
