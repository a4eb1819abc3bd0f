"""What became of each participant: work, help, a sanction, a telephone call, nothing.

Worked out after the play, person by person, from what their provider did for people
like them while they were there. Contacts differ between people alike; doubts are rare
events; both are drawn under the person's own number, so that they do not depend on who
else was drawn.
"""

import math
from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, purpose_key
from quasimarket.chance.draw import uniform_at


Floats = NDArray[np.float64]
FATES = (
    "lasting-work",
    "work",
    "sanctioned",
    "helped",
    "tracked",
    "untouched",
    "never-attached",
)
LASTING, WORK, SANCTIONED, HELPED, TRACKED, UNTOUCHED, NEVER_ATTACHED = range(
    len(FATES)
)
"""An outcome was earned; some work and no outcome; no work and a sanction; none of
these but at least a contact a month; some contact, seldom; next to none; never came."""
SHAPE = 1.5
"""Weibull shape of contacts among people alike: some get twice as many (assumed)."""
MEAN_OF_SHAPE = math.gamma(1 + 1 / SHAPE)
HELPED_FROM, UNTOUCHED_BELOW = 1.0, 0.2
"""Contacts a month."""
WEEKS_A_MONTH = 52 / 12
WHEN = 20
"""First of the draws that say when each doubt was raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """One array entry a person."""

    weeks_in_work: NDArray[np.int16]
    weeks_served: NDArray[np.int16]
    contacts: NDArray[np.float32]
    sanction_referrals: NDArray[np.int8]
    sanctions: NDArray[np.int8]
    sanction_weeks: NDArray[np.int16]
    fate: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What providers did, summed up to each month's start."""

    contacts: Floats
    """A participant's support contacts, by month (one more than played), delivering
    position and score band."""
    doubts: Floats
    """Sanction referrals a participant, by month and delivering position."""


def care_of(contacts: Floats, doubts: Floats) -> Care:
    """Add monthly means up, so that a stay is a difference of two entries."""
    return Care(
        contacts=np.concatenate([np.zeros((1, *contacts.shape[1:])), contacts]).cumsum(
            axis=0
        ),
        doubts=np.concatenate([np.zeros((1, *doubts.shape[1:])), doubts]).cumsum(
            axis=0
        ),
    )


@nb.njit(cache=True, inline="always")
def _events(mean, luck):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Draw a number of rare events by its cumulative chances, 9 at most."""
    chance = math.exp(-mean)
    total = chance
    number = 0
    while luck > total and number < 9:
        number += 1
        chance *= mean / number
        total += chance
    return number


@nb.njit(cache=True)
def _work_out(  # type: ignore[no-untyped-def]  # compiled: numba infers
    keys, number, group, band, position, attachment_week, last_week, month_of_week,
    weeks_away, weeks_in_work, had_outcome, has_specialist, contacts, doubts, upheld,
    lengths, is_bound,
    served_of, contacts_of, referrals_of, sanctions_of, sanction_weeks_of, fate_of,
):  # fmt: skip
    for i in range(len(number)):
        first = attachment_week[i]
        place = position[i]
        if first < 0 or place < 0:
            fate_of[i] = NEVER_ATTACHED
            continue
        last = min(last_week[i], len(month_of_week) - 1)
        served = max(last - first + 1 - weeks_away[i], 0)
        served_of[i] = served
        stay = max(last - first + 1, 1)
        share = served / stay
        month, end = month_of_week[first], month_of_week[last] + 1
        here = (contacts[end, place, band[i]] - contacts[month, place, band[i]]) * share
        luck = uniform_at(keys[0], number[i], 0)
        seen = here * (-math.log(luck)) ** (1 / SHAPE) / MEAN_OF_SHAPE
        contacts_of[i] = seen
        regime = group[i]
        mean = 0.0
        if is_bound[regime]:
            mean = (doubts[end, place] - doubts[month, place]) * share
        referred = _events(mean, uniform_at(keys[1], number[i], 0))
        referrals_of[i] = referred
        sanctions = 0
        passed = 0.0
        for n in range(referred):
            # the earliest of as many doubts as are left, over what is left of the stay
            luck = uniform_at(keys[1], number[i], WHEN + n)
            passed += (1 - passed) * (1 - luck ** (1 / (referred - n)))
            if uniform_at(keys[1], number[i], 1 + n) < upheld:
                until = doubts[month, place]
                until += passed * (doubts[end, place] - doubts[month, place])
                at = month
                while at + 1 < end and doubts[at + 1, place] < until:
                    at += 1
                sanction_weeks_of[i] += lengths[regime, at, min(sanctions, 2)]
                sanctions += 1
        sanctions_of[i] = sanctions
        monthly = seen / max(served / WEEKS_A_MONTH, 1.0)
        if had_outcome[i]:
            fate_of[i] = LASTING
        elif weeks_in_work[i] > 0:
            fate_of[i] = WORK
        elif sanctions > 0:
            fate_of[i] = SANCTIONED
        elif monthly >= HELPED_FROM or has_specialist[i]:
            fate_of[i] = HELPED
        elif monthly >= UNTOUCHED_BELOW:
            fate_of[i] = TRACKED
        else:
            fate_of[i] = UNTOUCHED


def work_out_fates(
    *,
    seed: int,
    number: NDArray[np.int64],
    group: NDArray[np.uint8],
    band: NDArray[np.uint8],
    position: NDArray[np.int16],
    attachment_week: NDArray[np.int16],
    last_week: NDArray[np.int64],
    month_of_week: NDArray[np.int64],
    weeks_away: NDArray[np.int64],
    weeks_in_work: NDArray[np.int16],
    had_outcome: NDArray[np.bool_],
    has_specialist: NDArray[np.bool_],
    care: Care,
    upheld: float,
    lengths: NDArray[np.int64],
    is_bound: NDArray[np.bool_],
) -> Fates:
    """Work out everybody's fate.

    `last_week` is the last on the programme; `weeks_away` are those in work until then,
    `weeks_in_work` all of them; `lengths` the weeks of a first, second and later
    sanction by payment group and month in which the doubt is raised. No doubt is raised
    about people of a group that is not `is_bound`: volunteers.
    """
    count = len(number)
    fates = Fates(
        weeks_in_work=weeks_in_work,
        weeks_served=np.zeros(count, np.int16),
        contacts=np.zeros(count, np.float32),
        sanction_referrals=np.zeros(count, np.int8),
        sanctions=np.zeros(count, np.int8),
        sanction_weeks=np.zeros(count, np.int16),
        fate=np.zeros(count, np.int8),
    )
    _work_out(
        np.array([purpose_key(seed, Purpose.SEEN), purpose_key(seed, Purpose.DOUBT)]),
        number,
        group,
        band,
        position,
        attachment_week,
        last_week,
        month_of_week,
        weeks_away,
        weeks_in_work,
        had_outcome,
        has_specialist,
        care.contacts,
        care.doubts,
        upheld,
        lengths,
        is_bound,
        fates.weeks_served,
        fates.contacts,
        fates.sanction_referrals,
        fates.sanctions,
        fates.sanction_weeks,
        fates.fate,
    )
    return fates
