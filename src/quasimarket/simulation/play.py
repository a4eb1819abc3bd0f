"""Play a programme month by month: people live a month, then providers decide.

Decisions for a month use what was known at the end of the month before, so all
providers move at once and no order among them matters.

One module of some length, because a month is one story: what is decided, lived and
booked shares the state of a run, and parting it would only pass that state around.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numba as nb
import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, purpose_key
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.labour_market import load_labour_market
from quasimarket.evidence.people import NEEDS, locality_shares
from quasimarket.market.books import MonthOfBooks, keep_books
from quasimarket.market.commissioning import Commissioned
from quasimarket.market.department import Department, contract_management
from quasimarket.market.effort import (
    expected_payment,
    service,
    share_hours,
    share_that_needs_an_outcome,
)
from quasimarket.market.flow import (
    AllocationMode,
    allocation_now,
    base_allocation,
    call_off_chance,
    least_call_off,
)
from quasimarket.market.institutions import Institutions
from quasimarket.market.learning import learning
from quasimarket.market.levers import Levers
from quasimarket.market.minimum_service import average
from quasimarket.market.month_records import Conditions, Lived
from quasimarket.market.shares import (
    area_contracts,
    cumulative_by_area,
    yearly_counts,
)
from quasimarket.market.staffing import adviser_cost, hire, hours_a_participant
from quasimarket.market.standing_pay import fee_a_person
from quasimarket.performance.share_shift import (
    ShareShiftProposal,
    first_day_of_shift,
    propose_share_shift,
    shares_in_force,
)
from quasimarket.population.participants import BANDS, Population
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.clock import EPOCH, LONGEST_MONTH, Clock
from quasimarket.simulation.kernel import (
    PEOPLE_A_BATCH,
    PEOPLE_A_WORD,
    live_month,
    live_month_alone,
)
from quasimarket.simulation.prices import discounts_back
from quasimarket.simulation.state import (
    ALLOCATED,
    CALLED_OFF,
    FINISHED,
    LIFE,
    NEVER,
    NOWHERE,
    OUTCOME,
    SERVED,
    STARTED,
    TALLIES,
    Counts,
    Hazards,
    Log,
    MonthAhead,
    People,
    Prices,
    Progress,
    Rules,
    empty_log,
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
PRIOR_RATE = 0.36
"""Outcome rate that the department foresaw and providers believe at first (NAO, January
2012, The introduction of the Work Programme: 36%)."""
PRIOR_PEOPLE = 20_000
"""How many people's results it takes to weigh as much as that belief (assumed)."""
BROUGHT = ("number", "rate", "loss", "referral_week", "group", "band", "claims")
"""What a person brings, by the names of LIFE."""
FEW = 200_000
"""People up to whom one thread is quicker than waiting for another."""
ROOM = 2.0
"""Log entries that each area is given at first, a person."""

