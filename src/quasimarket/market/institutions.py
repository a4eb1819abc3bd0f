"""The institutions of a quasi-market, month by month: who presses whom, and who yields.

`Institutions` holds what organisations are and what has become of them. Before a month
is lived it says under which conditions (`conditions`); afterwards it takes what was
seen and lets every rule act in turn (`close`). Each rule is a module of its own, named
for what it does; this one only says the order and passes the state along, which is why
it is long.

Everything that a rule reads was known at the end of the month before.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, uniforms
from quasimarket.events.organisation_event import (
    PRACTICES,
    OrganisationEventKind,
)
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market import appeal, diversifying, survey
from quasimarket.market.answers import Addressed, answer_directives, enter_answers
from quasimarket.market.chain import Chain
from quasimarket.market.commissioning import Commissioned
from quasimarket.market.complaints import complain
from quasimarket.market.concessions import Concessions, concessions
from quasimarket.market.contacts import Seen, see
from quasimarket.market.demands import (
    Demands,
    enter_demands,
    make_demands,
    share_of_hours,
)
from quasimarket.market.event_book import DEPARTMENT, SELF, EventBook
from quasimarket.market.exits import APPROVED_AFTER, who_leaves
from quasimarket.market.exits import REASONS as EXIT_REASONS
from quasimarket.market.grants import granted
from quasimarket.market.management import intensity, margin
from quasimarket.market.month_records import Conditions, Lived, Month
from quasimarket.market.negotiation import (
    ACQUIESCE,
    AVOID,
)
from quasimarket.market.newcomers import Newcomers, are_reviewed
from quasimarket.market.organisations import Organisations, dependence, power
from quasimarket.market.peers import best_of_chain, peers_seen
from quasimarket.market.practice_change import (
    Pulls,
    changed,
    coercive_pull,
    mimetic_pull,
    resistance,
    taken_over,
)
from quasimarket.market.practice_effect import (
    effect_by_need,
    effect_for_all,
    effect_of_skill,
    pace_of_losing,
)
from quasimarket.market.reletting import let_again
from quasimarket.market.sanction_opt_out import without_doubts
from quasimarket.market.staff import Moves, Staff, norm_of, practice_of
from quasimarket.market.stance import Stances
from quasimarket.market.trials import no_trials, turn
from quasimarket.rulebook.rulebook import Rulebook


Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Kind = OrganisationEventKind

SMOOTH = 0.2
"""Weight of the newest month in what is judged over time."""
BELOW_RESULTS = 0.8
"""Results below this share of the chain's mean are below what a prime bears."""
FEW_PEOPLE = 15.0
"""Caseload below which a position's results are not judged."""


