"""A programme without feedback: people at given paces, for kernel and oracle alike.

Three areas with a contract and a position each; nobody decides anything, and every
milestone costs a pound, of which 80p are passed down. The kernel and the plain weekly
law are given the same people, rules and paces.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, purpose_key
from quasimarket.population import Population
from quasimarket.simulation.advancing import (
    KEYS,
    advance,
    no_followers,
    start_people,
    start_progress,
)
from quasimarket.simulation.clock import LONGEST_MONTH
from quasimarket.simulation.event_log import (
    Milestones,
    Spells,
    milestones_of,
    spells_of,
)
from quasimarket.simulation.kernel import live_month
from quasimarket.simulation.state import (
    CARRY,
    TALLIES,
    Counts,
    Hazards,
    MonthAhead,
    People,
    Prices,
    Rules,
    empty_log,
)
from quasimarket.simulation.weekly import play_weekly


AREAS, GROUPS, BANDS = 3, 2, 3
SEGMENTS = GROUPS * BANDS
CELLS = AREAS * SEGMENTS
WEEKS_OF_MONTHS = (4, 4, 5)
MONTHS = 54
"""Long enough for everybody to be done who can still earn anything."""
STARTS, LOSSES, OUTCOMES, FOLLOWING = range(4)
KINDS = ("starts", "losses", "outcomes", "following")

RULES = Rules(
    outcome_weeks=np.array([13, 26]),
    following_weeks=np.array([4, 4]),
    maximum=np.array([5, 13]),
    allotted_weeks=78,
    unbroken=False,
    break_rule=CARRY,
    run_on=True,
    pays_attachment=True,
)
HAZARDS = Hazards(again=1.5, loss_before=0.04, loss_after=0.02, specialist_gain=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """People, the rules that they live by, and the pace of each cell in each month."""

    population: Population
    pace: NDArray[np.float64]
    """By month and cell; work at a position has a pace of 1."""
    rules: Rules = RULES
    hazards: Hazards = HAZARDS
    first_week: NDArray[np.int64]
    month_of_week: NDArray[np.int64]

    @property
    def weeks(self) -> int:
        return len(self.month_of_week)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What the kernel made of a scene."""

    people: People
    jobs: Spells
    earned: Milestones
    counts: Counts
    tally: NDArray[np.int64]
    """By month, position and kind of tally."""

    def spells(self) -> set[tuple[int, int, int]]:
        """Jobs: person, first week, last week (-1 where nobody followed it up)."""
        jobs = self.jobs
        return set(
            zip(
                jobs.person.tolist(),
                jobs.start_week.tolist(),
                jobs.end_week.tolist(),
                strict=True,
            )
        )

    def milestones(self) -> set[tuple[int, int, int]]:
        """Milestones: person, number, week; 0 is the outcome."""
        earned = self.earned
        return set(
            zip(
                earned.person.tolist(),
                earned.number.tolist(),
                earned.week.tolist(),
                strict=True,
            )
        )


def scene(
    people: int = 6000,
    *,
    last_referral: int = 25,
    months: int = MONTHS,
    claim_rate: float = 1.0,
    **rules: Any,
) -> Scene:
    """Set a scene; `rules` are fields of Rules that differ from the usual ones."""
    luck = np.random.default_rng(7)
    each = people // AREAS
    count = each * AREAS
    weeks_of = np.array([WEEKS_OF_MONTHS[month % 3] for month in range(months)])
    first_week = np.concatenate([[0], weeks_of.cumsum()])
    referral = np.sort(luck.integers(0, last_referral + 1, (AREAS, each)), axis=1)
    ends = [
        np.searchsorted(weeks, np.arange(first_week[-1]), side="right")
        for weeks in referral
    ]
    start = np.arange(AREAS + 1) * each
    wait = luck.integers(1, 4, count)
    population = Population(
        number=100_000_000 + np.arange(count, dtype=np.int64),
        group=luck.integers(0, GROUPS, count).astype(np.uint8),
        referral_week=referral.ravel().astype(np.int16),
        locality=np.zeros(count, np.uint8),
        need=np.zeros(count, np.uint8),
        band=luck.integers(0, BANDS, count).astype(np.uint8),
        age_band=np.zeros(count, np.uint8),
        qualification=np.zeros(count, np.uint8),
        months_out_of_work=np.zeros(count, np.uint16),
        rate=(0.03 * np.exp(0.8 * luck.standard_normal(count))).astype(np.float32),
        loss=np.exp(0.4 * luck.standard_normal(count)).astype(np.float32),
        attachment_week=np.where(
            luck.random(count) < 0.95, referral.ravel() + wait, -1
        ).astype(np.int16),
        claims=(luck.random(count) < claim_rate).astype(np.uint8),
        area_start=start,
        week_end=start[:-1, None] + np.array(ends),
        weight=1.0,
    )
    return Scene(
        population=population,
        pace=luck.uniform(0.3, 1.8, (months, CELLS)),
        rules=RULES._replace(**rules),
        first_week=first_week,
        month_of_week=np.repeat(np.arange(months), weeks_of),
    )


