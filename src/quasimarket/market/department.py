"""What the department spends itself: managing its contracts, and help bought directly.

Contract management costs money at each layer. A prime's is in its own books; what a
subcontractor answers takes its advisers' hours; the department's is here. A contract
below its levels is looked at more closely.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A month of the department's own books, in pence."""

    contract_management: int
    """Managing its contracts, and lots let past the primes."""
    bought_directly: int
    """Specialist help that the department paid for itself."""
    held_back: int
    """Of specialist funds, while they are not spent; less than nothing is let go."""


def contract_management(behaviour: Behaviour, shortfall: Floats, lots: int) -> int:
    """Give the month's cost, in pence, of so many contracts and lots.

    `shortfall` is how far each contract is below its levels, 0 to 1.
    """
    contracts = behaviour["department.contract_month"] * (
        1 + behaviour["department.shortfall_gain"] * shortfall
    )
    small = behaviour["department.lot_month"] * lots
    return round(100 * (float(contracts.sum()) + small))
