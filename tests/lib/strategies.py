"""Rulebooks and logs for generated tests, built backwards from valid ones.

A rulebook is small enough to bite: needs of days, allotted times of weeks, a dozen
months. A log is made person by person around the days that its rulebook asks for, then
roughened: news comes late, reports are corrected, referrals cancelled, claims refused.
Nothing is generated and thrown away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from hypothesis import strategies as st

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import (
    AreaId,
    ClauseId,
    ContractId,
    EventId,
    GroupId,
    MilestoneId,
    OrganisationId,
    ParticipantId,
    PositionId,
    SpellId,
)
from quasimarket.core.money import Pence
from quasimarket.events import Event, EventKind
from quasimarket.events.event import MAY_BE_ANNOUNCED
from quasimarket.rulebook.rulebook import (
    Basis,
    BreakRule,
    Contract,
    CountedBy,
    Discount,
    Evidence,
    ExcessPayment,
    Milestone,
    PaymentGroup,
    Performance,
    PerformanceLevel,
    Rate,
    Rulebook,
    ServiceFee,
    SubcontractTerms,
)


FIRST_DAY = date(2012, 1, 1)
GROUPS = (GroupId("1"), GroupId("2"))
CONTRACTS = (ContractId("1"), ContractId("2"), ContractId("10"))
POSITIONS = (PositionId("1-A"), PositionId("2-A"), PositionId("9"))
ATTACHMENT = MilestoneId("attachment")
OUTCOME = MilestoneId("job-outcome")
SUSTAINMENT = MilestoneId("sustainment")
QUIET = MilestoneId("no-reconviction")
INCENTIVE = MilestoneId("incentive")
MILESTONES = (ATTACHMENT, OUTCOME, SUSTAINMENT, QUIET)
PERCENTS = (Decimal(0), Decimal("7.5"), Decimal("33.333"), Decimal(100))
SHARES = (Decimal(0), Decimal("0.1"), Decimal("0.333"), Decimal("0.75"), Decimal(1))
_One = TypeVar("_One")
MONTH_ENDS = tuple(
    Month(2012, 1).plus(ahead).last_day for ahead in (8, 17, 12, 10, 6, 5, 4, 15)
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A programme, what happened in it, and the day to settle to."""

    rulebook: Rulebook
    log: tuple[Event, ...]
    settled_to: date


def clause_of(milestone: MilestoneId) -> ClauseId:
    """Give the clause that a generated milestone rests on."""
    return ClauseId(f"clause-{milestone}")


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """Draw a rulebook that pays within months."""
    return Rulebook(
        id="generated",
        name="A generated programme",
        summary="",
        first_day=FIRST_DAY,
        second_year_first_day=date(2012, 5, 1),
        allotted_days=draw(st.sampled_from((150, 90, 60, 45, 20))),
        run_on=draw(st.booleans()),
        bridge_days=draw(st.sampled_from((2, 6, 1, 3, 0))),
        holidays=frozenset(_closed_weeks(draw)),
        clauses=(),
        groups=tuple(
            PaymentGroup(
                id=group,
                name=group,
                first_referral=FIRST_DAY,
                last_referral=date(2020, 1, 1),
            )
            for group in GROUPS
        ),
        areas=(),
        primes=(),
        contracts=tuple(_contract(at, id) for at, id in enumerate(CONTRACTS)),
        market_shares=(),
        milestones=_milestones(draw),
        rates=tuple(_rates(draw)),
        discounts=tuple(_discounts(draw)),
        excess_payments=draw(_sometimes(_excess())),
        service_fees=draw(_sometimes(_service_fee())),
        subcontract_terms=tuple(
            draw(st.lists(terms(), min_size=draw(st.integers(0, 2)), max_size=4))
        ),
        performance=Performance(
            milestone=OUTCOME, levels=tuple(_levels(draw)), share_shift=None
        ),
        intake=(),
        stated=(),
    )


