"""Whom a contract can buy specialist help from, need by need."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.people import NEEDS
from quasimarket.market.chain import Chain


Floats = NDArray[np.float64]


class SpecialistLists(NamedTuple):
    """Each contract's specialists by need, one list behind another."""

    first: NDArray[np.int64]
    """Where the list of each contract and need begins; one more at the end."""
    position: NDArray[np.int64]
    share: Floats
    """Cumulative shares within a list."""


def list_specialists(
    chain: Chain, contracts: int, *, has_lots: bool
) -> SpecialistLists:
    """List specialists; where lots are in force, their holders and nobody else."""
    places = np.flatnonzero(chain.specialist_weight > 0)
    key = chain.contract[places] * len(NEEDS) + chain.specialism[places]
    weight = chain.specialist_weight[places]
    for lot in chain.lots if has_lots else ():
        mine = np.array(lot.contracts) * len(NEEDS) + lot.need
        kept = ~np.isin(key, mine)
        held = np.tile(np.array(lot.holders), len(mine))
        places = np.concatenate([places[kept], held])
        key = np.concatenate([key[kept], np.repeat(mine, len(lot.holders))])
        even = np.full(len(held), 1 / len(lot.holders))
        weight = np.concatenate([weight[kept], even])
    order = np.argsort(key, kind="stable")
    places, key, weight = places[order], key[order], weight[order]
    keys = contracts * len(NEEDS)
    first = np.searchsorted(key, np.arange(keys + 1))
    share = weight.copy()
    for one in range(keys):
        inside = slice(int(first[one]), int(first[one + 1]))
        share[inside] = share[inside].cumsum()
    return SpecialistLists(first, places, share)


def where_there_is_one(chain: Chain, lists: SpecialistLists) -> Floats:
    """Say by delivering position and need whether its contract has one: 1 or 0."""
    has = (np.diff(lists.first) > 0).reshape(-1, len(NEEDS))
    return has[chain.contract[: chain.delivering]].astype(np.float64)
