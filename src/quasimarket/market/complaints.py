"""Rule R8: whether to complain, and what comes of it.

A grievance is worth a complaint only if it may be upheld and the one who complains can
stay unknown, or has little to lose. A prime that knows who complained may send that
subcontractor fewer people.

Claims: C118.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.rulebook.market_design import MarketDesign


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaints:
    """A month's complaints, by position."""

    complained: NDArray[np.bool_]
    upheld: NDArray[np.bool_]
    punished: NDArray[np.bool_]
    """Sent fewer people from now on."""


def complain(
    behaviour: Behaviour,
    market: MarketDesign,
    is_anonymous: bool,
    grievance: Floats,
    at_stake: Floats,
    luck: Floats,
) -> Complaints:
    """Draw the month's complaints.

    `grievance` and `at_stake` (what the prime could take away) are 0 to 1.
    """
    protected = market.protects_complaints
    hidden = is_anonymous or protected
    known = behaviour["lever.known_anonymous" if hidden else "lever.known_named"]
    upheld = behaviour["complaint.upheld"]
    punishes = behaviour["complaint.retaliation"]
    if protected:
        upheld *= behaviour["lever.upheld_times"]
        punishes *= behaviour["lever.punished_times"]
    gain = grievance * min(upheld, 0.9)
    loss = known * punishes * at_stake
    net = np.clip(gain - loss, 0.0, 1.0)
    complained = luck[:, 0] < behaviour["complaint.rate"] * net
    return Complaints(
        complained=complained,
        upheld=complained & (luck[:, 1] < min(upheld, 0.9)),
        punished=complained & (luck[:, 2] < known * punishes),
    )