def _sometimes(one: st.SearchStrategy[_One]) -> st.SearchStrategy[tuple[_One, ...]]:
    """Draw one, or none, as often the one as the other."""
    return st.booleans().flatmap(
        lambda is_there: st.tuples(one) if is_there else st.just(())
    )


def _closed_weeks(draw: st.DrawFn) -> list[date]:
    """Draw holidays: whole fortnights, so that they often stand in a claim's way."""
    fewest = draw(st.sampled_from((0, 3, 6)))
    starts = draw(st.lists(st.integers(0, 20), min_size=fewest, max_size=6))
    return [
        FIRST_DAY + timedelta(days=14 * start + day)
        for start in starts
        for day in range(14)
    ]


def _contract(at: int, contract: ContractId) -> Contract:
    return Contract(
        id=contract,
        number=at + 1,
        area=AreaId("A"),
        prime=OrganisationId("P"),
        delivery_model="mixed",
    )


def _milestones(draw: st.DrawFn) -> tuple[Milestone, ...]:
    """Draw the four kinds of milestone, in any order, the last two not always."""
    delays = st.sampled_from((0, 0, 1, 3, 15))

    def by_group(values: st.SearchStrategy[int]) -> dict[GroupId, int]:
        return {group: draw(values) for group in GROUPS}

    attachment = Milestone(
        id=ATTACHMENT,
        name="attached",
        basis=Basis.ATTACHMENT,
        clause=clause_of(ATTACHMENT),
    )
    outcome = Milestone(
        id=OUTCOME,
        name="in work",
        basis=Basis.DAYS_IN_WORK,
        clause=clause_of(OUTCOME),
        days=by_group(st.sampled_from((14, 7, 20, 25, 3, 1))),
        unbroken=draw(st.booleans()),
        claim_after_working_days=draw(delays),
    )
    sustainment = Milestone(
        id=SUSTAINMENT,
        name="still in work",
        basis=Basis.FOLLOWING_DAYS,
        clause=clause_of(SUSTAINMENT),
        days=by_group(st.sampled_from((5, 7, 3, 14, 1))),
        maximum=by_group(st.sampled_from((3, 1, 2, 6, 5))),
        after=draw(st.sampled_from((OUTCOME, OUTCOME, OUTCOME, ATTACHMENT))),
        break_rule=draw(st.sampled_from(BreakRule)),
        claim_after_working_days=draw(delays),
    )
    quiet = Milestone(
        id=QUIET,
        name="not reconvicted",
        basis=Basis.DAYS_WITHOUT,
        clause=clause_of(QUIET),
        days={GROUPS[0]: draw(st.integers(5, 60))},
        without=EventKind.RECONVICTED,
    )
    chosen = [attachment, outcome, sustainment]
    if draw(st.booleans()):
        chosen.append(quiet)
    return tuple(draw(st.permutations(chosen)))


def _rates(draw: st.DrawFn) -> Iterator[Rate]:
    """Draw fees that step on one day; some are zero, some are not there."""
    fees = st.sampled_from((0, 1, 99, 20_001, 40_000, 350_050))
    for milestone in MILESTONES:
        for group in GROUPS:
            step = FIRST_DAY + timedelta(days=draw(st.integers(1, 200)))
            before, after = draw(fees), draw(fees)
            yield _rate(milestone, group, date(2011, 1, 1), step, before)
            if draw(st.integers(0, 9)):
                yield _rate(milestone, group, step + timedelta(days=1), None, after)


def _rate(
    milestone: MilestoneId,
    group: GroupId,
    first_day: date,
    last_day: date | None,
    fee: int,
) -> Rate:
    return Rate(
        milestone=milestone,
        group=group,
        first_day=first_day,
        last_day=last_day,
        fee=Pence(fee),
        evidence=Evidence.ASSUMED,
        source="",
    )


