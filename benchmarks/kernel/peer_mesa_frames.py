"""The common model in mesa-frames: all people in one Polars frame."""

import numpy as np
import polars as pl
from common_model import (
    ALLOTTED,
    FINISHED,
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
from mesa_frames import AgentSetPolars, ModelDF


STATE = pl.col("state")
STARTED, LOST, DONE = pl.col("started"), pl.col("lost"), pl.col("done")
EARNED = pl.col("earned")


def lit(state: int) -> pl.Expr:
    """Give a state as a byte."""
    return pl.lit(state, pl.UInt8)


class People(AgentSetPolars):
    """All people."""

    def __init__(self, model: "Programme", population: Population) -> None:
        super().__init__(model)
        self.capacity = population.capacity
        self.provider = population.provider
        frame = pl.DataFrame(
            {
                "unique_id": np.arange(len(population)),
                "group": population.group,
                "referral_week": population.referral_week,
                "rate": population.rate,
                "loss_chance": -np.expm1(-population.loss),
                "provider": population.provider,
            }
        )
        self.add(
            frame.with_columns(
                state=lit(WAITING),
                weeks=pl.lit(0, pl.UInt8),
                start_chance=pl.lit(0.0, pl.Float32),
            )
        )

    def begin_month(self, week: int) -> None:
        """Begin or end with the programme; set the providers' pace."""
        referred = (STATE == WAITING) & (pl.col("referral_week") == week)
        over = (STATE == LOOKING) & (week - pl.col("referral_week") >= ALLOTTED)
        frame = self.agents.with_columns(
            state=pl.when(referred)
            .then(lit(LOOKING))
            .when(over)
            .then(lit(FINISHED))
            .otherwise(STATE)
        )
        looking = frame.filter(STATE == LOOKING)["provider"].to_numpy()
        caseload = np.bincount(looking, minlength=len(self.capacity))
        paces = pl.Series(pace(self.capacity, caseload).astype(np.float32))
        self.agents = frame.with_columns(
            start_chance=1 - (-pl.col("rate") * paces.gather(frame["provider"])).exp()
        )

    def step(self) -> None:
        """Live one week."""
        week = self.model.week
        if week % 4 == 0:
            self.begin_month(week)
        luck = self.model.luck.random(len(self.agents), dtype=np.float32)
        working = STATE == WORKING
        weeks = pl.col("weeks")
        luck_column = pl.col("luck")
        frame = (
            self.agents.with_columns(pl.Series("luck", luck))
            .with_columns(weeks=weeks + working.cast(pl.UInt8))
            .with_columns(
                started=(STATE == LOOKING) & (luck_column < pl.col("start_chance")),
                outcome=working & (weeks == OUTCOME_WEEKS),
                earned=working
                & (weeks > OUTCOME_WEEKS)
                & ((weeks - OUTCOME_WEEKS) % SUSTAINMENT_WEEKS == 0),
                done=working & (weeks == LAST_WEEK_IN_WORK),
            )
            .with_columns(
                lost=working & ~DONE & (luck_column < pl.col("loss_chance")),
            )
        )
        on_programme = week - pl.col("referral_week") < ALLOTTED
        happened = (
            frame.filter(STARTED | LOST | pl.col("outcome") | EARNED)
            .group_by("group")
            .agg(pl.col("started", "lost", "outcome", "earned").sum())
        )
        groups = happened["group"].to_numpy()
        for kind, column in enumerate(("started", "lost", "outcome", "earned")):
            self.model.counts[kind, week // 4, groups] += happened[column].to_numpy()
        self.agents = frame.with_columns(
            state=pl.when(STARTED)
            .then(lit(WORKING))
            .when(DONE | (LOST & ~on_programme))
            .then(lit(FINISHED))
            .when(LOST)
            .then(lit(LOOKING))
            .otherwise(STATE)
        ).drop("luck", "started", "outcome", "earned", "done", "lost")


class Programme(ModelDF):
    """The model: months of four weeks."""

    def __init__(self, population: Population, seed: int) -> None:
        super().__init__()
        self.luck = np.random.default_rng(seed)
        self.week = 0
        self.counts = empty_counts()
        self.people = People(self, population)
        self.agents += self.people

    def step(self) -> None:
        """Live one week."""
        self.agents.step()
        self.week += 1


def prepare(population: Population, seed: int) -> Programme:
    """Make the frame."""
    return Programme(population, seed)


def play(model: Programme) -> tuple[Array, Array]:
    """Play the model; give the counts and the final states."""
    for _ in range(WEEKS):
        model.step()
    # adding a set to a model copies it: the live one is the model's own
    (people,) = model.agents._agentsets
    return model.counts, people.agents["state"].to_numpy()
