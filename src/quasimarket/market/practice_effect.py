"""Rule R9, the unknown part: what practice truly does, by need.

Nobody in the model knows these numbers; providers find out from their own cohorts,
which are small and noisy, when they try something.

Claims: C008, C050, C071, C117.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.people import NEEDS


Floats = NDArray[np.float64]

FOUNDING = np.array([0.72, 0.28, 0.45, 0.62, 0.34, 0.66, 0.38])
"""The practice at which the effect is 1: about the mean of the chain in 2012, so that
the fitted rates of finding work mean what they did."""
FOR_ALL = np.array([0.10, 0.05, -0.05, 0.0, 0.05, 0.0, 0.08])
"""Effect of one whole step of each part on the log rate of finding work, without a
need; caseload works through hours (assumed)."""
FOR_NEED = np.array([-0.25, 0.45, -0.20, -0.05, 0.10, 0.0, 0.15])
"""The same, added for those with a specific need (assumed; sign: C117)."""
KEEPING_WORK = 0.35
"""Effect of in-work support on the log rate of losing work (assumed; sign: C071)."""


def effect_for_all(behaviour: Behaviour, practice: Floats) -> Floats:
    """Give each position's effect on finding work, 1 at the founding practice."""
    strength = behaviour["practice.effect"]
    effect: Floats = np.exp(strength * ((practice - FOUNDING) @ FOR_ALL))
    return effect


def effect_of_skill(behaviour: Behaviour, own: Floats, prime: Floats) -> Floats:
    """Give each position's effect on finding work from skill: its own, and its prime's.

    Both are standard normal; a prime's tells on its whole chain, by what it provides.
    """
    effect: Floats = np.exp(
        behaviour["organisation.skill_spread"] * (0.6 * own + 0.8 * prime)
    )
    return effect


def effect_by_need(behaviour: Behaviour, practice: Floats) -> Floats:
    """Give what it does besides for each need, by position and need; 1 for none."""
    strength = behaviour["practice.effect"]
    effect = np.exp(strength * ((practice - FOUNDING) @ FOR_NEED))
    table: Floats = np.repeat(effect[:, None], len(NEEDS), axis=1)
    table[:, 0] = 1.0
    return table


def pace_of_losing(behaviour: Behaviour, practice: Floats) -> Floats:
    """Give the pace at which work is lost at each position, 1 at the founding."""
    part = PRACTICES.index("in_work_support")
    off = practice[:, part] - FOUNDING[part]
    pace: Floats = np.exp(-behaviour["practice.effect"] * KEEPING_WORK * off)
    return pace