class Institutions:
    """Organisations, what they are asked, and what becomes of them."""

    def __init__(
        self,
        rulebook: Rulebook,
        behaviour: Behaviour,
        commissioned: Commissioned,
        *,
        seed: int,
    ) -> None:
        """Take over what commissioning left."""
        self.rulebook = rulebook
        self.behaviour = behaviour
        self.chain: Chain = commissioned.chain
        self.seed = seed
        self.book = EventBook(list(commissioned.book.entries))
        self.organisations: Organisations = commissioned.organisations
        self.newcomers: Newcomers | None = commissioned.newcomers
        self.stances: Stances = commissioned.stances
        self.market = rulebook.market.in_force(rulebook.first_day)
        agreed, chain = commissioned.agreed, self.chain
        self.won: Concessions = concessions(behaviour, agreed.conceded)
        self._enter_awards()
        count = len(chain)
        holder = self.organisations.holder
        self.holder = holder
        """Each position's organisation now."""
        self.is_sub = chain.tier > 0
        self.holds_lot = chain.holds_lot
        self.refused = agreed.refused & ~self.holds_lot
        self.is_open = chain.contracted & ~self.refused
        self.before = self.organisations.practice[holder]
        self.start = self.before.copy()
        own = chain.tier == 0
        self.start[own] = agreed.practice[own]
        self.practice = agreed.practice.copy()
        self.reported = agreed.reported.copy()
        self.free = agreed.free.copy()
        self.conceals = np.abs(agreed.reported - agreed.practice) > 1e-9
        self.need = dependence(self.organisations)[holder]
        self.power = power(self.organisations)[holder]
        self.mission = self.organisations.mission[holder]
        self.experience = self.organisations.experience[holder]
        self.outside = self.organisations.outside[holder]
        self.strict = self.stances.strictness[chain.contract].copy()
        self.skill = effect_of_skill(
            behaviour,
            self.organisations.skill[holder],
            self.stances.skill[chain.contract],
        )
        self.flow = self.is_open.astype(np.float64)
        self.trials = no_trials(count)
        self.copied = np.zeros_like(self.practice)
        """By part of practice, steps towards a better peer that nobody saw yet."""
        self.idle_months = np.zeros(count, np.int64)
        self.months_below = np.zeros(count, np.int64)
        self.rate = np.zeros(count)
        self.hours_lost = np.zeros(count)
        self.filled = np.ones(count)
        """Of hours, what vacancies leave, over the average place's."""
        self.extra_wages = np.zeros(count, np.int64)
        self.managing = np.zeros(count, np.int64)
        self.grants = np.zeros(count, np.int64)
        self.handed_over = np.zeros(count, np.int64)
        self.recent = np.zeros(count)
        self.contract_receipts = np.zeros(len(rulebook.contracts))
        self.contract_spent = np.zeros(len(rulebook.contracts))
        self.wronged = np.zeros(count)
        self.falls_short = np.zeros(count, bool)
        self.reviewed = np.zeros(count, bool)
        self.begun_trials: Index = np.zeros(0, np.int64)
        self.staff: Staff | None = None
        self.months: list[Month] = []
        self.promised = np.zeros(count)
        self.cash_at_start = np.zeros(count, np.int64)
        self.credit_at_start = np.zeros(count)

    def conditions(self, day: date) -> Conditions:
        """Give the conditions of a month that begins on a day."""
        self.market = self.rulebook.market.in_force(day)
        inside = slice(0, self.chain.delivering)
        practice = self.practice[inside]
        return Conditions(
            effect=effect_for_all(self.behaviour, practice) * self.skill[inside],
            effect_by_need=effect_by_need(self.behaviour, practice),
            pace_of_losing=pace_of_losing(self.behaviour, practice),
            hours_kept=np.clip((1 - self.hours_lost[inside]) / 0.9, 0.3, 1.2)
            * self.filled[inside],
            flow_weight=self._owed_flow(),
            wages=self.extra_wages,
            managing=self.managing,
            grants=self.grants,
            handed_over=self.handed_over,
        )

    def _owed_flow(self) -> Floats:
        """Give each position's standing: no less than was promised, if that binds.

        What a prime may take from one that defied or complained is then not its to
        take, by the programme (L12) or by the clause on volume that it gave way on.
        """
        owed = self.is_open & (self.won.owed | self.market.enforces_promises)
        return np.where(owed, np.maximum(self.flow, 1.0), self.flow)

    def close(self, month: int, lived: Lived) -> None:
        """Let every rule act on what was seen of a month."""
        luck = self._luck(Purpose.RESPONSE, month, 16)
        pressed_by = self._manage(month, lived)
        pressed = pressed_by[self.chain.contract] * np.where(
            self.chain.tier == 2, 0.25, 1.0
        )
        pressed[self.chain.tier == 0] = 0.0
        if self.market.specialist_lots:  # whose holders answer to no prime
            pressed[self.holds_lot] = 0.0
        active = self._activity(lived)
        below = self._judge(lived, active)
        demands = self._demand(month, pressed, below, active, lived, luck)
        self._answer(month, demands, luck[:, 5:10], luck[:, 10])
        searching = self._diversify(month, lived, luck[:, 11])
        visible, best = self._peers(active)
        pulls = self._pull(month, pressed, active, visible, lived)
        moves = self._staff_month(month, lived, below)
        self._change(month, pulls, best, lived)
        done = self.practice
        if self.market.may_opt_out_of_sanctions:
            done = without_doubts(done, self.mission, self.is_sub)
        seen = see(
            self.behaviour,
            done,
            self._spread(lived.hours),
            lived.looking,
            lived.working,
            self._luck(Purpose.SEEN, month, 8),
        )
        self._spend(seen, lived, pressed_by, searching)
        self._complain(month, lived)
        self._leave(month, lived, pressed)
        self._keep(demands, visible, pulls, moves, seen, pressed_by)

    def shift_share(self, month: int, contract: int, group: str, size: float) -> None:
        """Enter the commissioner's decision to move referrals away from a contract.

        The number is of percentage points of the area's referrals in the group.
        """
        own = np.flatnonzero((self.chain.tier == 0) & (self.chain.contract == contract))
        self.book.enter(
            Kind.SHARE_SHIFTED, month, own, source="commissioner",
            counterpart=DEPARTMENT, codes=(f"group-{group}",), number=round(100 * size),
        )  # fmt: skip

    def end_contract(self, month: int, contracts: Index, years: Index) -> None:
        """Enter the end of contracts; the number is of years missed."""
        own = np.isin(self.chain.contract, contracts) & (self.chain.tier == 0)
        at = np.flatnonzero(own)
        self.book.enter(
            Kind.CONTRACT_ENDED, month, at, source="commissioner",
            counterpart=DEPARTMENT, codes=("level-missed",),
            number=years[self.chain.contract[at]],
        )  # fmt: skip

    def _luck(self, purpose: Purpose, month: int, uses: int) -> Floats:
        number = np.arange(len(self.chain) * uses, dtype=np.int64)
        return uniforms(self.seed, purpose, number, month).reshape(-1, uses)

    def _spread(self, values: Floats) -> Floats:
        wide = np.ones(len(self.chain))
        wide[: len(values)] = values
        return wide

    def _enter_awards(self) -> None:
        own = np.flatnonzero(self.chain.tier == 0)
        self.book.enter(
            Kind.AWARDED, -6, own, source="commissioner", counterpart=DEPARTMENT
        )
        self.book.enter(
            Kind.AWARDED, -6, np.flatnonzero(self.chain.holds_lot),
            source="commissioner", counterpart=DEPARTMENT, codes=("specialist-lot",),
        )  # fmt: skip

    def _manage(self, month: int, lived: Lived) -> Floats:
        """Give each prime's intensity, from the chain's margin and its level."""
        contracts = len(self.rulebook.contracts)
        received = np.bincount(self.chain.contract, lived.receipts, contracts)
        spent = np.bincount(self.chain.contract, lived.spent, contracts)
        self.contract_receipts += SMOOTH * (received - self.contract_receipts)
        self.contract_spent += SMOOTH * (spent - self.contract_spent)
        pressed = intensity(
            self.behaviour,
            self.market,
            self.stances,
            margin(self.contract_receipts, self.contract_spent),
            lived.shortfall,
            min(1.0, (month + 1) / 6),
        )
        if month % 12 == 11:
            self.book.enter(
                Kind.IMPROVEMENT_NOTICED, month,
                np.flatnonzero(self.chain.tier == 0)[lived.shortfall > 0.1],
                source="commissioner", counterpart=DEPARTMENT, codes=("level-missed",),
            )  # fmt: skip
        return pressed

    def _activity(self, lived: Lived) -> NDArray[np.bool_]:
        """Say who has work: referrals of late, or people on the caseload."""
        flow = lived.referred + lived.served
        self.recent += SMOOTH * (flow - self.recent)
        self.idle_months = np.where(flow > 0, 0, self.idle_months + 1)
        return self.is_open & ((self.recent > 0.05) | (lived.looking > 0))

    def _judge(self, lived: Lived, active: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Compare each end-to-end position's results with its contract's.

        Results are jobs started and outcomes: a league table cannot wait half a year.
        """
        enough = active & (lived.looking >= FEW_PEOPLE)
        results = lived.starts + lived.outcomes
        now = 100 * results / np.maximum(lived.looking, 1.0)
        self.rate = np.where(enough, self.rate + SMOOTH * (now - self.rate), self.rate)
        contract = self.chain.contract
        contracts = len(self.rulebook.contracts)
        people = np.bincount(contract, lived.looking * enough, contracts)
        mean = np.bincount(
            contract, self.rate * lived.looking * enough, contracts
        ) / np.maximum(people, 1.0)
        self.falls_short = enough & self.is_sub & (self.rate < mean[contract])
        below = enough & self.is_sub & (self.rate < BELOW_RESULTS * mean[contract])
        self.months_below = np.where(below, self.months_below + 1, 0)
        return below

    def _demand(
        self,
        month: int,
        pressed: Floats,
        below: NDArray[np.bool_],
        active: NDArray[np.bool_],
        lived: Lived,
        luck: Floats,
    ) -> Demands:
        """Make the month's demands, and enter them."""
        chain = self.chain
        may_direct = self.is_sub & active
        gap = self.stances.template[chain.contract] - self.reported
        bound = (~self.free) & may_direct[:, None]
        if self.market.may_opt_out_of_sanctions:
            bound[:, PRACTICES.index("sanctioning")] = False
        demands = make_demands(
            self.behaviour,
            np.where(active, pressed, 0.0),
            self.strict,
            gap,
            bound,
            below,
            self._staffed(lived),
            self.experience,
            self.won.asked,
            luck[:, :5],
        )
        enter_demands(self.book, month, demands)
        self.reviewed = self.is_sub & active & (pressed > 0.05)
        reviewed = np.flatnonzero(self.reviewed)
        self.book.enter(
            Kind.PERFORMANCE_REVIEWED, month, reviewed, source="prime",
            codes=("private", "public"),
            code=self._shown_publicly()[reviewed].astype(np.int64),
        )  # fmt: skip
        self.hours_lost = share_of_hours(self.behaviour, demands, self._staffed(lived))
        return demands

    def _staffed(self, lived: Lived) -> Floats:
        advisers = np.ones(len(self.chain))
        advisers[: self.chain.delivering] = lived.advisers
        return advisers

    def _answer(
        self, month: int, demands: Demands, luck: Floats, won_luck: Floats
    ) -> None:
        """Rule R2 again: each directive is answered in one of five ways."""
        told = np.flatnonzero(demands.directive)
        if not len(told):
            return
        part = demands.part[told]
        template = self.stances.template[self.chain.contract[told], part]
        distance = np.abs(template - self.practice[told, part])
        given = answer_directives(
            self.behaviour,
            Addressed(
                conflict=self.mission[told] * distance * (0.5 + self.strict[told]),
                need=self.need[told],
                power=self.power[told],
                strictness=self.strict[told],
                tolerance=self.stances.tolerance[self.chain.contract[told]],
            ),
            luck[told],
            won_luck[told],
            protects_black_box=self.market.protects_black_box,
        )
        answer, won, appeals = given.answer, given.won, given.appeals
        self.practice[told, part] += given.yields * (
            template - self.practice[told, part]
        )
        self.conceals[told[answer == AVOID], part[answer == AVOID]] = True
        self.conceals[told[answer == ACQUIESCE], part[answer == ACQUIESCE]] = False
        self.free[told[won], part[won]] = True
        self.free |= appeal.closed_by(
            told[won & appeals],
            part[won & appeals],
            self.chain.contract,
            self.is_sub,
            len(PRACTICES),
        )
        self.strict[told[won]] *= 0.9
        self.flow[told[given.defied]] *= 1 - self.behaviour["response.retaliation"]
        self.wronged[told[given.lost]] += 0.3
        enter_answers(self.book, month, told, given)

    def _diversify(self, month: int, lived: Lived, luck: Floats) -> Index:
        """Let some who were wronged look for other income; list them."""
        if month % diversifying.EVERY != diversifying.FIRST:
            return np.zeros(0, np.int64)
        searching = diversifying.who_diversify(
            self.behaviour,
            self.is_open & self.is_sub,
            self.wronged,
            self._reserve_months(lived),
            luck,
        )
        diversifying.enter_searches(self.book, month, searching)
        # the whole organisation depends less, wherever it delivers
        everywhere = np.isin(self.holder, self.holder[searching]) & self.is_sub
        outside = diversifying.other_income(self.behaviour, self.outside[everywhere])
        self.power[everywhere] += 2 * (outside - self.outside[everywhere])
        self.outside[everywhere] = outside
        self.need[everywhere] = 1 - outside
        return searching

    def _peers(self, active: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Count the peers whose results can be seen; give the best one's practice."""
        judged = active & (self.rate > 0) & (self.chain.tier < 2)
        visible, shown = peers_seen(
            self.behaviour,
            self.market,
            self.stances,
            self.chain.contract,
            judged,
            self.won,
        )
        best = best_of_chain(self.chain.contract, np.where(shown > 0, self.rate, -1.0))
        return visible, self.practice[best]

    def _shown_publicly(self) -> NDArray[np.bool_]:
        """Say whose results are reviewed before the whole chain."""
        shown: NDArray[np.bool_] = (
            self.stances.is_public[self.chain.contract] & ~self.won.unshown
        )
        return shown

    def _pull(
        self,
        month: int,
        pressed: Floats,
        active: NDArray[np.bool_],
        visible: Floats,
        lived: Lived,
    ) -> Pulls:
        """Rule R3: say how hard each source pulls on practice."""
        behaviour = self.behaviour
        reserves = self._reserve_months(lived)
        held = resistance(self.mission, self.power, reserves)
        coercive = coercive_pull(behaviour, pressed, self.need, active & self.is_sub)
        return Pulls(
            coercive=coercive,
            normative=np.where(
                self.is_sub & active,
                behaviour["institution.normative"]
                * behaviour["pressure.normative_rate"],
                0.0,
            ),
            mimetic=mimetic_pull(behaviour, month, pressed, visible, self.falls_short),
            anchor=np.where(
                self.is_sub,
                behaviour["pressure.anchor_rate"] * self.mission * held,
                0.0,
            ),
        )

    def _reserve_months(self, lived: Lived) -> Floats:
        months: Floats = np.clip(
            lived.cash / np.maximum(lived.monthly_cost, 1.0) + 6 * self.outside, 0, 60
        )
        return months

    def _staff_month(self, month: int, lived: Lived, below: NDArray[np.bool_]) -> Moves:
        """Let staff move between employers; enter the first staff on the first day."""
        wanted = np.rint(self._staffed(lived)).astype(np.int64)
        wanted[self.chain.delivering :] = 1
        # whoever operates a place that its holder left still staffs it while needed
        wanted[~self.is_open & self.is_sub & (lived.looking <= 0)] = 0
        own = norm_of(self.practice)
        holder = self.holder
        if self.staff is None:
            self.staff = Staff(self.behaviour, wanted, own, seed=self.seed)
        moves = self.staff.month(
            month,
            wanted,
            own,
            below,
            self.organisations.dismissal[holder],
            self.organisations.hiring_fit[holder],
        )
        lost = self.behaviour["staffing.vacancy"]
        relative = self.staff.filled(wanted, self.behaviour["effort.returns"])
        self.filled = 1 + lost * (relative - 1)
        staff = self.staff
        employed = staff.employer >= 0
        drift = self.behaviour["staff.conversion"]
        staff.norm[employed] += drift * (
            own[staff.employer[employed]] - staff.norm[employed]
        )
        return moves

    def _change(self, month: int, pulls: Pulls, best: Floats, lived: Lived) -> None:
        """Move practice, try new things, and report."""
        assert self.staff is not None  # made on the first day
        norms = practice_of(self.staff.norms(len(self.chain), norm_of(self.practice)))
        reserves = self._reserve_months(lived)
        held = resistance(self.mission, self.power, reserves)
        template = self.stances.template[self.chain.contract]
        moving = self.is_sub & self.is_open
        after = changed(
            self.practice, self.start, template, norms, best, pulls, self.free, held
        )
        self._enter_copying(month, pulls, best, moving)
        self.practice = np.where(moving[:, None], after, self.practice)
        strict = np.where(self.chain.tier == 0, 0.2, self.strict)
        room = (1 - strict) * self.practice[:, PRACTICES.index("discretion")]
        tried = turn(
            self.behaviour,
            self.trials,
            month,
            np.where(self.is_open, room, 0.0) * (1 + float(self.market.stewardship)),
            reserves,
            self.rate,
            self._luck(Purpose.TRIAL, month, 3),
        )
        untried = self.practice
        self.practice = np.clip(untried + tried.shift, 0.0, 1.0)
        part = self.trials.part[tried.begun]
        # near 0 or 1 a step is cut short: no more than was done can be undone
        self.trials.step[tried.begun] = (self.practice - untried)[tried.begun, part]
        self.book.enter(
            Kind.PRACTICE_TRIED, month, tried.begun, source="own", codes=PRACTICES,
            code=part,
        )  # fmt: skip
        self.book.enter(
            Kind.PRACTICE_KEPT, month, tried.kept, source="own", codes=PRACTICES,
            code=tried.kept_part,
        )  # fmt: skip
        self.reported = np.where(
            self.conceals,
            self.reported + 0.3 * (template - self.reported),
            self.practice,
        )
        self.begun_trials = tried.begun

    def _enter_copying(
        self, month: int, pulls: Pulls, best: Floats, moving: NDArray[np.bool_]
    ) -> None:
        """Enter the parts of practice that are seen to be taken over from a peer."""
        step = (pulls.mimetic * moving)[:, None] * (best - self.practice)
        self.copied, (position, part) = taken_over(self.copied, step)
        self.book.enter(
            Kind.PRACTICE_COPIED, month, position, source="peer", counterpart=SELF,
            codes=PRACTICES, code=part, day=15,
        )  # fmt: skip

    def _spend(
        self, seen: Seen, lived: Lived, pressed_by: Floats, searching: Index
    ) -> None:
        """Say what this costs next month, and what is granted."""
        behaviour, chain = self.behaviour, self.chain
        support = seen.in_work * behaviour["contact.in_work_cost"] * 100
        self.extra_wages = np.rint(support).astype(np.int64)
        self.extra_wages[self.begun_trials] += round(100 * behaviour["innovation.cost"])
        hidden = (np.abs(self.reported - self.practice).mean(axis=1)) * lived.looking
        self.extra_wages += np.rint(
            100 * behaviour["response.duplicity_cost"] * hidden
        ).astype(np.int64)
        self.extra_wages[searching] += np.rint(
            behaviour["response.diversify_cost"] * lived.monthly_cost[searching]
        ).astype(np.int64)
        subs = np.bincount(
            chain.contract, self.is_open & self.is_sub, len(self.rulebook.contracts)
        )
        own = np.flatnonzero(chain.tier == 0)
        cost = 100 * behaviour["management.cost"] * subs * (0.5 + pressed_by)
        self.managing = np.zeros(len(chain), np.int64)
        self.managing[own] = np.rint(cost[chain.contract[own]]).astype(np.int64)
        self.grants = granted(
            behaviour, self.market, chain, self.is_open, lived.served, seen.in_work
        )

    def _complain(self, month: int, lived: Lived) -> None:
        """Rule R8 for every subcontract that is open."""
        wanted = np.maximum(self.promised, 0.5)
        missing = np.clip(1 - self.recent / wanted, 0.0, 1.0)
        grievance = np.clip(0.6 * missing + self.wronged, 0.0, 1.0)
        grievance *= self.is_sub & self.is_open
        at_stake = np.clip(self.need * (0.2 + self.recent / wanted), 0.0, 1.0)
        conduct = self.rulebook.conduct
        made = complain(
            self.behaviour,
            self.market,
            bool(conduct and conduct.is_anonymous),
            grievance,
            at_stake,
            self._luck(Purpose.COMPLAINT, month, 3),
        )
        if month % survey.EVERY == survey.FIRST:
            self._survey(month, missing)
        made_by = np.flatnonzero(made.complained)
        self.book.enter(Kind.COMPLAINED, month, made_by, source="own")
        self.book.enter(
            Kind.COMPLAINT_RESOLVED, month, made_by, source="commissioner",
            counterpart=DEPARTMENT, codes=("not-upheld", "upheld"),
            code=made.upheld[made_by].astype(np.int64), day=20,
        )  # fmt: skip
        self.wronged *= 0.9
        self.wronged[made.upheld] = 0.0
        self.flow[made.punished] *= 0.5
        self.flow = np.where(self.is_open, self.flow + 0.08 * (1 - self.flow), 0.0)
        upheld = np.flatnonzero(made.upheld)
        self.flow[upheld] = np.maximum(self.flow[upheld], 1.0)

    def _survey(self, month: int, missing: Floats) -> None:
        """Ask every open subcontract how it judges what it met."""
        asked = np.flatnonzero(self.is_sub & self.is_open)
        template = self.stances.template[self.chain.contract[asked]]
        against = survey.answers(
            self.mission[asked],
            np.abs(template - self.start[asked]).mean(axis=1),
            self.experience[asked],
            missing[asked],
            self._luck(Purpose.COMPLAINT, 1000 + month, 2)[asked],
        )
        survey.enter_answers(self.book, month, asked, against)

    def _leave(self, month: int, lived: Lived, pressed: Floats) -> None:
        """Close subcontracts whose holders leave; the prime operates them."""
        self.handed_over = np.zeros(len(self.chain), np.int64)
        self._let_again(month, lived)
        gone = who_leaves(
            self.behaviour,
            self.is_open & self.is_sub,
            self.chain.tier == 2,
            lived.cash,
            lived.credit,
            self.idle_months,
            self.months_below,
            pressed,
            self.outside,
            self._luck(Purpose.EXIT, month, 3),
            APPROVED_AFTER if self.market.enforces_promises else 0,
        )
        left = gone.position
        ended = gone.reason == EXIT_REASONS.index("below-results")
        self.book.enter(
            Kind.EXITED, month, left[~ended], source="own", codes=EXIT_REASONS,
            code=gone.reason[~ended], day=28,
        )  # fmt: skip
        self.book.enter(
            Kind.SUBCONTRACT_ENDED, month, left[ended], source="prime",
            codes=EXIT_REASONS, code=gone.reason[ended], day=28,
        )  # fmt: skip
        self.is_open[left] = False
        # whoever leaves settles its account; the prime's begins at nought
        self.handed_over[left] += np.rint(lived.cash[left]).astype(np.int64)
        self.flow[left] = 0.0
        template = self.stances.template[self.chain.contract[left]]
        self.practice[left] = template
        self.reported[left] = template
        self.conceals[left] = False
        self.copied[left] = 0.0
        self.trials.part[left] = -1

    def _let_again(self, month: int, lived: Lived) -> None:
        """Let some places that closed before to other organisations."""
        chain = self.chain
        if self.behaviour["exit.relet"]:
            found = let_again(
                self.behaviour,
                chain.contracted & self.is_sub & ~self.is_open,
                self.is_open & self.is_sub,
                chain.contract,
                self.holder,
                self._luck(Purpose.EXIT, 1000 + month, 3),
            )
            place = found.position
            self._hand_on(
                month, lived, place, found.organisation, chain.cash_months[place]
            )
        newcomers = self.newcomers if lived.referred.any() else None
        if newcomers and are_reviewed(self.behaviour, self.market, month):
            place = newcomers.enter(chain.contracted & self.is_sub & ~self.is_open)
            self._hand_on(
                month,
                lived,
                place,
                newcomers.organisation[place],
                newcomers.cash_months[place],
            )

    def _hand_on(
        self, month: int, lived: Lived, place: Index, taker: Index, brings: Floats
    ) -> None:
        """Give places to organisations, with what each brings in months of costs."""
        chain = self.chain
        if not len(place):
            return
        self.holder = self.holder.copy()
        self.holder[place] = taker
        self.book.holder = self.holder
        for kind, source in ((Kind.OFFERED, "prime"), (Kind.ACCEPTED, "own")):
            self.book.enter(
                kind, month, place, source=source, codes=("tier-1", "tier-2"),
                code=chain.tier[place] - 1, day=27,
            )  # fmt: skip
        self._take_on(place, taker)
        balance = np.rint(lived.cash[place]).astype(np.int64)
        brought = np.rint(brings * lived.monthly_cost[place])
        self.handed_over[place] = balance - brought.astype(np.int64)
        own = chain.slot_position[chain.contract[place], 0]
        np.subtract.at(self.handed_over, own, balance)

    def _take_on(self, place: Index, taker: Index) -> None:
        """Begin again at places with what their new holders are."""
        made, contract = self.organisations, self.chain.contract[place]
        self.is_open[place] = True
        self.flow[place] = 1.0
        self.need[place] = dependence(made)[taker]
        self.power[place] = power(made)[taker]
        self.mission[place] = made.mission[taker]
        self.experience[place] = made.experience[taker]
        self.outside[place] = made.outside[taker]
        self.strict[place] = self.stances.strictness[contract]
        self.skill[place] = effect_of_skill(
            self.behaviour, made.skill[taker], self.stances.skill[contract]
        )
        for practice in (self.start, self.practice, self.reported):
            practice[place] = made.practice[taker]
        self.free[place] = False
        self.won.end(place)
        self.conceals[place] = False
        self.copied[place] = 0.0
        for counted in (self.idle_months, self.months_below):
            counted[place] = 0
        for judged in (self.rate, self.recent, self.wronged):
            judged[place] = 0.0
        self.trials.part[place] = -1

    def _keep(
        self,
        demands: Demands,
        visible: Floats,
        pulls: Pulls,
        moves: Moves,
        seen: Seen,
        pressed_by: Floats,
    ) -> None:
        """Keep what the tables of a run will show of the month."""
        assert self.staff is not None  # made on the first day
        count = len(self.chain)
        hired = moves.position[moves.is_hire]
        from_field = moves.came_from[moves.is_hire] >= 0
        public = self._shown_publicly()
        self.months.append(
            Month(
                seen=seen,
                demands=demands,
                reviews_public=(self.reviewed & public).astype(np.float64),
                reviews_private=(self.reviewed & ~public).astype(np.float64),
                visible=visible,
                staff=self.staff.heads(count),
                staff_left=np.bincount(moves.position[~moves.is_hire], minlength=count),
                staff_hired=np.bincount(hired, minlength=count),
                hired_from_field=np.bincount(hired[from_field], minlength=count),
                practice=self.practice.astype(np.float32),
                reported=self.reported.astype(np.float32),
                pulls=pulls,
                grants=self.grants,
                managing=self.managing,
                moves=moves,
                holder=self.holder,
                intensity=pressed_by,
            )
        )
