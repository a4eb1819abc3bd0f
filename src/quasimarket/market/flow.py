"""Rule R6: who gets the participant, and whether a specialist is called off.

A contract's attachments go to its own unit or to the tier 1 position that holds the
patch; a position far over its planned caseload is passed over while others can take
people. A tier 2 specialist is called off where the expected gain exceeds the price
several times and there is money to spend; few are.

Claims: C005, C006, C031, C033-C039.
"""

import math
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]


class AllocationMode(StrEnum):
    """How a contract's attachments are shared among its own unit and tier 1."""

    PLACE = "place"
    """By who holds the patch."""
    CHANCE = "chance"
    """By even chance."""
    SHARE = "share"
    """By agreed shares of the whole area."""


def base_allocation(
    allocation: Floats, locality_share: Floats, mode: AllocationMode
) -> Floats:
    """Give shares by contract, locality and slot under a mode of allocation."""
    if mode is AllocationMode.PLACE:
        return allocation
    overall = np.einsum("cls,l->cs", allocation, locality_share)
    if mode is AllocationMode.CHANCE:
        overall = (overall > 0) / (overall > 0).sum(axis=1, keepdims=True)
    return np.repeat(overall[:, None, :], allocation.shape[1], axis=1)


def allocation_now(
    behaviour: Behaviour,
    base: Floats,
    slot_position: NDArray[np.int64],
    caseload: Floats,
    planned: Floats,
    weight_of: Floats,
) -> Floats:
    """Give cumulative shares of slots this month, full positions passed over.

    `weight_of` is each position's standing with its prime: 1 as usual, 0 closed. Where
    every slot of a locality is closed, the prime's own unit takes the people.
    """
    over = caseload > behaviour["flow.caseload_limit"] * np.maximum(planned, 1.0)
    keep = np.where(over, 0.05, 1.0) * weight_of
    weight = np.where(slot_position >= 0, keep[np.maximum(slot_position, 0)], 0.0)
    shares = base * weight[:, None, :]
    nobody = shares.sum(axis=2) <= 0
    shares[:, :, 0] = np.where(nobody, 1.0, shares[:, :, 0])
    total = shares.sum(axis=2, keepdims=True)
    cumulative: Floats = (shares / np.where(total > 0, total, 1.0)).cumsum(axis=2)
    return cumulative


def call_off_chance(
    behaviour: Behaviour,
    expected: Floats,
    has_specialist: Floats,
    can_spend: Floats,
    needs: int,
) -> Floats:
    """Give the chance of a call-off by position, segment and need (0 is none).

    `expected` is the expected payment by position and segment in pence;
    `has_specialist` by position and need; `can_spend` by position, 0 to 1.
    """
    lift = math.exp(behaviour["need.specialist_gain"]) - 1
    price = 100 * behaviour["specialist.price"]
    gain = (expected * lift) ** 2
    worth = (price * behaviour["specialist.slack"]) ** 2
    even = gain / np.maximum(gain + worth, 1e-9)
    chance: Floats = even[:, :, None] * has_specialist[:, None, :]
    chance *= can_spend[:, None, None]
    chance[:, :, 0] = 0.0
    return chance


def least_call_off(chance: Floats, has_specialist: Floats, least: Floats) -> Floats:
    """Raise the chance of a call-off to the least that a protection asks for.

    `least` is by position; it holds where the contract has a specialist for the need.
    """
    floor = least[:, None, None] * has_specialist[:, None, :]
    raised: Floats = np.maximum(chance, np.minimum(floor, 1.0))
    raised[:, :, 0] = 0.0
    return raised
