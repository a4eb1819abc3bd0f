"""The common model: one population, one set of rules and one set of counts for all.

Time goes in weeks, 156 of them, in months of four. People are referred at the start of
the first thirteen months and stay on the programme for 104 weeks.

A person is WAITING, LOOKING for work, WORKING or FINISHED. In week t:

- at a month's start those referred begin to look; those who look and were referred 104
  weeks ago or more finish; and each provider sets its intensity by its caseload, the
  people who look: clip(capacity / caseload, 0.25, 4). Its pace is the root of that.
- whoever looks finds work with chance 1 - exp(-rate x pace), the rate being their own.
- whoever works counts one more week in work: the 26th earns a job outcome, each fourth
  after it a sustainment, and the 13th of those finishes the person. Otherwise they lose
  the job with chance 1 - exp(-loss), and look again if they are still on the programme.

Counted are job starts, losses, outcomes and sustainments by month and group, and the
final states. A person-week is a person times a week, whatever a design manages to skip.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


WEEKS = 156
MONTHS = WEEKS // 4
ALLOTTED = 104
COHORTS = 13
OUTCOME_WEEKS = 26
SUSTAINMENT_WEEKS = 4
MOST_SUSTAINMENTS = 13
LAST_WEEK_IN_WORK = OUTCOME_WEEKS + SUSTAINMENT_WEEKS * MOST_SUSTAINMENTS
PEOPLE_A_PROVIDER = 2000
WAITING, LOOKING, WORKING, FINISHED = range(4)
STARTS, LOSSES, OUTCOMES, SUSTAINMENTS = range(4)

RATE = np.array([0.020, 0.016, 0.012, 0.010, 0.0075, 0.006, 0.0045, 0.003, 0.0025])
LOSS = np.array([0.030, 0.028, 0.026, 0.025, 0.022, 0.020, 0.019, 0.018, 0.017])
SHARE = np.array([0.22, 0.40, 0.08, 0.05, 0.03, 0.08, 0.09, 0.03, 0.02])
GROUPS = len(RATE)

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """People in order of their provider, and the providers' capacities."""

    provider: Array
    group: Array
    referral_week: Array
    rate: Array
    loss: Array
    capacity: Array

    def __len__(self) -> int:
        """Count the people."""
        return len(self.provider)


def build_population(people: int) -> Population:
    """Draw the population of so many people; it is the same every time."""
    draw = np.random.default_rng(7)
    providers = max(1, people // PEOPLE_A_PROVIDER)
    group = draw.choice(GROUPS, people, p=SHARE).astype(np.uint8)
    employability = draw.standard_normal(people).astype(np.float32)
    referral_week = (4 * draw.integers(0, COHORTS, people)).astype(np.int16)
    capacity = draw.uniform(0.25, 0.6, providers) * (people / providers)
    return Population(
        provider=np.sort(np.arange(people) % providers).astype(np.int32),
        group=group,
        referral_week=referral_week,
        rate=(RATE[group] * np.exp(0.5 * employability)).astype(np.float32),
        loss=LOSS[group].astype(np.float32),
        capacity=capacity.astype(np.float32),
    )


def pace(capacity: Array, caseload: Array) -> Array:
    """Give the providers' pace for a month from their caseloads."""
    return np.sqrt(np.clip(capacity / np.maximum(caseload, 1), 0.25, 4))


def empty_counts() -> NDArray[np.int64]:
    """Give zero counts, by what is counted, month and group."""
    return np.zeros((4, MONTHS, GROUPS), np.int64)
