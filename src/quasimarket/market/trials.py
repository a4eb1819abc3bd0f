"""Rule R9, the chosen part: whether to try something new, and whether to keep it.

A trial moves one part of practice for half a year and costs money at once. It is kept
if the position's own outcomes look better than before; with a small caseload that is
mostly luck. Who is strictly managed, or has no money, does not try.

Claims: C008, C050.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]
LENGTH = 6
STEP = 0.25


@dataclass(slots=True, kw_only=True)
class Trials:
    """What is being tried, by position."""

    part: NDArray[np.int64]
    """-1 where nothing is."""
    until: NDArray[np.int64]
    step: Floats
    before: Floats
    """Outcomes for each hundred on the caseload a month, before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What began and what ended this month."""

    begun: NDArray[np.int64]
    kept: NDArray[np.int64]
    kept_part: NDArray[np.int64]
    shift: Floats
    """Change of practice by position and part."""


def no_trials(positions: int) -> Trials:
    """Give the state before the first month."""
    return Trials(
        part=np.full(positions, -1),
        until=np.zeros(positions, np.int64),
        step=np.zeros(positions),
        before=np.zeros(positions),
    )


def turn(
    behaviour: Behaviour,
    trials: Trials,
    month: int,
    free_to: Floats,
    reserve_months: Floats,
    rate: Floats,
    luck: Floats,
) -> Turn:
    """End trials that are due and begin new ones; `free_to` is 0 to 1."""
    shift = np.zeros((len(rate), len(PRACTICES)))
    due = np.flatnonzero((trials.part >= 0) & (trials.until <= month))
    worked = rate[due] > trials.before[due]
    given_up = due[~worked]
    shift[given_up, trials.part[given_up]] -= trials.step[given_up]
    kept = due[worked]
    kept_part = trials.part[kept].copy()
    idle = trials.part < 0
    trials.part[due] = -1
    able = np.clip(reserve_months / 4.0, 0.0, 1.0)
    chance = behaviour["innovation.rate"] * free_to * able
    begun = np.flatnonzero(idle & (luck[:, 0] < chance))
    part = (luck[begun, 1] * len(PRACTICES)).astype(np.int64)
    step = np.where(luck[begun, 2] < 0.5, -STEP, STEP)
    trials.part[begun] = part
    trials.until[begun] = month + LENGTH
    trials.step[begun] = step
    trials.before[begun] = rate[begun]
    shift[begun, part] += step
    return Turn(begun=begun, kept=kept, kept_part=kept_part, shift=shift)