Floats = NDArray[np.float64]
Step = Callable[[int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happened in a run, before it is turned into events and tables."""

    people: People
    log: Log
    counts: Counts
    months_played: int
    last_week: int
    """The last week played."""
    tally: NDArray[np.int64]
    """By month, position and kind of tally."""
    looking: Floats
    """People out of work by month and position, at the month's start (unweighted)."""
    working: Floats
    advisers: Floats
    service_by_band: Floats
    """Mean service by month, position and score band."""
    books: tuple[MonthOfBooks, ...]
    moves: tuple[ShareShiftProposal, ...]
    """Share shifts, all of them decided as proposed."""
    institutions: Institutions
    """What organisations did, month by month."""
    department: tuple[Department, ...]
    """The department's own books, month by month."""
    call_offs: NDArray[np.int64]
    """Specialists bought by month and position."""


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


class Play:
    """One run in progress: the people, the providers' state, and what was decided."""

    def __init__(
        self,
        rulebook: Rulebook,
        behaviour: Behaviour,
        clock: Clock,
        population: Population,
        commissioned: Commissioned,
        rules: Rules,
        prices: Prices,
        forecast: NDArray[np.int64],
        *,
        seed: int,
        mode: AllocationMode = AllocationMode.PLACE,
        keep_log: bool = True,
    ) -> None:
        """Set the scene; `forecast` is the foreseen intake by month, area and group."""
        self.rulebook = rulebook
        self.contract_index = {
            one.id: place for place, one in enumerate(rulebook.contracts)
        }
        self.behaviour = behaviour
        self.clock = clock
        self.population = population
        self.chain = chain = commissioned.chain
        self.rules = rules
        self.prices = prices
        self.weight = population.weight
        groups = len(rulebook.groups)
        self.segments = groups * BANDS
        self.cells = chain.delivering * self.segments
        self.people = start_people(population, self.cells + chain.delivering)
        size = np.diff(population.area_start)
        room = np.ceil(size * ROOM).astype(np.int64) + 64
        self.log = empty_log(len(size), room if keep_log else room * 0)
        years = int(clock.contract_year_sunday.max()) + 1
        paid = (chain.delivering, 3, int(clock.payable_month.max()) + 1)
        shape = (len(rulebook.contracts), groups, years)
        self.counts = Counts(
            looking=np.zeros(self.cells, np.int64),
            working=np.zeros(chain.delivering, np.int64),
            tally=np.zeros((len(chain), TALLIES), np.int64),
            paid_count=np.zeros(paid, np.int64),
            paid_upstream=np.zeros(paid, np.int64),
            paid_downstream=np.zeros(paid, np.int64),
            referrals=np.zeros(shape, np.int64),
            outcomes=np.zeros(shape, np.int64),
            **no_followers(rules, chain.delivering, len(clock.price_days)),
        )
        self.keys = np.array([purpose_key(seed, purpose) for purpose in KEYS])
        self.index = np.zeros(self.cells + chain.delivering)
        self.moves: list[ShareShiftProposal] = []
        self.department: list[Department] = []
        self.contracts_of = area_contracts(rulebook)
        self.area_of = self._area_of_position()
        self.progress = start_progress(population.area_start, self.area_of)
        self.market = self._labour_market()
        self.base_allocation = base_allocation(
            chain.allocation,
            locality_shares(chain.allocation.shape[1]),
            mode,
        )
        self.planned = self._planned_caseload(forecast)
        cost = adviser_cost(behaviour)
        planned_cost = self.planned / behaviour["staffing.caseload"] * cost / 2
        typical = np.where(chain.tier == 2, 100 * 2_000.0, 0.0)
        typical[: chain.delivering] = np.maximum(planned_cost, 100 * 3_000.0)
        self.cash = np.rint(typical * chain.cash_months).astype(np.int64)
        self.monthly_cost = typical
        self.own_credit = typical * behaviour["finance.credit_months"]
        self.levers = Levers(
            rulebook, behaviour, chain, self.planned, self.contracts_of
        )
        self.credit = self.levers.credit(self.own_credit, typical)
        self.advisers = 0.4 * self.planned / behaviour["staffing.caseload"]
        self.adviser_cost = chain.adviser_cost
        self.income = np.zeros(chain.delivering)
        self.back = (
            discounts_back(rulebook, chain, prices, clock)
            if rulebook.market.reimburses_margins
            else None
        )
        self.known_shares: dict[tuple[date, int, int], Floats] = {}
        self.has_lots = bool(chain.lots)
        self.specialists = self._specialist_lists()
        self.has_specialist = self._has_specialist()
        self.institutions = Institutions(rulebook, behaviour, commissioned, seed=seed)
        self.institutions.promised = self._promised()
        self.institutions.cash_at_start = self.cash.copy()
        self.institutions.credit_at_start = self.credit
        self.years_missed = np.zeros(len(rulebook.contracts), np.int64)
        self.has_need = float((population.need > 0).mean()) if len(population) else 0.0
        self.allocated = np.zeros(len(rulebook.contracts))
        self.earned = np.zeros(len(rulebook.contracts))
        self.outcomes_by_group: Floats = np.zeros(groups)
        self.referred_by_month: list[Floats] = []
        self.group_shares = forecast.sum(axis=(0, 1)) / max(1, forecast.sum())
        # fees of a thinned run are thin, people foreseen are not
        self.fee_a_person = fee_a_person(rulebook, forecast.sum()) * self.weight

    def run(self, step: Step | None = None, *, months: int | None = None) -> Course:
        """Play every month until nobody is left, or only the first so many.

        `step(done, months)` is called after each.
        """
        months = min(months or len(self.clock.months), len(self.clock.months))
        last_referral = int(self.population.referral_week.max(initial=0))
        tallies, looking, working, advisers, services, books = [], [], [], [], [], []
        played = 0
        for number in range(months):
            if number:
                self._move_shares(number - 1)
                self._end_contracts(number)
            conditions = self.institutions.conditions(
                self.clock.months[number].first_day
            )
            self.levers.market = self.institutions.market
            if self.has_lots and not self.levers.lots:
                self.has_lots = False
                self.specialists = self._specialist_lists()
                self.has_specialist = self._has_specialist()
            self.credit = self.levers.credit(self.own_credit, self.monthly_cost)
            hours, chance = self._decide(number, conditions)
            effect = service(self.behaviour, hours) * conditions.effect[:, None]
            looking.append(self._caseload())
            working.append(self.counts.working.astype(np.float64))
            advisers.append(self.advisers)
            services.append(self._service_by_band(hours))
            self._live(number, effect, chance, conditions)
            tallies.append(self.counts.tally.copy())
            books.append(self._settle_books(number, conditions))
            self.institutions.close(
                number, self._lived(number, looking[-1], services[-1], books[-1])
            )
            played = number + 1
            if step:
                step(played, months)
            done = int(self.clock.first_week[number + 1]) > last_referral
            done = done and (self.progress.low == self.population.area_start[1:]).all()
            if done and number > self._last_receipt():
                break
        return Course(
            people=self.people,
            log=self.log,
            counts=self.counts,
            months_played=played,
            last_week=int(self.clock.first_week[played]) - 1,
            tally=np.array(tallies),
            looking=np.array(looking),
            working=np.array(working),
            advisers=np.array(advisers),
            service_by_band=np.array(services),
            books=tuple(books),
            moves=tuple(self.moves),
            institutions=self.institutions,
            department=tuple(self.department),
            call_offs=np.array(tallies)[:, :, CALLED_OFF],
        )

    def _decide(self, number: int, conditions: Conditions) -> tuple[Floats, Floats]:
        """Give hours a participant by position and segment, and call-off chances."""
        period = int(self.clock.price_period[self.clock.first_week[number]])
        belief = self._belief(number)
        value = self._value(period)
        self.levers.foresee(value, belief, self.group_shares)
        year = int(self.clock.contract_year_monday[self.clock.first_week[number]])
        worth = self.levers.worth(
            value, year, self.counts.referrals, self.counts.outcomes
        )
        expected = self.levers.expected(expected_payment(self.behaviour, belief, worth))
        caseload = self.counts.looking.reshape(-1, self.segments) * self.weight
        total = caseload.sum(axis=1)
        self.advisers = hire(
            self.behaviour,
            self.advisers,
            total + 0.2 * self.counts.working * self.weight,
            self.cash[: self.chain.delivering].astype(np.float64),
            self.credit[: self.chain.delivering],
            self.income,
            float(cap) if (cap := self.institutions.market.caseload_cap) else None,
            self.adviser_cost,
        )
        hours = share_hours(
            self.behaviour,
            expected,
            caseload,
            hours_a_participant(self.behaviour, self.advisers, total)
            * conditions.hours_kept,
            self._outcome_pay_share(period, belief, value),
        )
        hours = self.levers.hours(hours, caseload)
        self._follow(number, hours, caseload)
        can_spend = np.clip(
            0.25
            + self.cash[: self.chain.delivering]
            / np.maximum(self.credit[: self.chain.delivering], 1.0),
            0.0,
            1.0,
        )
        chance = call_off_chance(
            self.behaviour, expected, self.has_specialist, can_spend, len(NEEDS)
        )
        least = self._least_call_off()
        return hours, least_call_off(chance, self.has_specialist, least)

    def _follow(self, number: int, hours: Floats, caseload: Floats) -> None:
        """Let referrals follow results or service, where a lever says so."""
        counts = self.counts
        self.levers.follow(
            number,
            counts.referrals.sum(axis=(1, 2)),
            counts.outcomes.sum(axis=(1, 2)),
            average(hours, caseload),
        )

    def _least_call_off(self) -> Floats:
        """Give the chance of a call-off that ring-fence, lots or promises ask for."""
        market = self.institutions.market
        chain = self.chain
        needy = np.maximum(self.allocated * self.has_need, 1.0)
        least = np.full(len(self.allocated), float(market.specialist_lots))
        price = 100 * self.behaviour["specialist.price"]
        if market.specialist_ring_fence:
            fenced = float(market.specialist_ring_fence) * self.earned
            fenced = fenced + self.levers.fund.balance
            least = np.maximum(least, fenced / price / needy)
        if market.enforces_promises:
            promised = np.bincount(
                chain.contract[chain.delivering :],
                self.institutions.promised[chain.delivering :],
                len(least),
            )
            least = np.maximum(least, promised / needy)
        return np.minimum(least, 1.0)[chain.contract[: chain.delivering]]

    def _live(
        self, number: int, effect: Floats, chance: Floats, conditions: Conditions
    ) -> None:
        """Take everyone through a month at the pace that the decisions set."""
        clock, chain = self.clock, self.chain
        first, last = (int(clock.first_week[number + step]) for step in (0, 1))
        pace = np.ones(len(self.index))
        pace[: self.cells] = (
            effect
            * learning(self.behaviour, number)
            * self.market[min(number, len(self.market) - 1)][self.area_of][:, None]
        ).ravel()
        pace[self.cells :] = conditions.pace_of_losing
        self.counts.tally[:] = 0
        end = self.index + (last - first) * pace
        month = MonthAhead(
            first_week=first,
            last_week=last,
            index_start=self.index,
            pace=pace,
            index_end=end.astype(np.float32),
            share=self._shares_by_week(number),
            area_contracts=self.contracts_of,
            allocation=allocation_now(
                self.behaviour,
                self.base_allocation,
                chain.slot_position,
                self._caseload() * self.weight,
                self.planned,
                conditions.flow_weight[: chain.delivering],
            ),
            slot_position=chain.slot_position,
            need_effect=conditions.effect_by_need,
            call_off=chance,
            specialist_first=self.specialists[0],
            specialist_position=self.specialists[1],
            specialist_share=self.specialists[2],
        )
        before = self.counts.referrals.sum(axis=(0, 2))
        self.log = advance(
            month,
            self.people,
            self.rules,
            self._hazards(),
            self.prices,
            self.counts,
            self.log,
            self.progress,
            self.keys,
            self.segments,
            self.population.week_end[:, min(last, clock.weeks) - 1],
        )
        self.referred_by_month.append(self.counts.referrals.sum(axis=(0, 2)) - before)
        self.index = end

    def _hazards(self) -> Hazards:
        behaviour = self.behaviour
        return Hazards(
            again=behaviour["hazard.again"],
            loss_before=behaviour["loss.before"],
            loss_after=behaviour["loss.after"],
            specialist_gain=float(np.exp(behaviour["need.specialist_gain"])),
        )

    def _settle_books(self, number: int, conditions: Conditions) -> MonthOfBooks:
        """Enter the month in everyone's books: money arrives after its delays."""
        chain, counts = self.chain, self.counts
        receipts = np.zeros(len(chain), np.int64)
        delivering = chain.delivering
        own = chain.slot_position[chain.contract[:delivering], 0]
        paid = np.zeros(len(chain), np.int64)
        if number >= 1:
            np.add.at(paid, own, self._paid(counts.paid_upstream, number - 1))
        receipts += paid
        called_off = counts.tally[:, CALLED_OFF] * self.weight
        held_back = self.levers.held_back(
            self.clock.months[number],
            np.rint(paid * self.weight).astype(np.int64),
            called_off,
        )
        lag = chain.lag_months[:delivering]
        month = number - 1 - lag
        due = np.where(
            month >= 0, self._paid(counts.paid_downstream, np.maximum(month, 0)), 0
        )
        due = self.levers.due(due, self.institutions.is_open)
        receipts[:delivering] += due
        np.subtract.at(receipts, own, due)
        receipts = np.rint(receipts * self.weight).astype(np.int64)
        receipts += self.levers.beyond_levels(
            self.clock.months[number], counts.referrals, counts.outcomes, self.weight
        )
        advisers = np.zeros(len(chain))
        advisers[:delivering] = self.advisers * self.adviser_cost
        book = keep_books(
            self.behaviour,
            self.cash,
            receipts,
            advisers,
            called_off,
            counts.tally[:, SERVED] * self.weight,
            conditions.wages,
            conditions.managing,
            conditions.grants
            + self.levers.grants(
                self.clock.months[number],
                self.institutions.is_open,
                counts.tally[:, ALLOCATED] * self.weight,
                called_off,
                self.weight,
            ),
            counts.tally[:, ALLOCATED] * self.weight,
            self.behaviour["finance.surplus_months"] * self.monthly_cost,
            held_back,
            conditions.handed_over,
        )
        self.department.append(
            Department(
                contract_management=contract_management(
                    self.behaviour, self._shortfall(number), self.levers.lots
                ),
                bought_directly=self.levers.bought_directly(called_off),
                held_back=int(held_back.sum()),
            )
        )
        self.cash = book.cash
        self.income = 0.75 * self.income + 0.25 * book.receipts[:delivering]
        self.outcomes_by_group = counts.outcomes.sum(axis=(0, 2)) * self.weight
        return book

    def _paid(
        self, paid: NDArray[np.int64], month: NDArray[np.int64] | int
    ) -> NDArray[np.int64]:
        """Give what became payable in a month, by position; discounts given back."""
        everyone = np.arange(self.chain.delivering)
        amounts = paid[everyone, :, month]
        if self.back is not None:
            amounts = np.rint(amounts * self.back[everyone, :, month]).astype(np.int64)
        total: NDArray[np.int64] = amounts.sum(axis=1)
        return total

    def _lived(
        self, number: int, looking: Floats, bands: Floats, book: MonthOfBooks
    ) -> Lived:
        """Say what was seen of the month that was just lived."""
        chain = self.chain
        inside = chain.delivering
        tally = self.counts.tally * self.weight

        def spread(values: Floats) -> Floats:
            wide = np.zeros(len(chain))
            wide[:inside] = values
            return wide

        contracts = len(self.rulebook.contracts)
        allocated = np.bincount(chain.contract, tally[:, ALLOCATED], contracts)
        self.allocated += 0.3 * (allocated - self.allocated)
        earned = np.bincount(
            chain.contract[:inside],
            self.counts.paid_upstream[:, :, number].sum(axis=1) * self.weight,
            contracts,
        )
        self.earned += 0.3 * (earned - self.earned)
        return Lived(
            looking=spread(looking * self.weight),
            working=spread(self.counts.working * self.weight),
            advisers=self.advisers,
            hours=bands.mean(axis=1),
            referred=tally[:, ALLOCATED].astype(np.float64),
            served=tally[:, SERVED].astype(np.float64),
            starts=tally[:, STARTED].astype(np.float64),
            outcomes=tally[:, OUTCOME].astype(np.float64),
            receipts=book.receipts.astype(np.float64),
            spent=(
                book.wages
                + book.premises
                + book.specialist_costs
                + book.administration
                + book.interest
                + book.contract_management
                + book.starting
            ).astype(np.float64),
            cash=book.cash.astype(np.float64),
            monthly_cost=self.monthly_cost,
            credit=self.credit,
            shortfall=self._shortfall(number),
        )

    def _shortfall(self, number: int) -> Floats:
        """Give how far each contract is below its levels, 0 to 1.

        It is the last whole contract year's, and in the first year that year's so far
        from its tenth month on.
        """
        contracts = self.rulebook.contracts
        year = int(self.clock.contract_year_monday[self.clock.first_week[number]]) - 1
        if year < 1:
            if number < 9:
                return np.zeros(len(contracts))
            year = 1
        short = np.zeros(len(contracts))
        people = np.zeros(len(contracts))
        for g, group in enumerate(self.rulebook.groups):
            level = self.rulebook.performance.level_for(group.id, year)
            if level is None:
                continue
            referred = self.counts.referrals[:, g, year]
            rate = self.counts.outcomes[:, g, year] / np.maximum(referred, 1)
            short += referred * np.clip(1 - rate / float(level.level), 0.0, 1.0)
            people += referred
        found: Floats = np.where(people > 0, short / np.maximum(people, 1), 0.0)
        return found

    def _promised(self) -> Floats:
        """Give the people a month that each position was told to expect.

        An end-to-end position plans for ten months' flow; one in ten of a contract's
        people was to see one of its specialists, shared evenly.
        """
        chain = self.chain
        promised = np.zeros(len(chain))
        promised[: chain.delivering] = self.planned / 10
        contracts = len(self.rulebook.contracts)
        flow = np.bincount(
            chain.contract[: chain.delivering], self.planned / 10, contracts
        )
        named = (chain.tier == 2) & chain.contracted
        count = np.bincount(chain.contract[named], minlength=contracts)
        each = 0.1 * flow / np.maximum(count, 1)
        promised[named] = each[chain.contract[named]]
        return promised

    def _move_shares(self, number: int) -> None:
        """Take the commissioner's decision when its first referrals are next."""
        rule = self.rulebook.performance.share_shift
        if rule is None or number + 1 >= len(self.clock.months):
            return
        day = self.clock.months[number + 1].first_day
        year = self.rulebook.contract_year(day) - 1
        if (
            year < rule.first_contract_year
            or first_day_of_shift(self.rulebook, rule, year) != day
        ):
            return
        counts = yearly_counts(
            self.rulebook,
            self.counts.outcomes[:, :, year],
            self.counts.referrals[:, :, year],
            year,
        )
        for area in self.rulebook.areas:
            for group in self.rulebook.groups:
                if self.rulebook.performance.level_for(group.id, year) is None:
                    continue
                proposal = propose_share_shift(
                    self.rulebook, area.id, group.id, year, counts, self.moves
                )
                if proposal is not None:
                    self.moves.append(proposal)
                    self.institutions.shift_share(
                        number + 1,
                        self.contract_index[proposal.from_contract],
                        str(group.id),
                        float(proposal.size),
                    )

    def _end_contracts(self, number: int) -> None:
        """End contracts that have missed their levels for as long as is borne."""
        first = self.clock.first_week
        year, before = (
            int(self.clock.contract_year_monday[first[month]])
            for month in (number, number - 1)
        )
        if year == before or year >= self.counts.outcomes.shape[2]:
            return
        missed = self._shortfall(number) > self.behaviour["lever.missed"]
        self.years_missed = np.where(missed, self.years_missed + 1, 0)
        gone = self.levers.end_contracts(self.years_missed)
        if len(gone):
            self.institutions.end_contract(number, gone, self.years_missed)

    def _shares_on(self, day: date) -> Floats:
        """Give shares by contract and group: as stated for the day, shifts made."""
        shares = np.zeros((len(self.rulebook.contracts), len(self.rulebook.groups)))
        for area in self.rulebook.areas:
            for g, group in enumerate(self.rulebook.groups):
                in_force = shares_in_force(
                    self.rulebook, area.id, group.id, day, self.moves
                )
                for contract, share in in_force.items():
                    shares[self.contract_index[contract], g] = float(share)
        return shares

    def _shares_by_week(self, number: int) -> Floats:
        """Give cumulative shares by week of the month, area, group and place."""
        first, last = (int(self.clock.first_week[number + step]) for step in (0, 1))
        weeks = []
        for week in range(first, first + LONGEST_MONTH):
            day = EPOCH + timedelta(days=int(self.clock.monday[min(week, last - 1)]))
            stated = [row.first_day for row in self.rulebook.market_shares]
            since = max((one for one in stated if one <= day), default=day)
            key = (since, len(self.moves), self.levers.version)
            if key not in self.known_shares:
                self.known_shares[key] = cumulative_by_area(
                    self.levers.shares(self._shares_on(day)), self.contracts_of
                )
            weeks.append(self.known_shares[key])
        return np.array(weeks)

    def _last_receipt(self) -> int:
        """Give the last month in which money still arrives."""
        paid = np.flatnonzero(self.counts.paid_upstream.sum(axis=(0, 1)))
        lag = int(self.chain.lag_months.max(initial=0))
        return int(paid[-1]) + 1 + lag if len(paid) else 0

    def _caseload(self) -> Floats:
        return (
            self.counts.looking.reshape(-1, self.segments)
            .sum(axis=1)
            .astype(np.float64)
        )

    def _service_by_band(self, hours: Floats) -> Floats:
        """Average hours over the people in each band; over all where there are none."""
        shape = (self.chain.delivering, -1, BANDS)
        people = self.counts.looking.reshape(shape).astype(np.float64)
        spread = hours.reshape(shape)
        total = people.sum(axis=1)
        mean = (people * spread).sum(axis=1) / np.maximum(total, 1)
        return np.where(total > 0, mean, spread.mean(axis=1))

    def _belief(self, number: int) -> Floats:
        """Give the outcome rate by group that the published results suggest."""
        followed: Floats = np.zeros(len(self.rulebook.groups))
        if number > 12:
            followed = np.sum(self.referred_by_month[: number - 12], axis=0)
        followed = followed * self.weight
        rate = (PRIOR_RATE * PRIOR_PEOPLE + self.outcomes_by_group) / (
            PRIOR_PEOPLE + followed
        )
        return np.clip(rate, 0.005, 0.9)

    def _value(self, period: int) -> Floats:
        """Give what a position expects of an outcome and what follows, in pence."""
        prices = self.prices.downstream[:, :, period].copy()
        own = self.chain.tier[: self.chain.delivering] == 0
        prices[own] = self.prices.upstream[
            self.chain.contract[: self.chain.delivering][own], :, period
        ]
        following = self.behaviour["effort.following_expected"] * self.rules.maximum
        expected = prices[:, :, 1] + following * prices[:, :, 2]
        return expected.astype(np.float64)

    def _outcome_pay_share(self, period: int, belief: Floats, value: Floats) -> float:
        """Give the share of a new participant's expected pay that needs an outcome."""
        return share_that_needs_an_outcome(
            float((value * belief).mean()),
            float(self.prices.upstream[:, :, period, 0].mean()),
            self.fee_a_person,
        )

    def _planned_caseload(self, forecast: NDArray[np.int64]) -> Floats:
        """Give the caseload each position was told to plan for: ten months' flow."""
        first_year = forecast[:12].sum(axis=0).astype(np.float64) * 10 / 12
        stated = self._shares_on(self.rulebook.first_day)
        by_contract = np.zeros(len(self.rulebook.contracts))
        for area, places in enumerate(self.contracts_of.tolist()):
            for contract in set(places):
                by_contract[contract] = (first_year[area] * stated[contract]).sum()
        shares = np.einsum(
            "cls,l->cs",
            self.base_allocation,
            locality_shares(self.base_allocation.shape[1]),
        )
        planned = np.zeros(self.chain.delivering)
        for contract, slots in enumerate(self.chain.slot_position.tolist()):
            for slot, position in enumerate(slots):
                if position >= 0:
                    planned[position] = by_contract[contract] * shares[contract, slot]
        return planned

    def _area_of_position(self) -> NDArray[np.int64]:
        area_index = {area.id: n for n, area in enumerate(self.rulebook.areas)}
        of_contract = np.array([area_index[c.area] for c in self.rulebook.contracts])
        return of_contract[self.chain.contract[: self.chain.delivering]]

    def _labour_market(self) -> Floats:
        """Give the pace of the local labour market by month and area; 8.2% is 1."""
        table = load_labour_market()
        row_of = {month: row for row, month in enumerate(table.months)}
        known = [row_of[m] for m in self.clock.months if m in row_of]
        if not known:
            return np.ones((1, len(self.rulebook.areas)))
        column_of = {area: column for column, area in enumerate(table.areas)}
        rates = np.full((len(known), len(self.rulebook.areas)), 0.082)
        for index, area in enumerate(self.rulebook.areas):
            if area.id in column_of:
                rates[:, index] = table.rates[known, column_of[area.id]]
        pace: Floats = (0.082 / rates) ** self.behaviour["labour_market.elasticity"]
        return pace

    def _specialist_lists(
        self,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """List each contract's specialists by need, with cumulative shares."""
        chain = self.chain
        places = np.flatnonzero(chain.specialist_weight > 0)
        key = chain.contract[places] * len(NEEDS) + chain.specialism[places]
        weight = chain.specialist_weight[places]
        for lot in chain.lots if self.has_lots else ():  # its holders, and nobody else
            mine = np.array(lot.contracts) * len(NEEDS) + lot.need
            kept = ~np.isin(key, mine)
            held = np.tile(np.array(lot.holders), len(mine))
            places = np.concatenate([places[kept], held])
            key = np.concatenate([key[kept], np.repeat(mine, len(lot.holders))])
            even = np.full(len(held), 1 / len(lot.holders))
            weight = np.concatenate([weight[kept], even])
        order = np.argsort(key, kind="stable")
        places, key, weight = places[order], key[order], weight[order]
        keys = len(self.rulebook.contracts) * len(NEEDS)
        first = np.searchsorted(key, np.arange(keys + 1))
        share = weight.copy()
        for one in range(keys):
            inside = slice(int(first[one]), int(first[one + 1]))
            share[inside] = share[inside].cumsum()
        return first, places, share

    def _has_specialist(self) -> Floats:
        first = self.specialists[0]
        counts = np.diff(first).reshape(len(self.rulebook.contracts), len(NEEDS))
        has: Floats = (counts > 0)[self.chain.contract[: self.chain.delivering]].astype(
            np.float64
        )
        return has
