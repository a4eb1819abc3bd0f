"""Lever L23: a chain's income from results, pooled and shared by planned work."""

import numpy as np
from numpy.typing import NDArray

from quasimarket.market.chain import Chain


Floats = NDArray[np.float64]


def pooled(
    chain: Chain,
    due: NDArray[np.int64],
    planned: Floats,
    is_open: NDArray[np.bool_],
    share: float,
) -> NDArray[np.int64]:
    """Give what subcontracts are paid for results once their incomes are pooled.

    `due` is by delivering position. Each gives `share` of it to the pool, and the open
    ones have the pool by planned work; a chain's total stays as it was.
    """
    inside = chain.delivering
    contract = chain.contract[:inside]
    contracts = len(chain.slot_position)
    takes = np.where((chain.tier[:inside] == 1) & is_open[:inside], planned, 0.0)
    whole = np.bincount(contract, takes, contracts)
    given = np.floor(np.where(whole[contract] > 0, due * share, 0.0)).astype(np.int64)
    pool = np.bincount(contract, given, contracts).astype(np.int64)
    part = np.floor(pool[contract] * takes / np.maximum(whole[contract], 1e-9)).astype(
        np.int64
    )
    left = pool - np.bincount(contract, part, contracts).astype(np.int64)
    result: NDArray[np.int64] = due - given + part
    for one in np.flatnonzero(left):
        members = np.flatnonzero((contract == one) & (takes > 0))
        result[members[0]] += left[one]
    return result
