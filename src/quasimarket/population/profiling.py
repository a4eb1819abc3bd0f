"""Lever L04: payment groups filled by a score of employability.

The score is what providers see today: the payment group that a benefit gives, and the
band within it. People are put in order of the rate of finding work that it predicts,
and fill the groups from the easiest to the hardest; every group keeps its size. What
was left to choose by within a group, its bands, is used up: all are in the middle one.
Only groups open over the whole programme take part, so that nobody is in a group before
it opens. A person's own rate, need and luck stay theirs.
"""

import math
from dataclasses import replace

import numpy as np

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.population.participants import BANDS, Population
from quasimarket.rulebook.rulebook import Rulebook


BAND_MEANS = np.array([-1.0906, 0.0, 1.0906])
"""Mean of a standard normal score in its lowest, middle and highest third."""


def profiled(
    population: Population, rulebook: Rulebook, behaviour: Behaviour
) -> Population:
    """Give the same people in the groups that their score puts them in."""
    opens = min(group.first_referral for group in rulebook.groups)
    closes = max(group.last_referral for group in rulebook.groups)
    takes_part = np.array(
        [
            group.first_referral == opens and group.last_referral == closes
            for group in rulebook.groups
        ]
    )
    hazard = np.array(
        [
            behaviour.get(f"hazard.{group.id}", behaviour["hazard.2"])
            for group in rulebook.groups
        ]
    )
    people = np.flatnonzero(takes_part[population.group])
    group = population.group[people]
    reliability = 1 / math.sqrt(1 + behaviour["employability.score_noise"] ** 2)
    spread = behaviour["employability.spread"] * reliability
    predicted = np.log(hazard[group]) + spread * BAND_MEANS[population.band[people]]
    order = np.lexsort((population.number[people], -predicted))
    easiest_first = np.argsort(-hazard, kind="stable")
    sizes = np.bincount(group, minlength=len(hazard))[easiest_first]
    placed = population.group.copy()
    placed[people[order]] = np.repeat(easiest_first, sizes).astype(placed.dtype)
    band = population.band.copy()
    band[people] = BANDS // 2
    return replace(population, group=placed, band=band)
