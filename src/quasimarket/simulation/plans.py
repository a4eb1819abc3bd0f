"""What positions were told to plan for: caseloads and flows on the forecast."""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.people import locality_shares
from quasimarket.market.chain import Chain


Floats = NDArray[np.float64]
SPECIALIST_SHARE = 0.1
"""Of a contract's people, how many were to see one of its specialists (assumed)."""


def planned_caseload(
    chain: Chain,
    forecast: NDArray[np.int64],
    stated: Floats,
    contracts_of: NDArray[np.int64],
    allocation: Floats,
) -> Floats:
    """Give the caseload each position was told to plan for: ten months' flow.

    `forecast` is the foreseen intake by month, area and group; `stated` the shares by
    contract and group; `allocation` the chances of a contract's slots by locality.
    """
    first_year = forecast[:12].sum(axis=0).astype(np.float64) * 10 / 12
    by_contract = np.zeros(len(stated))
    for area, places in enumerate(contracts_of.tolist()):
        for contract in set(places):
            by_contract[contract] = (first_year[area] * stated[contract]).sum()
    shares = np.einsum("cls,l->cs", allocation, locality_shares(allocation.shape[1]))
    planned = np.zeros(chain.delivering)
    for contract, slots in enumerate(chain.slot_position.tolist()):
        for slot, position in enumerate(slots):
            if position >= 0:
                planned[position] = by_contract[contract] * shares[contract, slot]
    return planned


def promised_flow(chain: Chain, contracts: int, planned: Floats) -> Floats:
    """Give the people a month that each position was told to expect.

    An end-to-end position plans for ten months' flow; one in ten of a contract's
    people was to see one of its specialists, shared evenly.
    """
    promised = np.zeros(len(chain))
    promised[: chain.delivering] = planned / 10
    flow = np.bincount(chain.contract[: chain.delivering], planned / 10, contracts)
    named = (chain.tier == 2) & chain.contracted
    count = np.bincount(chain.contract[named], minlength=contracts)
    each = SPECIALIST_SHARE * flow / np.maximum(count, 1)
    promised[named] = each[chain.contract[named]]
    return promised