def _discounts(draw: st.DrawFn) -> Iterator[Discount]:
    """Draw at most one discount for each set of keys, so that none is ambiguous."""
    for contract, group, year in (
        (None, None, None),
        (CONTRACTS[0], None, None),
        (CONTRACTS[1], GROUPS[0], None),
        (CONTRACTS[0], GROUPS[1], 2),
    ):
        if draw(st.booleans()):
            yield Discount(
                milestone=draw(st.sampled_from(MILESTONES[:3])),
                contract=contract,
                group=group,
                contract_year=year,
                percent=draw(st.sampled_from(PERCENTS)),
                evidence=Evidence.ASSUMED,
                source="",
            )


def _excess() -> st.SearchStrategy[ExcessPayment]:
    return st.builds(
        ExcessPayment,
        id=st.just(INCENTIVE),
        name=st.just("above expectation"),
        clause=st.just(clause_of(INCENTIVE)),
        milestone=st.sampled_from((OUTCOME, ATTACHMENT, OUTCOME, SUSTAINMENT)),
        groups=st.sampled_from((GROUPS, GROUPS[:1])),
        multiplier=st.sampled_from((Decimal("0.5"), Decimal(1), Decimal("1.3"))),
        amount=st.sampled_from((Pence(100_000), Pence(333))),
        first_contract_year=st.sampled_from((1, 1, 2)),
        counted_by=st.sampled_from(CountedBy),
        payable_months_after=st.integers(0, 2),
    )


def _levels(draw: st.DrawFn) -> Iterator[PerformanceLevel]:
    for group in GROUPS:
        for year in draw(st.sampled_from(((1,), (1, 2), (1,), (1, 2), (2,), ()))):
            yield PerformanceLevel(
                group=group,
                contract_year=year,
                level=Decimal(1),
                non_intervention=draw(
                    st.sampled_from((Decimal("0.3"), Decimal(0), Decimal("0.5")))
                ),
                evidence=Evidence.ASSUMED,
                source="",
            )


def _service_fee() -> st.SearchStrategy[ServiceFee]:
    return st.builds(
        ServiceFee,
        id=st.just(MilestoneId("service-fee")),
        name=st.just("whatever the results"),
        clause=st.just(ClauseId("clause-service-fee")),
        contract=st.sampled_from((None, *CONTRACTS)),
        first_month=st.builds(Month, st.just(2012), st.integers(1, 3)),
        last_month=st.builds(Month, st.just(2012), st.integers(4, 12)),
        monthly=st.just(Pence(12_345)),
    )


def terms() -> st.SearchStrategy[SubcontractTerms]:
    """Draw the terms of a subcontract, general or for one of each."""
    return st.builds(
        SubcontractTerms,
        contract=st.sampled_from((None, None, *CONTRACTS)),
        position=st.sampled_from((None, None, *POSITIONS)),
        first_day=st.sampled_from((0, 0, 0, 40, 90)).map(
            lambda ahead: FIRST_DAY + timedelta(days=ahead)
        ),
        management_fee=st.sampled_from((Decimal(0), Decimal("0.125"), Decimal("0.3"))),
        passed_down=st.dictionaries(
            st.sampled_from((*MILESTONES, INCENTIVE)),
            st.sampled_from(SHARES),
            min_size=3,
        ),
        lag_months=st.integers(0, 2),
    )


@dataclass
class _Story:
    """What happened to one participant, as it is being made up."""

    draw: st.DrawFn
    rulebook: Rulebook
    participant: ParticipantId
    ids: Iterator[int]
    smooth: bool
    """News comes in the month in which things happen, and none is taken back."""
    events: list[Event] = field(default_factory=list)

    def tell(self, kind: EventKind, happened: date, **said: Any) -> None:
        """Add an event, known on the day or later, sometimes before."""
        self.events.append(
            Event(
                id=EventId(str(next(self.ids))),
                kind=kind,
                happened=happened,
                known=self._known(kind, happened),
                participant=self.participant,
                **said,
            )
        )

    def happens(self, one_in: int) -> bool:
        """Say yes once in so many times."""
        return bool(self.draw(st.sampled_from((*[False] * (one_in - 1), True))))

    def choose(self, *values: Any) -> Any:
        """Draw one of some values."""
        return self.draw(st.sampled_from(values))

    def days(self, least: int, most: int) -> timedelta:
        """Draw a number of days."""
        return timedelta(days=self.draw(st.integers(least, most)))

    def _known(self, kind: EventKind, happened: date) -> date:
        if self.smooth:
            return happened
        delay = self.choose(0, 0, 0, 0, 2, 20, 45, -9)
        if delay < 0 and kind not in MAY_BE_ANNOUNCED:
            delay = 0
        return happened + timedelta(days=delay)


