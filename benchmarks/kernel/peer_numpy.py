"""The common model in NumPy: whole arrays, one draw a person and week."""

import numpy as np
from common_model import (
    ALLOTTED,
    FINISHED,
    GROUPS,
    LAST_WEEK_IN_WORK,
    LOOKING,
    OUTCOME_WEEKS,
    SUSTAINMENT_WEEKS,
    WAITING,
    WEEKS,
    WORKING,
    Array,
    Population,
    empty_counts,
    pace,
)


Prepared = tuple[Population, int]


def prepare(population: Population, seed: int) -> Prepared:
    """Nothing to make ready."""
    return population, seed


def play(prepared: Prepared) -> tuple[Array, Array]:
    """Play the model; give the counts and the final states."""
    population, seed = prepared
    draw = np.random.default_rng(seed)
    people = len(population)
    provider = population.provider
    group = population.group
    referral_week = population.referral_week
    loss_chance = -np.expm1(-population.loss)
    start_chance = np.zeros(people, np.float32)
    state = np.full(people, WAITING, np.uint8)
    weeks = np.zeros(people, np.uint8)
    counts = empty_counts()
    for week in range(WEEKS):
        if week % 4 == 0:
            state[(state == WAITING) & (referral_week == week)] = LOOKING
            state[(state == LOOKING) & (week - referral_week >= ALLOTTED)] = FINISHED
            caseload = np.bincount(
                provider[state == LOOKING], minlength=len(population.capacity)
            )
            paces = pace(population.capacity, caseload).astype(np.float32)
            start_chance = -np.expm1(-population.rate * paces[provider])
        luck = draw.random(people, dtype=np.float32)
        working = state == WORKING
        starts = (state == LOOKING) & (luck < start_chance)
        weeks += working
        outcomes = working & (weeks == OUTCOME_WEEKS)
        after = weeks - np.uint8(OUTCOME_WEEKS)
        sustainments = (
            working & (weeks > OUTCOME_WEEKS) & (after % SUSTAINMENT_WEEKS == 0)
        )
        done = working & (weeks == LAST_WEEK_IN_WORK)
        losses = working & ~done & (luck < loss_chance)
        state[starts] = WORKING
        state[done] = FINISHED
        state[losses] = np.where(
            week - referral_week[losses] < ALLOTTED, LOOKING, FINISHED
        )
        for kind, happened in enumerate((starts, losses, outcomes, sustainments)):
            counts[kind, week // 4] += np.bincount(group[happened], minlength=GROUPS)
    return counts, state
