"""The common model on the shipped kernel, `quasimarket.simulation.kernel`.

Nothing of the kernel is replaced; the model is put in its terms:

- A position is one provider's work with one payment group, so that the kernel's tally
  by position and month is a tally by provider, group and month. It does not count
  losses by month: their number follows from starts, people in work and people done.
- Four providers make an area with one contract of 36 positions, about as many as a
  contract of the programme has. A person's locality is their provider and payment
  group; allocation by locality sends each to it.
- Rules are the same for all payment groups, so the kernel is told of one group only;
  what differs between them are the people's own rates.
- Chance that the model lacks is taken out: shares of 0 or 1, no needs, no prices.
- The kernel's last chance to find work is the week before the last allotted one; the
  model's is the 104th, so 105 weeks are allotted.

The provider's monthly decision is made between months and is timed with it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numba as nb
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
from quasimarket.simulation.advancing import (
    KEYS,
    advance,
    no_followers,
    start_people,
    start_progress,
)
from quasimarket.simulation.state import (
    CARRY,
    FOLLOWED,
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


PROVIDERS_AN_AREA = 4
SEGMENTS = BANDS
HAZARDS = Hazards(again=1.0, loss_before=1.0, loss_after=1.0, specialist_gain=1.0)
RULES = Rules(
    outcome_weeks=np.array([OUTCOME_WEEKS]),
    following_weeks=np.array([SUSTAINMENT_WEEKS]),
    maximum=np.array([MOST_SUSTAINMENTS]),
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
    group: Array
    """Each person's payment group."""
    arrivals: Array
    """People by month of referral and provider."""
    market: dict[str, Array]
    """The parts of a month that are the same in each."""
    looked_at: int = 0
    """People among whom the kernel has looked for events, month by month."""


def warm() -> None:
    """Compile, or load what was compiled before, as for many people."""
    play(prepare(build_population(250_000), 0))


def facts(run: Prepared) -> dict[str, int]:
    """Give the least that a played run had to do: people looked at, and draws."""
    people = len(run.provider)
    jobs = int(run.people.spells.sum(dtype=np.int64))
    held = np.count_nonzero(run.people.state == WORKING)
    # one to be placed and one to find the first job; one to keep each job; and after
    # each job that is over one more to find the next, which a few no longer look for
    return {"person_months": run.looked_at, "draws": 2 * people + 2 * jobs - int(held)}


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
        group=np.zeros(people, np.uint8),
        referral_week=week,
        locality=(provider % PROVIDERS_AN_AREA * GROUPS + common.group[order]).astype(
            np.uint8
        ),
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
    contracts = areas
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
            referrals=np.zeros((contracts, 1, 1), np.int64),
            outcomes=np.zeros((contracts, 1, 1), np.int64),
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
        group=common.group[order],
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
    by_provider = paces[:cells].reshape(-1, GROUPS * BANDS)
    for number in range(MONTHS):
        by_provider[:] = pace(run.capacity, _caseload(run, number))[:, None]
        end = index + 4 * paces
        index_end[:] = end
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
        index = end
        run.looked_at += int((run.progress.high - run.progress.low).sum())
    counts[LOSSES, -1] = _losses(run, counts[STARTS].sum(axis=0))
    return counts, run.people.state


def _caseload(run: Prepared, number: int) -> Array:
    """Count who looks for work at the month's start, those just referred included."""
    providers = len(run.capacity)
    looking = run.counts.looking.reshape(providers, GROUPS, BANDS)[:, :, 0]
    caseload = looking.sum(axis=1) + run.arrivals[number]
    first = 4 * number
    over = first - ALLOTTED
    if 0 <= over < 4 * COHORTS:
        _let_go(
            run.people.cell, run.people.next_week, first,
            run.week_end[:, over - 1] if over else run.progress.area_start[:-1],
            run.week_end[:, over], GROUPS * BANDS, caseload,
        )  # fmt: skip
    return caseload


@nb.njit(cache=True)
def _let_go(cell, next_week, week, begin, end, cells, caseload):
    """Take off those whose time is over: the kernel lets them go during the month."""
    for area in range(len(begin)):
        for i in range(begin[area], end[area]):
            if next_week[i] == week:
                provider = cell[i] // cells
                if provider < len(caseload):
                    caseload[provider] -= 1


def _losses(run: Prepared, starts: Array) -> Array:
    """Count jobs lost by group: those started, less those held, less those seen out."""
    held = run.counts.working.reshape(-1, GROUPS).sum(axis=0)
    seen_out = np.zeros(GROUPS, np.int64)
    _count_seen_out(run.people.lives, run.group, seen_out)
    return starts - held - seen_out


@nb.njit(cache=True)
def _count_seen_out(lives, group, seen_out):
    """Count by group the people who earned all there is to earn."""
    for i in range(len(lives)):
        if lives[i].reached == MOST_SUSTAINMENTS + 1:
            seen_out[group[i]] += 1


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
        upstream=np.zeros((contracts, 1, 1, 3), np.int64),
        downstream=np.zeros((positions, 1, 1, 3), np.int64),
        period=np.zeros(WEEKS, np.uint8),
        payable_month=np.zeros((3, WEEKS), np.int16),
        year_monday=np.zeros(WEEKS, np.int64),
        year_sunday=np.zeros(WEEKS, np.int64),
    )


def _market(areas: int, positions: int) -> dict[str, Array]:
    """Give an area one contract, and a provider and group a locality and a position."""
    contract = np.arange(areas)
    slot = np.arange(PROVIDERS_AN_AREA * GROUPS)
    own_slot = (slot >= slot[:, None]).astype(float)
    return {
        "share": np.ones((5, areas, 1, 1)),
        "area_contracts": contract[:, None],
        "allocation": np.broadcast_to(own_slot, (areas, *own_slot.shape)).copy(),
        "slot_position": contract[:, None] * len(slot) + slot,
        "need_effect": np.ones((positions, 1)),
        "call_off": np.zeros((positions, SEGMENTS, 1)),
        "specialist_first": np.zeros(areas + 1, np.int64),
        "specialist_position": np.zeros(0, np.int64),
        "specialist_share": np.zeros(0),
    }
