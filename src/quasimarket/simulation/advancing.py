"""People before their first week, and everyone taken through a month by the kernel."""

import numba as nb
import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose
from quasimarket.population.participants import Population
from quasimarket.simulation.kernel import (
    PEOPLE_A_BATCH,
    PEOPLE_A_WORD,
    live_month,
    live_month_alone,
)
from quasimarket.simulation.state import (
    FINISHED,
    LIFE,
    NEVER,
    NOWHERE,
    Counts,
    Hazards,
    Log,
    MonthAhead,
    People,
    Prices,
    Progress,
    Rules,
    grown_log,
)


KEYS = (
    Purpose.JOB_START,
    Purpose.JOB_LOSS,
    Purpose.CONTRACT,
    Purpose.POSITION,
    Purpose.SPECIALIST,
    Purpose.SPECIALIST_CHOICE,
)
BROUGHT = ("number", "rate", "loss", "referral_week", "group", "band", "claims")
"""What a person brings, by the names of LIFE."""
FEW = 200_000
"""People up to whom one thread is quicker than waiting for another."""


def start_people(population: Population, cells: int) -> People:
    """Give everyone's state before the first week."""
    count = len(population)
    cell_type = np.uint16 if cells < 2**16 else np.uint32
    lives = np.zeros(count, LIFE)
    for name in BROUGHT:
        lives[name] = getattr(population, name)
    lives["state"] = FINISHED
    lives["started"] = -1
    lives["position"] = NOWHERE
    return People(
        lives=lives,
        threshold=np.full(count, np.inf, np.float32),
        next_week=np.full(count, NEVER, np.int16),
        cell=np.zeros(count, cell_type),
        attachment_week=population.attachment_week,
        locality=population.locality,
        need=population.need,
        contract=np.full(count, -1, np.int16),
        specialist=np.full(count, -1, np.int16),
    )


def start_progress(
    area_start: NDArray[np.int64], area_of_position: NDArray[np.int64]
) -> Progress:
    """Give each area's place before the first week, its flags and its positions."""
    areas = len(area_start) - 1
    words = np.diff(area_start) // PEOPLE_A_WORD + 1
    first = np.concatenate([[0], words.cumsum()])[:-1]
    positions = np.argsort(area_of_position, kind="stable")
    return Progress(
        area_start=area_start,
        low=area_start[:-1].copy(),
        high=area_start[:-1].copy(),
        flags=np.zeros(int(words.sum()), np.uint64),
        flag_first=first,
        hits=np.zeros(area_start[-1], np.uint32),
        key_of=np.zeros((areas, PEOPLE_A_BATCH), np.uint64),
        number_of=np.zeros((areas, PEOPLE_A_BATCH), np.int64),
        spell_of=np.zeros((areas, PEOPLE_A_BATCH), np.uint32),
        luck=np.zeros((areas, PEOPLE_A_BATCH)),
        position_first=np.searchsorted(
            area_of_position[positions], np.arange(areas + 1)
        ),
        positions=positions,
        full=np.zeros(areas, np.int64),
    )


def no_followers(
    rules: Rules, positions: int, periods: int
) -> dict[str, NDArray[np.int64]]:
    """Give the counts of people who follow, and their sums, all at nought."""
    groups = len(rules.following_weeks)
    cycle = max(1, int(rules.following_weeks.max(initial=1)))
    return {
        "following": np.zeros((positions, groups, periods, 2, cycle), np.int64),
        "followers": np.zeros((positions, groups, periods), np.int64),
    }


def dealt(areas: NDArray[np.int64]) -> NDArray[np.int64]:
    """Deal areas, largest first, so that each thread's run of them is about as long.

    A thread is given one run of the list, as long as any other's.
    """
    threads = nb.get_num_threads()
    return np.concatenate([areas[thread::threads] for thread in range(threads)])


def advance(
    month: MonthAhead,
    people: People,
    rules: Rules,
    hazards: Hazards,
    prices: Prices,
    counts: Counts,
    log: Log,
    progress: Progress,
    keys: NDArray[np.uint64],
    segments: int,
    until: NDArray[np.int64],
) -> Log:
    """Take everyone through a month; give the log, larger where it was full."""
    areas = dealt(np.argsort(-np.diff(progress.area_start), kind="stable"))
    works = len(month.index_start) - counts.working.shape[0]
    while len(areas):
        live = live_month if len(people.lives) > FEW else live_month_alone
        live(
            areas, month, people, rules, hazards, prices, counts, log, progress, keys,
            segments, works, until,
        )  # fmt: skip
        areas = np.flatnonzero(progress.full)
        if len(areas):
            log = grown_log(log, progress.full)
    return log
