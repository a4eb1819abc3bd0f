"""A place's cash flow under its own terms: what arrives when, and whether it suffices.

Each person on the caseload has a chance of an outcome in each month since attachment,
as the programme's own log has it so far, and after an outcome so many sustainments.
Each is paid at the rulebook's price, less the prime's fee, at the share passed down, a
month after it is earned and then after the months that the terms say.

It is an expectation, not a promise: half of all months come out lower.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import (
    ContractId,
    GroupId,
    MilestoneId,
    PositionId,
)
from quasimarket.rulebook.rulebook import Basis, Rulebook, SubcontractTerms


HORIZON = 24
KINDS = ("attachment", "outcome", "sustainment")
PAID_AFTER = 1
"""Months from earning to the prime's own payment: the month's statement, then paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What the log says of one payment group, by month since the event before."""

    outcome: Mapping[int, float]
    """The chance of a first outcome in a month since attachment, if none came yet."""
    later: Mapping[int, float]
    """Sustainments a person in a month since the first outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """People of a caseload who are alike for a forecast."""

    group: str
    months: int
    """Since attachment; or since the outcome, where they have one."""
    has_outcome: bool
    people: float
    priced_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """New referrals a month to a place, by payment group."""

    group: str
    people: float
    attached_share: float


@dataclass(slots=True, kw_only=True)
class MonthlyCash:
    """One month of a forecast, in pence."""

    month: Month
    income: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    costs: int = 0
    balance: int | None = None
    """At the month's end; None where the place typed in no reserves."""

    @property
    def total(self) -> int:
        """Add the income up."""
        return sum(self.income.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What a place has and spends, in pence, as it typed in."""

    reserves: int
    monthly_cost: int
    cost_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The months ahead of a place."""

    months: tuple[MonthlyCash, ...]
    worth_of_referral: int
    """Income, in pence, that one more referral brings in its whole time."""
    break_even: float | None
    """Referrals a month at which income covers costs; None without costs or worth."""

    @property
    def lowest(self) -> MonthlyCash | None:
        """Find the month in which reserves are lowest."""
        known = [one for one in self.months if one.balance is not None]
        return min(known, key=lambda one: one.balance or 0, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Under which rules and terms a forecast is made."""

    rulebook: Rulebook
    contract: str
    position: str
    terms: SubcontractTerms | None
    curves: Mapping[str, Curve]
    today: date

    def share(self, milestone: str) -> Decimal:
        """Give what of a payment to the prime reaches the place."""
        if self.terms is None:
            return Decimal(0)
        passed = self.terms.passed_down.get(MilestoneId(milestone), Decimal(0))
        return (1 - self.terms.management_fee) * passed

    def pay(self, kind: str, group: str, priced_on: date) -> Decimal:
        """Give what the place gets, in pence, for one payment of a kind."""
        milestone = self.milestones().get(kind)
        if milestone is None:
            return Decimal(0)
        price = self.rulebook.unit_price(
            MilestoneId(milestone),
            ContractId(self.contract),
            GroupId(group),
            priced_on,
        )
        return Decimal(price or 0) * self.share(milestone)

    def milestones(self) -> dict[str, str]:
        """Give the rulebook's milestone of each kind of payment."""
        found: dict[str, str] = {}
        for one in self.rulebook.milestones:
            if one.basis is Basis.ATTACHMENT:
                found.setdefault("attachment", str(one.id))
            elif one.basis is Basis.FOLLOWING_DAYS:
                found.setdefault("sustainment", str(one.id))
            elif one.id == self.rulebook.performance.milestone:
                found["outcome"] = str(one.id)
        return found

    @property
    def wait(self) -> int:
        """Give the months from earning to the place's money."""
        return PAID_AFTER + (self.terms.lag_months if self.terms else 0)


def terms_for(
    rulebook: Rulebook, contract: str, position: str, today: date
) -> SubcontractTerms | None:
    """Give the terms that hold for a place."""
    return rulebook.terms_in_force(ContractId(contract), PositionId(position), today)


def forecast(
    setting: Setting,
    cohorts: Iterable[Cohort],
    flows: Sequence[Flow],
    money: Money | None,
    *,
    on_its_way: Sequence[Mapping[str, Decimal]] = (),
    horizon: int = HORIZON,
) -> Forecast:
    """Work out the months ahead, the first being the month after today's.

    `on_its_way` is what was earned in the months before this one, the latest first, by
    kind: it has yet to arrive.
    """
    first = Month.of(setting.today).plus(1)
    # Ahead counts from 0, the present month: what it earns arrives later.
    earned = [dict.fromkeys(KINDS, Decimal(0)) for _ in range(horizon + 1)]
    for cohort in cohorts:
        _add(earned, _course(setting, cohort, horizon), start=0)
    for flow in flows:
        for ahead in range(horizon + 1):
            _add(earned, _newcomers(setting, flow, ahead, horizon), start=ahead)
    people = sum(flow.people for flow in flows)
    months: list[MonthlyCash] = []
    for number in range(horizon):
        row = MonthlyCash(month=first.plus(number))
        source = number + 1 - setting.wait
        if source >= 0:
            row.income = {kind: round(earned[source][kind]) for kind in KINDS}
        elif -source <= len(on_its_way):
            row.income = {
                kind: round(on_its_way[-source - 1].get(kind, 0)) for kind in KINDS
            }
        if money is not None:
            row.costs = money.monthly_cost + round(money.cost_each * people)
            before = months[-1].balance if months else money.reserves
            row.balance = (before or 0) + row.total - row.costs
        months.append(row)
    worth = worth_of_one(setting, flows)
    return Forecast(
        months=tuple(months),
        worth_of_referral=worth,
        break_even=_break_even(money, worth),
    )


def worth_of_one(setting: Setting, flows: Sequence[Flow]) -> int:
    """Give what one more referral brings over four years, mixed as they now come."""
    people = sum(flow.people for flow in flows)
    if not people:
        return 0
    worth = Decimal(0)
    for flow in flows:
        one = Flow(
            group=flow.group,
            people=flow.people / people,
            attached_share=flow.attached_share,
        )
        course = _newcomers(setting, one, 0, 48)
        worth += sum((sum(month.values()) for month in course), Decimal(0))
    return round(worth)


def _break_even(money: Money | None, worth: int) -> float | None:
    if money is None or worth <= money.cost_each or not money.monthly_cost:
        return None
    return round(money.monthly_cost / (worth - money.cost_each), 1)


def _newcomers(
    setting: Setting, flow: Flow, ahead: int, horizon: int
) -> list[dict[str, Decimal]]:
    """Follow the people referred in a month ahead, from that month on."""
    attached = flow.people * flow.attached_share
    day = Month.of(setting.today).plus(ahead).first_day
    cohort = Cohort(
        group=flow.group, months=0, has_outcome=False, people=attached, priced_on=day
    )
    course = _course(setting, cohort, max(horizon - ahead, 0))
    course[0]["attachment"] += Decimal(str(attached)) * setting.pay(
        "attachment", flow.group, day
    )
    return course


def _course(setting: Setting, cohort: Cohort, horizon: int) -> list[dict[str, Decimal]]:
    """Follow a cohort through its outcomes and sustainments, month by month."""
    curve = setting.curves.get(cohort.group, Curve(outcome={}, later={}))
    months = [dict.fromkeys(KINDS, Decimal(0)) for _ in range(horizon + 1)]
    an_outcome = setting.pay("outcome", cohort.group, cohort.priced_on)
    a_later = setting.pay("sustainment", cohort.group, cohort.priced_on)
    arrived = [0.0] * (horizon + 1)
    if not cohort.has_outcome:
        left = cohort.people
        for ahead in range(horizon + 1):
            arrived[ahead] = left * curve.outcome.get(cohort.months + ahead, 0.0)
            left -= arrived[ahead]
    for ahead in range(horizon + 1):
        months[ahead]["outcome"] += Decimal(str(arrived[ahead])) * an_outcome
        kept = sum(
            arrived[since] * curve.later.get(ahead - since, 0.0)
            for since in range(ahead + 1)
        )
        if cohort.has_outcome:
            kept += cohort.people * curve.later.get(cohort.months + ahead, 0.0)
        months[ahead]["sustainment"] += Decimal(str(kept)) * a_later
    return months


def _add(
    total: list[dict[str, Decimal]], course: list[dict[str, Decimal]], *, start: int
) -> None:
    for ahead, month in enumerate(course):
        if start + ahead < len(total):
            for kind in KINDS:
                total[start + ahead][kind] += month[kind]
