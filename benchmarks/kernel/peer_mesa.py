"""The common model in Mesa, as its guide would have it: an agent a person."""

import math

import mesa
import numpy as np
from common_model import (
    ALLOTTED,
    FINISHED,
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
)


class Provider(mesa.Agent):
    """A provider sets its pace by its caseload."""

    def __init__(self, model: "Programme", capacity: float) -> None:
        super().__init__(model)
        self.capacity = capacity
        self.caseload = 0
        self.pace = 1.0

    def set_pace(self) -> None:
        """Set the month's pace."""
        intensity = self.capacity / max(self.caseload, 1)
        self.pace = math.sqrt(min(4.0, max(0.25, intensity)))


class Person(mesa.Agent):
    """A person looks for work, works, loses it."""

    def __init__(
        self,
        model: "Programme",
        provider: Provider,
        group: int,
        referral_week: int,
        rate: float,
        loss: float,
    ) -> None:
        super().__init__(model)
        self.provider = provider
        self.group = group
        self.referral_week = referral_week
        self.rate = rate
        self.loss = loss
        self.state = WAITING
        self.weeks = 0

    def begin_month(self) -> None:
        """Begin or end with the programme; count in the provider's caseload."""
        week = self.model.week
        if self.state == WAITING and self.referral_week == week:
            self.state = LOOKING
        elif self.state == LOOKING and week - self.referral_week >= ALLOTTED:
            self.state = FINISHED
        if self.state == LOOKING:
            self.provider.caseload += 1

    def step(self) -> None:
        """Live one week."""
        if self.state == LOOKING:
            if self.random.random() < 1 - math.exp(-self.rate * self.provider.pace):
                self.state = WORKING
                self.model.count(STARTS, self.group)
        elif self.state == WORKING:
            self.work()

    def work(self) -> None:
        """Work one week: earn what falls due, then keep the job or lose it."""
        self.weeks += 1
        if self.weeks == OUTCOME_WEEKS:
            self.model.count(OUTCOMES, self.group)
        elif self.weeks > OUTCOME_WEEKS:
            if (self.weeks - OUTCOME_WEEKS) % SUSTAINMENT_WEEKS == 0:
                self.model.count(SUSTAINMENTS, self.group)
            if self.weeks == LAST_WEEK_IN_WORK:
                self.state = FINISHED
                return
        if self.random.random() < 1 - math.exp(-self.loss):
            self.model.count(LOSSES, self.group)
            on_programme = self.model.week - self.referral_week < ALLOTTED
            self.state = LOOKING if on_programme else FINISHED


class Programme(mesa.Model):
    """The model: months of four weeks."""

    def __init__(self, population: Population, seed: int) -> None:
        super().__init__(seed=seed)
        self.counts = empty_counts().tolist()
        self.week = 0
        providers = [Provider(self, float(most)) for most in population.capacity]
        for provider, group, referral_week, rate, loss in zip(
            population.provider.tolist(),
            population.group.tolist(),
            population.referral_week.tolist(),
            population.rate.tolist(),
            population.loss.tolist(),
            strict=True,
        ):
            Person(self, providers[provider], group, referral_week, rate, loss)

    def count(self, kind: int, group: int) -> None:
        """Count one happening in this month."""
        self.counts[kind][self.week // 4][group] += 1

    def step(self) -> None:
        """Live one week."""
        people = self.agents_by_type[Person]
        if self.week % 4 == 0:
            providers = self.agents_by_type[Provider]
            providers.set("caseload", 0)
            people.do("begin_month")
            providers.do("set_pace")
        people.do("step")
        self.week += 1


def prepare(population: Population, seed: int) -> Programme:
    """Make the agents."""
    return Programme(population, seed)


def play(model: Programme) -> tuple[Array, Array]:
    """Play the model; give the counts and the final states."""
    for _ in range(WEEKS):
        model.step()
    states = [person.state for person in model.agents_by_type[Person]]
    return np.array(model.counts), np.array(states)
