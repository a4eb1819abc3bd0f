"""Rule R5: hours follow expected payment inside a caseload.

Each provider shares its advisers' hours among segments (payment group x score band) by
what another hour is expected to bring in: what the group pays times how likely people
with such a score are to earn it, to the power theta. A minimum service is kept for all.
Sector is not read; mission is off unless evidence is given.

Claims: C027, C030, C043-C047.
"""

import math

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


BAND_MEANS = np.array([-1.0906, 0.0, 1.0906])
"""Mean of a standard normal score in its lowest, middle and highest third."""

Floats = NDArray[np.float64]


def believed_odds(behaviour: Behaviour) -> Floats:
    """Give how likely each band is to find work against the group, as providers see it.

    The more noise in the score, the less it says: with pure noise all bands are alike.
    """
    reliability = 1 / math.sqrt(1 + behaviour["employability.score_noise"] ** 2)
    odds: Floats = np.exp(behaviour["employability.spread"] * reliability * BAND_MEANS)
    return odds


def expected_payment(behaviour: Behaviour, belief: Floats, value: Floats) -> Floats:
    """Give what a segment's participant is expected to bring in, in pence.

    `belief` is the believed outcome rate by group; `value` the pence that an outcome
    and what follows it bring a position, by position and group. Result by position and
    segment (group x band).
    """
    odds = believed_odds(behaviour)
    chance = belief[:, None] * odds / (1 + belief[:, None] * (odds - 1))
    expected: Floats = (value[:, :, None] * chance[None]).reshape(len(value), -1)
    return expected


def share_that_needs_an_outcome(
    outcome: float, attachment: float, fees: float
) -> float:
    """Give the share of a newcomer's expected pay that hangs on an outcome.

    `attachment` and `fees` come whatever the results. Nothing expected gives 0.
    """
    whole = outcome + attachment + fees
    return outcome / whole if whole > 0 else 0.0


def share_hours(
    behaviour: Behaviour,
    expected: Floats,
    caseload: Floats,
    hours: Floats,
    outcome_pay_share: float,
) -> Floats:
    """Give hours a participant by position and segment, 1 being the founding average.

    `hours` is the average a participant at each position; `outcome_pay_share` the share
    of a new participant's expected payment that depends on an outcome. The caseload's
    average of the result is `hours`.
    """
    theta = behaviour["effort.theta"] * outcome_pay_share
    theta *= 1 - 0.5 * behaviour["effort.mission"]
    pull = np.power(np.maximum(expected, 1.0), theta)
    people = caseload.sum(axis=1, keepdims=True)
    mean = (pull * caseload).sum(axis=1, keepdims=True) / np.maximum(people, 1e-9)
    mean = np.where(people > 0, mean, pull.mean(axis=1, keepdims=True))
    floor = behaviour["effort.floor"]
    shared: Floats = hours[:, None] * (floor + (1 - floor) * pull / mean)
    return shared


def service(behaviour: Behaviour, hours: Floats) -> Floats:
    """Give the effect of hours a participant: diminishing returns, 1 at the average."""
    effect: Floats = np.power(hours, behaviour["effort.returns"])
    return effect
