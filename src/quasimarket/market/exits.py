"""Rule R7, where it ends: who leaves the market, or is put out of it.

A subcontractor whose money is gone may go under; a specialist that waits in vain may
give up; a prime may end a subcontract that stays below its results. The position stays:
its prime operates it from then on.

Claims: C014, C029, C032, C065, C072, C073, C109, C145.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]
REASONS = ("insolvent", "idle", "below-results")
INSOLVENT, IDLE, BELOW = range(len(REASONS))
PATIENCE = 9
"""Months without a referral after which a specialist begins to think of leaving."""
APPROVED_AFTER = 12
"""Months below results that are rationale enough for the department to approve that a
subcontractor goes whom the bid had named, where that binds (lever L12; assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Who goes this month, and why."""

    position: NDArray[np.int64]
    reason: NDArray[np.int64]


def who_leaves(
    behaviour: Behaviour,
    open_now: NDArray[np.bool_],
    is_specialist: NDArray[np.bool_],
    cash: Floats,
    credit: Floats,
    idle_months: NDArray[np.int64],
    months_below: NDArray[np.int64],
    pressed: Floats,
    outside: Floats,
    luck: Floats,
    approved_after: float = 0,
) -> Leaving:
    """Draw the month's exits among open subcontracts; `luck` by position and use.

    No prime may end a subcontract with fewer months below its results than
    `approved_after`.
    """
    broke = open_now & (cash < -credit * (0.5 + outside))
    insolvent = broke & (luck[:, 0] < behaviour["exit.insolvent"])
    waits = open_now & is_specialist & (idle_months >= PATIENCE)
    idle = waits & (luck[:, 1] < behaviour["exit.idle"])
    enough = max(behaviour["exit.months_below"], approved_after)
    bad = open_now & ~is_specialist & (months_below >= enough)
    ended = bad & (luck[:, 2] < behaviour["exit.termination"] * pressed)
    gone = insolvent | idle | ended
    reason = np.where(insolvent, INSOLVENT, np.where(idle, IDLE, BELOW))
    position = np.flatnonzero(gone)
    return Leaving(position=position, reason=reason[position])
