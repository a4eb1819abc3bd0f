"""The common model in Starsim: a custom module with its own states and draws."""

import numpy as np
import starsim as ss
from common_model import (
    ALLOTTED,
    FINISHED,
    GROUPS,
    LAST_WEEK_IN_WORK,
    LOOKING,
    LOSSES,
    OUTCOME_WEEKS,
    OUTCOMES,
    STARTS,
    SUSTAINMENT_WEEKS,
    SUSTAINMENTS,
    WAITING,
    WEEKS,
    WORKING,
    Array,
    Population,
    empty_counts,
    pace,
)


ss.options(verbose=0)


class Programme(ss.Module):
    """People's states and what happens to them each week."""

    def __init__(self, population: Population) -> None:
        super().__init__(name="programme")
        self.population = population
        self.define_states(
            ss.IntArr("status", default=WAITING),
            ss.IntArr("weeks", default=0),
            ss.IntArr("group", default=0),
            ss.IntArr("provider", default=0),
            ss.IntArr("referral_week", default=0),
            ss.FloatArr("rate", default=0),
            ss.FloatArr("loss_chance", default=0),
            ss.FloatArr("start_chance", default=0),
        )
        self.start_luck = ss.random()
        self.loss_luck = ss.random()
        self.counts = empty_counts()

    def init_post(self) -> None:
        """Give people what they bring."""
        super().init_post()
        population = self.population
        self.group[:] = population.group
        self.provider[:] = population.provider
        self.referral_week[:] = population.referral_week
        self.rate[:] = population.rate
        self.loss_chance[:] = -np.expm1(-population.loss)

    def begin_month(self, week: int) -> None:
        """Begin or end with the programme; set the providers' pace."""
        waiting = self.status == WAITING
        self.status[(waiting & (self.referral_week == week)).uids] = LOOKING
        over = (self.status == LOOKING) & (self.referral_week <= week - ALLOTTED)
        self.status[over.uids] = FINISHED
        looking = (self.status == LOOKING).uids
        capacity = self.population.capacity
        caseload = np.bincount(
            np.asarray(self.provider[looking], int), minlength=len(capacity)
        )
        everyone = self.sim.people.auids
        paces = pace(capacity, caseload)[np.asarray(self.provider[everyone], int)]
        self.start_chance[everyone] = -np.expm1(-self.rate[everyone] * paces)

    def step(self) -> None:
        """Live one week."""
        week = int(self.ti)
        if week >= WEEKS:  # Starsim steps once more than it has weeks
            return
        if week % 4 == 0:
            self.begin_month(week)
        looking = (self.status == LOOKING).uids
        working = (self.status == WORKING).uids
        starts = looking[self.start_luck.rvs(looking) < self.start_chance[looking]]
        weeks = self.weeks[working] + 1
        self.weeks[working] = weeks
        done = weeks == LAST_WEEK_IN_WORK
        loses = self.loss_luck.rvs(working) < self.loss_chance[working]
        losses = working[loses & ~done]
        after = weeks - OUTCOME_WEEKS
        self.status[starts] = WORKING
        self.status[working[done]] = FINISHED
        self.status[losses] = np.where(
            week - self.referral_week[losses] < ALLOTTED, LOOKING, FINISHED
        )
        self.count(STARTS, week, starts)
        self.count(LOSSES, week, losses)
        self.count(OUTCOMES, week, working[after == 0])
        earned = (after > 0) & (after % SUSTAINMENT_WEEKS == 0)
        self.count(SUSTAINMENTS, week, working[earned])

    def count(self, kind: int, week: int, people: ss.uids) -> None:
        """Count what happened to people, by their group."""
        self.counts[kind, week // 4] += np.bincount(
            np.asarray(self.group[people], int), minlength=GROUPS
        )


def prepare(population: Population, seed: int) -> ss.Sim:
    """Make the simulation."""
    simulation = ss.Sim(
        n_agents=len(population),
        modules=[Programme(population)],
        start=0,
        dur=WEEKS - 1,
        dt=1,
        rand_seed=seed,
        verbose=0,
    )
    simulation.init()
    return simulation


def play(simulation: ss.Sim) -> tuple[Array, Array]:
    """Play the model; give the counts and the final states."""
    simulation.run()
    programme = simulation.custom["programme"]
    everyone = simulation.people.auids
    return programme.counts, np.asarray(programme.status[everyone], int)
