"""The plain law, week by week: the oracle that the event clock is held to.

One draw a person-week, no index, no thresholds, no look-ahead. It plays people at given
paces, month by month; it is for tests and shares no code with the kernel.
"""

import math

import numba as nb
import numpy as np
from numpy.typing import NDArray

from quasimarket.chance.draw import uniform_at
from quasimarket.simulation.state import CARRY, END, Hazards, Rules


STARTS, LOSSES, OUTCOMES, FOLLOWING = range(4)


@nb.njit(cache=True)
def live_weekly(  # type: ignore[no-untyped-def]  # compiled: numba infers
    key, number, group, cell, position, attachment_week, referral_week, rate, loss,
    rules, hazards, pace, month_of_week, weeks, counted,
):  # fmt: skip
    """Play everyone; count starts, losses, outcomes, following milestones by week."""
    for i in range(len(number)):
        if attachment_week[i] < 0:
            continue
        g = group[i]
        last_allotted = referral_week[i] + rules.allotted_weeks - 1
        working = False
        done = since = following = spells = 0
        earned = False
        for week in range(attachment_week[i], weeks):
            luck = uniform_at(key, number[i], week)
            if not working:
                if week >= last_allotted:
                    break
                speed = rate[i] * pace[month_of_week[week], cell[i]]
                if spells > 0:
                    speed *= hazards.again
                if luck < 1.0 - math.exp(-speed):
                    working = True
                    spells += 1
                    counted[STARTS, week + 1] += 1
                continue
            if week > last_allotted and not rules.run_on:
                break
            if not earned:
                done += 1
                if done == rules.outcome_weeks[g]:
                    earned = True
                    since = 0
                    counted[OUTCOMES, week] += 1
                    if rules.maximum[g] == 0:
                        break
                    chance = hazards.loss_before
                else:
                    chance = hazards.loss_before
            else:
                chance = hazards.loss_after
                since += 1
                if since == rules.following_weeks[g]:
                    since = 0
                    following += 1
                    counted[FOLLOWING, week] += 1
                    if following == rules.maximum[g]:
                        break
            if luck < 1.0 - math.exp(-chance * loss[i]):
                working = False
                counted[LOSSES, week] += 1
                if earned:
                    if rules.break_rule == END:
                        break
                    if rules.break_rule != CARRY:
                        since = 0
                elif rules.unbroken:
                    done = 0
                if week >= last_allotted:
                    break


def play_weekly(
    key: np.uint64,
    people: dict[str, NDArray[np.generic]],
    rules: Rules,
    hazards: Hazards,
    pace: NDArray[np.float64],
    month_of_week: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Play people at given paces; give counts by kind of event and week.

    `pace` is by month and cell; the week in which a job starts is its first in work.
    """
    weeks = len(month_of_week)
    counted = np.zeros((4, weeks + 1), np.int64)
    live_weekly(
        key,
        people["number"],
        people["group"],
        people["cell"],
        people["position"],
        people["attachment_week"],
        people["referral_week"],
        people["rate"],
        people["loss"],
        rules,
        hazards,
        pace,
        month_of_week,
        weeks,
        counted,
    )
    return counted
