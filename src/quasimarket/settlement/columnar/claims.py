"""Claims, validations and rejections folded into one state for each milestone."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.rules import Rules
from quasimarket.entitlement.columnar.workspace import (
    EARNED,
    HAPPENED,
    KIND,
    KINDS,
    MILESTONE,
    NO_DAY,
    NUMBER,
    Workspace,
)
from quasimarket.entitlement.columns import KIND_CODE
from quasimarket.events import EventKind


CLAIMED_KIND = KIND_CODE[EventKind.CLAIMED]
VALIDATED_KIND = KIND_CODE[EventKind.VALIDATED]
REJECTED_KIND = KIND_CODE[EventKind.REJECTED]
NAMING_KINDS = 1 << CLAIMED_KIND | 1 << VALIDATED_KIND | 1 << REJECTED_KIND
"""A bit for each."""

# columns of the claim states, one row a milestone and number
CLAIMED = 0
VALIDATED = 1
IS_REJECTED = 2
CLAIM_FIELDS = 3


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def fold_event(
    state: NDArray[np.int32], kind: int, day: int, claims_implied: bool
) -> None:
    """Let one event that names a milestone change its claim's state."""
    if kind == CLAIMED_KIND:
        if not claims_implied and (state[CLAIMED] == NO_DAY or state[IS_REJECTED] == 1):
            state[CLAIMED] = day
            state[VALIDATED] = NO_DAY
            state[IS_REJECTED] = 0
    elif kind == VALIDATED_KIND:
        if state[VALIDATED] == NO_DAY:
            state[VALIDATED] = day
        state[IS_REJECTED] = 0
    elif kind == REJECTED_KIND:
        state[VALIDATED] = NO_DAY
        state[IS_REJECTED] = 1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def is_own_accepted(state: NDArray[np.int32]) -> bool:
    """Say whether a claim is made, validated and not rejected, whatever it follows."""
    return bool(
        state[CLAIMED] != NO_DAY
        and state[VALIDATED] != NO_DAY
        and state[IS_REJECTED] == 0
    )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def fold_claims(
    space: Workspace,
    rules: Rules,
    known_events: int,
    claims_implied: bool,
    validation_implied: bool,
    states: NDArray[np.int32],
) -> None:
    """Work out the claim's state of each milestone reached."""
    for milestone in rules.turn:
        first = rules.slot[milestone]
        for slot in range(first, first + space.reached_count[milestone]):
            states[slot, CLAIMED] = NO_DAY
            states[slot, VALIDATED] = NO_DAY
            states[slot, IS_REJECTED] = 0
            if claims_implied:
                day = space.reached[slot, EARNED] - rules.first_day
                states[slot, CLAIMED] = rules.claimable[milestone, day]
    may_name = space.counts[KINDS] & NAMING_KINDS
    for row in range(known_events if may_name else 0):
        milestone = space.events[row, MILESTONE]
        number = space.events[row, NUMBER]
        if milestone < 0 or number < 1 or number > space.reached_count[milestone]:
            continue
        slot = rules.slot[milestone] + number - 1
        fold_event(
            states[slot],
            space.events[row, KIND],
            space.events[row, HAPPENED],
            claims_implied,
        )
    if validation_implied:
        for milestone in rules.turn:
            first = rules.slot[milestone]
            for slot in range(first, first + space.reached_count[milestone]):
                if states[slot, IS_REJECTED] == 0:
                    states[slot, VALIDATED] = states[slot, CLAIMED]
