"""The common model on the shipped kernel, `quasimarket.simulation.kernel`.

Nothing of the kernel is replaced; the model is put in its terms:

- A position is one provider's work with one payment group, so that the kernel's tally
  by position and month is a tally by provider, group and month. It does not count
  losses by month: their number follows from starts, people in work and people done.
- 25 providers make an area (the programme has 18 areas and about 1,000 positions). A
  person's locality is their provider; allocation by locality sends each to it.
- Chance that the model lacks is taken out: shares of 0 or 1, no needs, no prices.
- The kernel's last chance to find work is the week before the last allotted one; the
  model's is the 104th, so 105 weeks are allotted.

The provider's monthly decision is made between months in NumPy and is timed with it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from common_model import (
    ALLOTTED,
    COHORTS,
    GROUPS,
    LOSSES,
    MONTHS,
    MOST_SUSTAINMENTS,
    OUTCOME_WEEKS,
    OUTCOMES,
    STARTS,
    SUSTAINMENT_WEEKS,
    SUSTAINMENTS,
    WEEKS,
    Array,
    build_population,
    empty_counts,
    pace,
)
from common_model import Population as CommonPopulation

from quasimarket.chance import purpose_key
from quasimarket.population.participants import BANDS, Population
from quasimarket.simulation.play import (
    KEYS,
    advance,
    no_followers,
    start_people,
    start_progress,
)
from quasimarket.simulation.state import (
    CARRY,
    FOLLOWED,
    LOOKING,
    OUTCOME,
    STARTED,
    TALLIES,
    WORKING,
    Counts,
    Hazards,
    Log,
    MonthAhead,
    People,
    Prices,
    Progress,
    Rules,
    empty_log,
)


PROVIDERS_AN_AREA = 25
SEGMENTS = GROUPS * BANDS
HAZARDS = Hazards(again=1.0, loss_before=1.0, loss_after=1.0, specialist_gain=1.0)
RULES = Rules(
    outcome_weeks=np.full(GROUPS, OUTCOME_WEEKS),
    following_weeks=np.full(GROUPS, SUSTAINMENT_WEEKS),
    maximum=np.full(GROUPS, MOST_SUSTAINMENTS),
    allotted_weeks=ALLOTTED + 1,
    unbroken=False,
    break_rule=CARRY,
    run_on=True,
    pays_attachment=False,
)


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A run in the kernel's arrays."""

    people: People
    counts: Counts
    log: Log
    progress: Progress
    prices: Prices
    keys: Array
    week_end: Array
    capacity: Array
    provider: Array
    cohorts: list[Array]
    """People by month of referral."""
    arrivals: Array
    """People by month of referral and provider."""
    market: dict[str, Array]
    """The parts of a month that are the same in each."""
    looked_at: int = 0
    """People among whom the kernel has looked for events, month by month."""


def warm() -> None:
    """Compile, or load what was compiled before."""
    play(prepare(build_population(4_000), 0))


def facts(run: Prepared) -> dict[str, int]:
    """Give the least that a played run had to do: people looked at, and draws."""
    people = len(run.provider)
    jobs = int(run.people.spells.sum(dtype=np.int64))
    held = np.count_nonzero(run.people.state == WORKING)
    # two to be placed and one to find the first job; one to keep each job; and after
    # each job that is over one more to find the next, which a few no longer look for
    return {"person_months": run.looked_at, "draws": 3 * people + 2 * jobs - int(held)}