@st.composite
def stories(
    draw: st.DrawFn, rulebook: Rulebook, participant: str, ids: Iterator[int]
) -> list[Event]:
    """Draw what happened to one participant, from referral to claims."""
    story = _Story(
        draw=draw,
        rulebook=rulebook,
        participant=ParticipantId(participant),
        ids=ids,
        smooth=draw(st.integers(0, 3)) == 0,
    )
    referred = FIRST_DAY + timedelta(days=story.choose(0, 9, 30, 59, 88, 120))
    group = story.choose(*GROUPS)
    contract = story.choose(*CONTRACTS)
    story.tell(EventKind.REFERRED, referred, contract=contract, group=group)
    attached = referred + story.choose(
        *(timedelta(days=each) for each in (0, 1, 5, 30))
    )
    if not story.happens(12):
        story.tell(EventKind.ATTACHED, attached)
    if not story.happens(4):
        story.tell(EventKind.ALLOCATED, attached, position=story.choose(*POSITIONS))
    _work(story, attached, rulebook)
    if story.happens(3):
        _draw_benefit(story, attached)
    if story.happens(4):
        story.tell(EventKind.RECONVICTED, referred + story.days(0, 80))
    _move(story, referred)
    if not story.smooth:
        _roughen(story, referred, contract)
    return story.events


def _work(story: _Story, attached: date, rulebook: Rulebook) -> None:
    """Add jobs whose lengths and gaps lie about the days that rules ask for."""
    needed = [
        days for item in rulebook.milestones for days in item.days.values() if days
    ]
    day = attached + story.choose(
        *(timedelta(days=each) for each in (-10, 0, 0, 3, 20))
    )
    for number in range(story.choose(2, 3, 4, 5, 1, 0)):
        spell = SpellId(f"{story.participant}-j{number}")
        story.tell(EventKind.JOB_STARTED, day, spell=spell)
        length = story.choose(*needed) * story.choose(1, 1, 2, 5) + story.choose(
            -1, 0, 1
        )
        last = day + timedelta(days=max(length - 1, 0))
        if not story.happens(6):
            story.tell(EventKind.JOB_ENDED, last, spell=spell)
        bridge = rulebook.bridge_days
        gap = story.choose(bridge, max(bridge - 1, 0), bridge, bridge + 1, 0, -4, 25)
        day = last + timedelta(days=1 + gap)


def _draw_benefit(story: _Story, attached: date) -> None:
    first = attached + story.days(0, 60)
    spell = SpellId(f"{story.participant}-b")
    story.tell(EventKind.BENEFIT_STARTED, first, spell=spell)
    if not story.happens(3):
        story.tell(EventKind.BENEFIT_ENDED, first + story.days(0, 20), spell=spell)


def _move(story: _Story, referred: date) -> None:
    """Move the participant within the chain, or to another prime."""
    if story.happens(3):
        story.tell(
            EventKind.ALLOCATED,
            referred + story.days(0, 90),
            position=story.choose(None, *POSITIONS),
        )
    if story.happens(5):
        story.tell(
            EventKind.TRANSFERRED,
            referred + story.days(0, 90),
            contract=story.choose(*CONTRACTS),
            position=story.choose(None, *POSITIONS),
        )
    if story.happens(5):
        story.tell(
            EventKind.GROUP_CHANGED, referred + story.days(0, 50), group=GROUPS[1]
        )


