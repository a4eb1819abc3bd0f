"""Market shares of referrals, and how a commissioner's decision moves them."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

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


def stated_shares(rulebook: Rulebook, day: date) -> Floats:
    """Give the rulebook's shares in force on a day, by contract and group."""
    shares = np.zeros((len(rulebook.contracts), len(rulebook.groups)))
    contract_index = {one.id: index for index, one in enumerate(rulebook.contracts)}
    group_index = {one.id: index for index, one in enumerate(rulebook.groups)}
    in_force = sorted(
        (row for row in rulebook.market_shares if row.first_day <= day),
        key=lambda row: (row.first_day, row.group is not None),
    )
    for row in in_force:
        columns = slice(None) if row.group is None else group_index[row.group]
        shares[contract_index[row.contract], columns] = float(row.share)
    return shares


def cumulative_by_area(shares: Floats, contracts_of: NDArray[np.int64]) -> Floats:
    """Give cumulative shares by area, group and place of the area's contracts."""
    table = shares[contracts_of].transpose(0, 2, 1).copy()
    for place in range(1, contracts_of.shape[1]):
        repeated = contracts_of[:, place] == contracts_of[:, place - 1]
        table[repeated, :, place] = 0.0
    return table.cumsum(axis=2)


def shift(
    shares: Floats,
    outcomes: NDArray[np.int64],
    referrals: NDArray[np.int64],
    areas: Sequence[Sequence[int]],
    groups: Sequence[int],
    *,
    size: float,
    trigger: float,
) -> tuple[Floats, list[tuple[int, int, int, int]]]:
    """Move shares from each area's worst to its best contract (S80-S82).

    `outcomes` and `referrals` are a contract year's, by contract and group. Gives the new
    shares and the moves made: (area, group, from, to).
    """
    moved = shares.copy()
    moves = []
    for area, contracts in enumerate(areas):
        for group in groups:
            rates = {
                contract: outcomes[contract, group] / referrals[contract, group]
                for contract in contracts
                if referrals[contract, group] > 0
            }
            if len(rates) < 2:
                continue
            best = max(rates, key=lambda contract: rates[contract])
            worst = min(rates, key=lambda contract: rates[contract])
            if rates[best] - rates[worst] >= trigger:
                step = min(size, moved[worst, group])
                moved[worst, group] -= step
                moved[best, group] += step
                moves.append((area, group, worst, best))
    return moved, moves