def prepare(common: CommonPopulation, seed: int) -> Prepared:
    """Put the population in order of area and week of referral."""
    providers = len(common.capacity)
    areas = -(-providers // PROVIDERS_AN_AREA)
    order = np.lexsort((common.referral_week, common.provider // PROVIDERS_AN_AREA))
    provider = common.provider[order]
    week = common.referral_week[order]
    area_start = np.searchsorted(
        provider // PROVIDERS_AN_AREA, np.arange(areas + 1)
    ).astype(np.int64)
    people = len(common)
    population = Population(
        number=order.astype(np.int64),
        group=common.group[order],
        referral_week=week,
        locality=(provider % PROVIDERS_AN_AREA).astype(np.uint8),
        need=np.zeros(people, np.uint8),
        band=np.zeros(people, np.uint8),
        age_band=np.zeros(people, np.uint8),
        qualification=np.zeros(people, np.uint8),
        months_out_of_work=np.zeros(people, np.uint16),
        rate=common.rate[order],
        loss=common.loss[order],
        attachment_week=week,
        claims=np.ones(people, np.uint8),
        area_start=area_start,
        week_end=_week_end(area_start, week),
        weight=1.0,
    )
    positions = providers * GROUPS
    contracts = areas * GROUPS
    paid = (positions, 3, 1)
    month = week // 4
    return Prepared(
        people=start_people(population, positions * (SEGMENTS + 1)),
        counts=Counts(
            looking=np.zeros(positions * SEGMENTS, np.int64),
            working=np.zeros(positions, np.int64),
            tally=np.zeros((positions, TALLIES), np.int64),
            paid_count=np.zeros(paid, np.int64),
            paid_upstream=np.zeros(paid, np.int64),
            paid_downstream=np.zeros(paid, np.int64),
            referrals=np.zeros((contracts, GROUPS, 1), np.int64),
            outcomes=np.zeros((contracts, GROUPS, 1), np.int64),
            **no_followers(RULES, positions, 1),
        ),
        log=empty_log(areas, np.zeros(areas, np.int64)),
        progress=start_progress(
            area_start, np.arange(positions) // (PROVIDERS_AN_AREA * GROUPS)
        ),
        prices=_no_prices(contracts, positions),
        keys=np.array([purpose_key(seed, purpose) for purpose in KEYS]),
        week_end=population.week_end,
        capacity=common.capacity,
        provider=provider,
        cohorts=[np.flatnonzero(month == number) for number in range(COHORTS)],
        arrivals=np.array(
            [
                np.bincount(provider[month == number], minlength=providers)
                for number in range(MONTHS)
            ]
        ),
        market=_market(areas, positions),
    )


def play(run: Prepared) -> tuple[Array, Array]:
    """Play the model; give the counts and the final states."""
    counts = empty_counts()
    positions = len(run.counts.working)
    cells = positions * SEGMENTS
    index = np.zeros(cells + positions)
    index_end = np.zeros(cells + positions, np.float32)
    paces = np.zeros(cells + positions)
    paces[cells:] = 1.0
    group = np.arange(positions) % GROUPS
    used = np.arange(positions) * SEGMENTS + group * BANDS
    for number in range(MONTHS):
        decided = pace(run.capacity, _caseload(run, number, used))
        paces[used] = np.repeat(decided, GROUPS)
        end = index[used] + 4 * paces[used]
        index_end[used] = end
        index_end[cells:] += 4
        run.counts.tally[:] = 0
        first = 4 * number
        month = MonthAhead(
            first_week=first,
            last_week=first + 4,
            index_start=index,
            pace=paces,
            index_end=index_end,
            **run.market,
        )
        run.log = advance(
            month, run.people, RULES, HAZARDS, run.prices, run.counts, run.log,
            run.progress, run.keys, SEGMENTS, run.week_end[:, first + 3],
        )  # fmt: skip
        for kind, column in (
            (STARTS, STARTED),
            (OUTCOMES, OUTCOME),
            (SUSTAINMENTS, FOLLOWED),
        ):
            counts[kind, number] = (
                run.counts.tally[:, column].reshape(-1, GROUPS).sum(axis=0)
            )
        index[used] = end
        index[cells:] += 4
        run.looked_at += int((run.progress.high - run.progress.low).sum())
    counts[LOSSES, -1] = _losses(run, counts[STARTS].sum(axis=0))
    return counts, run.people.state


def _caseload(run: Prepared, number: int, used: Array) -> Array:
    """Count who looks for work at the month's start, those just referred included."""
    caseload = run.counts.looking[used].reshape(-1, GROUPS).sum(axis=1)
    caseload += run.arrivals[number]
    over = number - ALLOTTED // 4
    if over >= 0:
        cohort = run.cohorts[over] if over < COHORTS else run.cohorts[0][:0]
        leaving = cohort[run.people.state[cohort] == LOOKING]
        caseload -= np.bincount(run.provider[leaving], minlength=len(caseload))
    return caseload


def _losses(run: Prepared, starts: Array) -> Array:
    """Count jobs lost by group: those started, less those held, less those seen out."""
    held = run.people.state == WORKING
    seen_out = run.people.reached == MOST_SUSTAINMENTS + 1
    group = run.people.group
    return starts - np.bincount(group[held | seen_out], minlength=GROUPS)


def _week_end(area_start: Array, week: Array) -> Array:
    """Give, by area and week, one past the last person referred up to that week."""
    return np.array(
        [
            first + np.searchsorted(week[first:last], np.arange(WEEKS), side="right")
            for first, last in pairwise(area_start)
        ]
    )


def _no_prices(contracts: int, positions: int) -> Prices:
    return Prices(
        contract_of=np.zeros(positions, np.int64),
        upstream=np.zeros((contracts, GROUPS, 1, 3), np.int64),
        downstream=np.zeros((positions, GROUPS, 1, 3), np.int64),
        period=np.zeros(WEEKS, np.uint8),
        payable_month=np.zeros((3, WEEKS), np.int16),
        year_monday=np.zeros(WEEKS, np.int64),
        year_sunday=np.zeros(WEEKS, np.int64),
    )


def _market(areas: int, positions: int) -> dict[str, Array]:
    """Send each group to a contract of its own, each locality to its provider."""
    contract = np.arange(areas * GROUPS)
    slot = np.arange(PROVIDERS_AN_AREA)
    provider = (contract // GROUPS)[:, None] * PROVIDERS_AN_AREA + slot
    own_group = (np.arange(GROUPS) >= np.arange(GROUPS)[:, None]).astype(float)
    own_slot = (slot >= slot[:, None]).astype(float)
    return {
        "share": np.broadcast_to(own_group, (5, areas, GROUPS, GROUPS)).copy(),
        "area_contracts": contract.reshape(areas, GROUPS),
        "allocation": np.broadcast_to(
            own_slot, (len(contract), *own_slot.shape)
        ).copy(),
        "slot_position": provider * GROUPS + (contract % GROUPS)[:, None],
        "need_effect": np.ones((positions, 1)),
        "call_off": np.zeros((positions, SEGMENTS, 1)),
        "specialist_first": np.zeros(len(contract) + 1, np.int64),
        "specialist_position": np.zeros(0, np.int64),
        "specialist_share": np.zeros(0),
    }
