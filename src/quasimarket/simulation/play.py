"""Play a programme month by month: people live a month, then providers decide.

Decisions for a month use what was known at the end of the month before, so all
providers move at once and no order among them matters.

One module of some length, because a month is one story: what is decided, lived and
booked shares the state of a run, and parting it would only pass that state around.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import purpose_key
from quasimarket.evidence.behaviour import Behaviour
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
from quasimarket.market.shares import areas_of_contracts
from quasimarket.market.staffing import adviser_cost, hire, hours_a_participant
from quasimarket.market.standing_pay import fee_a_person
from quasimarket.population.participants import BANDS, Population
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.advancing import (
    KEYS,
    advance,
    no_followers,
    start_people,
    start_progress,
)
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.course import Course
from quasimarket.simulation.local_pace import labour_market_pace
from quasimarket.simulation.market_shares import MarketShares
from quasimarket.simulation.plans import planned_caseload, promised_flow
from quasimarket.simulation.prices import discounts_back
from quasimarket.simulation.shortfall import shortfall
from quasimarket.simulation.specialist_lists import (
    list_specialists,
    where_there_is_one,
)
from quasimarket.simulation.state import (
    ALLOCATED,
    CALLED_OFF,
    OUTCOME,
    SERVED,
    STARTED,
    TALLIES,
    Counts,
    Hazards,
    MonthAhead,
    Prices,
    Rules,
    empty_log,
)


PRIOR_RATE = 0.36
"""Outcome rate that the department foresaw and providers believe at first (NAO, January
2012, The introduction of the Work Programme: 36%)."""
PRIOR_PEOPLE = 20_000
"""How many people's results it takes to weigh as much as that belief (assumed)."""
ROOM = 2.0
"""Log entries that each area is given at first, a person."""

Floats = NDArray[np.float64]
Step = Callable[[int, int], object]


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
        self.department: list[Department] = []
        self.shares = MarketShares(rulebook, clock)
        self.contracts_of = self.shares.contracts_of
        self.area_of = areas_of_contracts(rulebook)[chain.contract[: chain.delivering]]
        self.progress = start_progress(population.area_start, self.area_of)
        self.market = labour_market_pace(rulebook, behaviour, clock)
        self.base_allocation = base_allocation(
            chain.allocation,
            locality_shares(chain.allocation.shape[1]),
            mode,
        )
        self.planned = planned_caseload(
            chain,
            forecast,
            self.shares.on(rulebook.first_day),
            self.contracts_of,
            self.base_allocation,
        )
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
        self.has_lots = bool(chain.lots)
        self._list_specialists()
        self.institutions = Institutions(rulebook, behaviour, commissioned, seed=seed)
        self.institutions.promised = promised_flow(
            chain, len(rulebook.contracts), self.planned
        )
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
                self._shift_shares(number - 1)
                self._end_contracts(number)
            conditions = self.institutions.conditions(
                self.clock.months[number].first_day
            )
            self.levers.market = self.institutions.market
            if self.has_lots and not self.levers.lots:
                self.has_lots = False
                self._list_specialists()
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
            moves=tuple(self.shares.moves),
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
            share=self.shares.by_week(number, self.levers),
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
            specialist_first=self.specialists.first,
            specialist_position=self.specialists.position,
            specialist_share=self.specialists.share,
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
                    self.behaviour,
                    self._shortfall(number),
                    self.levers.lots,
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
        return shortfall(self.rulebook, self.clock, self.counts, number)

    def _list_specialists(self) -> None:
        """Say whom contracts can buy specialist help from, from now on."""
        self.specialists = list_specialists(
            self.chain, len(self.rulebook.contracts), has_lots=self.has_lots
        )
        self.has_specialist = where_there_is_one(self.chain, self.specialists)

    def _shift_shares(self, number: int) -> None:
        """Take the commissioner's decision when its first referrals are next."""
        contracts = [contract.id for contract in self.rulebook.contracts]
        for shift in self.shares.shift(number, self.counts):
            self.institutions.shift_share(
                number + 1,
                contracts.index(shift.from_contract),
                str(shift.group),
                float(shift.size),
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
