"""Market shares of referrals, and how a commissioner's decision moves them."""

import numpy as np
from numpy.typing import NDArray

from quasimarket.performance.annual import AnnualCounts
from quasimarket.performance.rates import Counts
from quasimarket.rulebook.rulebook import Rulebook


Floats = NDArray[np.float64]


def area_contracts(rulebook: Rulebook) -> NDArray[np.int64]:
    """Give the contracts of each area by place; the last is repeated where fewer."""
    most = max(
        sum(one.area == area.id for one in rulebook.contracts)
        for area in rulebook.areas
    )
    table = np.zeros((len(rulebook.areas), most), np.int64)
    for index, area in enumerate(rulebook.areas):
        mine = [c for c, one in enumerate(rulebook.contracts) if one.area == area.id]
        table[index] = mine + mine[-1:] * (most - len(mine))
    return table


def areas_of_contracts(rulebook: Rulebook) -> NDArray[np.int64]:
    """Give each contract's area, by place."""
    place = {area.id: at for at, area in enumerate(rulebook.areas)}
    return np.array([place[contract.area] for contract in rulebook.contracts])


def cumulative_by_area(shares: Floats, contracts_of: NDArray[np.int64]) -> Floats:
    """Give cumulative shares by area, group and place of the area's contracts."""
    table = shares[contracts_of].transpose(0, 2, 1).copy()
    for place in range(1, contracts_of.shape[1]):
        repeated = contracts_of[:, place] == contracts_of[:, place - 1]
        table[repeated, :, place] = 0.0
    return table.cumsum(axis=2)


def yearly_counts(
    rulebook: Rulebook,
    outcomes: NDArray[np.int64],
    referrals: NDArray[np.int64],
    contract_year: int,
) -> AnnualCounts:
    """Give a contract year's counts as performance reads them.

    `outcomes` and `referrals` are the year's, by contract and group.
    """
    return {
        (contract_year, contract.id, group.id): Counts(
            outcomes=float(outcomes[c, g]), referrals=float(referrals[c, g])
        )
        for c, contract in enumerate(rulebook.contracts)
        for g, group in enumerate(rulebook.groups)
    }