def live(
    set_scene: Scene,
    seed: int,
    *,
    parts: Sequence[Sequence[int]] | None = None,
    room: int | None = None,
) -> Lived:
    """Play a scene on the event clock.

    `parts` says in which calls, and in which order, the areas are taken; `room` how
    many entries the log is given at first.
    """
    population, rules = set_scene.population, set_scene.rules
    people = start_people(population, CELLS + AREAS)
    progress = start_progress(population.area_start, np.arange(AREAS))
    size = np.diff(population.area_start)
    log = empty_log(AREAS, size * 40 if room is None else np.full(AREAS, room))
    prices = _pound_each(set_scene)
    counts = _no_counts(set_scene)
    keys = np.array([purpose_key(seed, purpose) for purpose in KEYS])
    index = np.zeros(CELLS + AREAS)
    tallies, last_week = [], 0
    for number in range(len(set_scene.first_week) - 1):
        if (progress.low == population.area_start[1:]).all():
            break
        month, index = _month(set_scene, number, index)
        last_week = month.last_week - 1
        until = population.week_end[:, last_week]
        counts.tally[:] = 0
        given = (people, rules, set_scene.hazards, prices, counts)
        if parts is None:
            log = advance(month, *given, log, progress, keys, SEGMENTS, until)
        for areas in parts or ():
            live_month(
                np.array(areas), month, *given, log, progress, keys, SEGMENTS, CELLS,
                until,
            )  # fmt: skip
        tallies.append(counts.tally.copy())
    course = SimpleNamespace(people=people, log=log, last_week=last_week)
    return Lived(
        people=people,
        jobs=spells_of(course),  # type: ignore[arg-type]  # the part of a Course it reads
        earned=milestones_of(course, rules),  # type: ignore[arg-type]  # as above
        counts=counts,
        tally=np.array(tallies),
    )


def counts_of(set_scene: Scene, lived: Lived) -> NDArray[np.int64]:
    """Count what happened, by kind and week, as the plain law counts it."""
    jobs, earned = lived.jobs, lived.earned
    ended = jobs.end_week >= 0
    losses = jobs.end_week[ended]
    if not set_scene.rules.run_on:
        # the plain law stops looking when nothing more can be earned
        referral = set_scene.population.referral_week[jobs.person[ended]]
        losses = losses[losses <= referral + set_scene.rules.allotted_weeks - 1]
    first = earned.number == 0
    return np.array(
        [
            np.bincount(weeks, minlength=set_scene.weeks + 1)
            for weeks in (
                jobs.start_week,
                losses,
                earned.week[first],
                earned.week[~first],
            )
        ]
    )


def live_plainly(set_scene: Scene, seed: int) -> NDArray[np.int64]:
    """Play a scene by the plain weekly law; give counts by kind and week."""
    people = set_scene.population
    area = np.repeat(np.arange(AREAS), np.diff(people.area_start))
    return play_weekly(
        # a purpose of its own key: the oracle shares no luck with the kernel
        purpose_key(-seed, Purpose.JOB_START),
        {
            "number": people.number,
            "group": people.group,
            "cell": area * SEGMENTS + people.group * BANDS + people.band,
            "position": area,
            "attachment_week": people.attachment_week,
            "referral_week": people.referral_week,
            "rate": people.rate,
            "loss": people.loss,
        },
        set_scene.rules,
        set_scene.hazards,
        set_scene.pace,
        set_scene.month_of_week,
    )


def with_hazards(set_scene: Scene, **changed: float) -> Scene:
    """Give the same scene with other rates."""
    return replace(set_scene, hazards=set_scene.hazards._replace(**changed))


def _month(
    set_scene: Scene, number: int, index: NDArray[np.float64]
) -> tuple[MonthAhead, NDArray[np.float64]]:
    first, last = (int(set_scene.first_week[number + ahead]) for ahead in (0, 1))
    pace = np.concatenate([set_scene.pace[number], np.ones(AREAS)])
    end = index + (last - first) * pace
    month = MonthAhead(
        first_week=first,
        last_week=last,
        index_start=index,
        pace=pace,
        index_end=end.astype(np.float32),
        share=np.ones((LONGEST_MONTH, AREAS, GROUPS, 1)),
        area_contracts=np.arange(AREAS)[:, None].copy(),
        allocation=np.ones((AREAS, 1, 1)),
        slot_position=np.arange(AREAS)[:, None].copy(),
        need_effect=np.ones((AREAS, 1)),
        call_off=np.zeros((AREAS, SEGMENTS, 1)),
        specialist_first=np.zeros(AREAS + 1, np.int64),
        specialist_position=np.zeros(0, np.int64),
        specialist_share=np.zeros(0),
    )
    return month, end


def _pound_each(set_scene: Scene) -> Prices:
    weeks = set_scene.weeks
    return Prices(
        contract_of=np.arange(AREAS),
        upstream=np.full((AREAS, GROUPS, 1, 3), 100),
        downstream=np.full((AREAS, GROUPS, 1, 3), 80),
        period=np.zeros(weeks, np.uint8),
        payable_month=np.array([set_scene.month_of_week] * 3, np.int16),
        year_monday=np.ones(weeks, np.int64),
        year_sunday=np.ones(weeks, np.int64),
    )


def _no_counts(set_scene: Scene) -> Counts:
    paid = (AREAS, 3, len(set_scene.first_week))
    by_year = (AREAS, GROUPS, 2)
    return Counts(
        looking=np.zeros(CELLS, np.int64),
        working=np.zeros(AREAS, np.int64),
        tally=np.zeros((AREAS, TALLIES), np.int64),
        paid_count=np.zeros(paid, np.int64),
        paid_upstream=np.zeros(paid, np.int64),
        paid_downstream=np.zeros(paid, np.int64),
        referrals=np.zeros(by_year, np.int64),
        outcomes=np.zeros(by_year, np.int64),
        **no_followers(set_scene.rules, AREAS, 1),
    )