def _roughen(story: _Story, referred: date, contract: ContractId) -> None:
    """Correct reports, refuse spells, cancel referrals, refer a second time."""
    told = list(story.events)
    for event in told:
        if event.spell and story.happens(8):
            story.tell(
                event.kind, event.happened + story.days(-8, 8), spell=event.spell
            )
        if event.kind is EventKind.JOB_STARTED and story.happens(8):
            story.tell(
                EventKind.REJECTED,
                event.happened + story.days(0, 60),
                spell=event.spell,
                code="not-found",
            )
    if story.happens(6):
        story.tell(
            EventKind.REFERRED,
            referred + story.days(-10, 60),
            contract=story.choose(*CONTRACTS),
            group=story.choose(*GROUPS),
        )
    if story.happens(6):
        story.tell(EventKind.ATTACHED, referred + story.days(-3, 160))
    if story.happens(6):
        story.tell(
            EventKind.REFERRAL_CANCELLED,
            referred + story.days(0, 90),
            contract=contract,
        )
    if story.happens(4):
        story.tell(
            EventKind.GROUP_CORRECTED,
            referred + story.days(0, 90),
            group=story.choose(*GROUPS),
        )


def _claim(story: _Story, validates: bool) -> None:
    """Claim milestones, reached or not; validate and refuse some of the claims."""
    named = [(ATTACHMENT, 1), (OUTCOME, 1), (QUIET, 1)]
    named += [(SUSTAINMENT, number) for number in range(1, 8)]
    known = {item.id for item in story.rulebook.milestones}
    for milestone, number in named:
        if milestone not in known:
            continue
        day = FIRST_DAY + story.days(0, 250)
        said = {"milestone": milestone, "number": number}
        if not story.happens(4):
            story.tell(EventKind.CLAIMED, day, **said)
        if validates and not story.happens(4):
            story.tell(EventKind.VALIDATED, day + story.days(0, 20), **said)
        if story.happens(8):
            story.tell(
                EventKind.REJECTED, day + story.days(0, 60), code="no-evidence", **said
            )
            if story.happens(2):
                kind = story.choose(EventKind.CLAIMED, EventKind.VALIDATED)
                story.tell(kind, day + story.days(0, 100), **said)


@st.composite
def logs(draw: st.DrawFn, rulebook: Rulebook, names: Sequence[str]) -> list[Event]:
    """Draw the log of some participants, its claims stated, or implied."""
    ids = count(1)
    log: list[Event] = []
    claims = draw(st.sampled_from(("implied", "implied", "claimed", "validated")))
    for name in names:
        own = draw(stories(rulebook, name, ids))
        if claims != "implied":
            story = _Story(
                draw=draw,
                rulebook=rulebook,
                participant=ParticipantId(name),
                ids=ids,
                smooth=draw(st.booleans()),
            )
            _claim(story, claims == "validated")
            own += story.events
        log += own
    for _ in range(draw(st.integers(0, 2))):
        log.append(_recovery(draw, ids))
    return log


def _recovery(draw: st.DrawFn, ids: Iterator[int]) -> Event:
    happened = FIRST_DAY + timedelta(days=draw(st.integers(0, 300)))
    return Event(
        id=EventId(str(next(ids))),
        kind=EventKind.CLAWED_BACK,
        happened=happened,
        known=happened + timedelta(days=draw(st.integers(0, 40))),
        contract=draw(st.sampled_from(CONTRACTS)),
        amount=Pence(draw(st.sampled_from((1, 250_000)))),
    )


NAMES = ("3", "11", "x", "2")
"""Participants; their order is not that of their letters."""


@st.composite
def cases(draw: st.DrawFn, most: int = 4) -> Case:
    """Draw a rulebook, a log of up to so many participants, and a day to settle to."""
    rulebook = draw(rulebooks())
    names = NAMES[: draw(st.integers(1, most))]
    log = draw(logs(rulebook, names))
    if draw(st.booleans()):
        log = draw(st.permutations(log))
    return Case(
        rulebook=rulebook,
        log=tuple(log),
        settled_to=draw(st.sampled_from(MONTH_ENDS)),
    )
