"""Lever L08: a fund that may only buy specialist help, and what becomes of the rest.

A share of each month's pay for results goes into the contract's fund. Call-offs of its
chain are paid from it; what is not spent is held back by the department, month by
month, and let go when more is bought later. What stands unspent at the end of a
contract year is returned: the fund begins again from nought.
"""

import numpy as np
from numpy.typing import NDArray


Counted = NDArray[np.int64]


class Fund:
    """The specialist funds of a run's contracts, in pence."""

    def __init__(self, contracts: int) -> None:
        """Begin with nothing in any."""
        self.balance: Counted = np.zeros(contracts, np.int64)
        self.year = 0

    def hold_back(
        self, share: float, earned: Counted, bought: Counted, year: int
    ) -> Counted:
        """Give what is held back of each contract this month, and keep it.

        `earned` is what the prime is paid this month and `bought` what its chain spent
        on specialists. Less than nothing is let go. Of a recovery nothing is fenced.
        """
        if year != self.year:
            self.balance = np.zeros_like(self.balance)
            self.year = year
        fenced = np.floor(share * np.maximum(earned, 0)).astype(np.int64)
        after = np.maximum(self.balance + fenced - bought, 0)
        held: Counted = after - self.balance
        self.balance = after
        return held
