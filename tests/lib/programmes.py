"""A small programme for specification cases, and the named ways it can differ.

It has the Work Programme's nine groups, their days, numbers and first-year prices,
three contracts in two areas, and nothing else: no discount, incentive, service fee or
subcontract terms until a case asks for them. `says` tells each difference in words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import (
    AreaId,
    ClauseId,
    ContractId,
    GroupId,
    MilestoneId,
    OrganisationId,
    PositionId,
)
from quasimarket.core.money import to_pence
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import (
    Area,
    Basis,
    BreakRule,
    Contract,
    CountedBy,
    Discount,
    Evidence,
    ExcessPayment,
    MarketShare,
    Milestone,
    PaymentGroup,
    Performance,
    PerformanceLevel,
    Prime,
    Rate,
    Rulebook,
    ServiceFee,
    ShareShift,
    SubcontractTerms,
)
from tests.lib.tables import rows_of


ATTACHMENT = MilestoneId("attachment")
JOB_OUTCOME = MilestoneId("job-outcome")
SUSTAINMENT = MilestoneId("sustainment")
INCENTIVE = MilestoneId("incentive")

GROUPS = """
group | days | number | attachment | job-outcome | sustainment
1     | 182  | 13     | 400        | 1200        | 170
2     | 182  | 13     | 400        | 1200        | 215
3     | 91   | 20     | 400        | 1200        | 250
4     | 91   | 20     | 400        | 1200        | 250
5     | 91   | 20     | 400        | 1000        | 115
6     | 91   | 20     | 600        | 1200        | 235
7     | 91   | 26     | 600        | 3500        | 370
8     | 91   | 20     | 400        | 1000        | 115
9     | 182  | 20     | 400        | 1200        | 200
"""
HOLIDAYS = """
2011-08-29 2011-12-26 2011-12-27
2012-01-02 2012-04-06 2012-04-09 2012-05-07 2012-06-04 2012-06-05 2012-08-27
2012-12-25 2012-12-26
2013-01-01 2013-03-29 2013-04-01 2013-05-06 2013-05-27 2013-08-26 2013-12-25 2013-12-26
2014-01-01 2014-04-18 2014-04-21 2014-05-05 2014-05-26 2014-08-25 2014-12-25 2014-12-26
"""
LEVELS = """
group | year | level | non-intervention
1     | 3    | 0.44  | 0.40
2     | 3    | 0.33  | 0.30
6     | 3    | 0.165 | 0.15
"""
START = date(2011, 6, 1)


@dataclass(frozen=True, kw_only=True)
class SmallProgramme:
    """A rulebook, and what a reader needs to be told of it."""

    rulebook: Rulebook
    says: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Differences:
    """How a case's programme differs from the small one; tables are plain text."""

    pays: str = "attachment, job-outcome, sustainment"
    attachment_fees: str = ""
    outcome_fees: str = ""
    discounts: str = ""
    bridge_days: int = 2
    allotted_days: int = 728
    run_on: bool = True
    unbroken: bool = False
    break_rule: str = "restart"
    claim_after_working_days: int = 0
    maximum: int | None = None
    incentive: bool = False
    counted_by: str = "year-earned"
    levels: str = LEVELS
    service_fee: str = ""
    terms: str = ""
    reconvictions: bool = False
    share_shift: bool = False
    minimum_ranked: int = 30
    group_9_from: str = "2011-06-01"
    shares: str = ""
    one_area: bool = False


SAYINGS: Mapping[str, Callable[[Any], str]] = {
    "pays": lambda kinds: f"What is paid for: {kinds}.",
    "attachment_fees": lambda table: f"Attachment fees:\n{table}",
    "outcome_fees": lambda table: f"Job outcome fees:\n{table}",
    "discounts": lambda table: f"Discounts, per cent:\n{table}",
    "bridge_days": lambda days: f"`bridge_days: {days}`",
    "allotted_days": lambda days: f"`allotted_days: {days}`",
    "run_on": lambda runs: f"`run_on: {str(runs).lower()}`",
    "unbroken": lambda _: "The days in work for a job outcome must be unbroken.",
    "break_rule": lambda rule: f"`break_rule: {rule}`",
    "claim_after_working_days": lambda days: (
        f"A sustainment may be claimed from the {days}th working day."
    ),
    "maximum": lambda number: f"At most {number} sustainments.",
    "incentive": lambda _: (
        "£1,000 for each outcome above 130% of the non-intervention rate, "
        "from contract year 4."
    ),
    "counted_by": lambda way: f"`counted_by: {way}`",
    "levels": lambda table: f"Levels, as shares of referrals:\n{table}",
    "service_fee": lambda months: f"A service fee: {months}.",
    "terms": lambda table: f"Subcontract terms (fee: what the prime keeps):\n{table}",
    "reconvictions": lambda _: "Paid for each 91 days without a reconviction: £500.",
    "share_shift": lambda _: "Five points of referrals move at a difference of three.",
    "minimum_ranked": lambda people: f"Ranked from {people} referrals.",
    "shares": lambda table: f"Market shares:\n{table}",
    "one_area": lambda _: "All three contracts are in area A.",
    "group_9_from": lambda day: f"Group 9 is referred from {day}.",
}


def programme(**differences: Any) -> SmallProgramme:
    """Build the small programme with the differences named."""
    given = Differences(**differences)
    return SmallProgramme(
        rulebook=_rulebook(given),
        says=tuple(SAYINGS[name](value) for name, value in differences.items()),
    )


def _rulebook(given: Differences) -> Rulebook:
    return Rulebook(
        id="small",
        name="A small programme",
        summary="Built for specification cases.",
        first_day=START,
        second_year_first_day=date(2012, 4, 1),
        allotted_days=given.allotted_days,
        run_on=given.run_on,
        bridge_days=given.bridge_days,
        holidays=frozenset(date.fromisoformat(day) for day in HOLIDAYS.split()),
        clauses=(),
        groups=tuple(_group(row, given) for row in rows_of(GROUPS)),
        areas=(_area("A"), _area("B")),
        primes=tuple(
            Prime(
                id=OrganisationId(f"P{number}"),
                name=f"Prime {number}",
                sector="private",
            )
            for number in (1, 2, 3)
        ),
        contracts=(
            _contract(1, "A"),
            _contract(2, "A"),
            _contract(3, "A" if given.one_area else "B"),
        ),
        market_shares=tuple(_share(row) for row in rows_of(given.shares)),
        milestones=_milestones(given),
        rates=_rates(given),
        discounts=tuple(_discount(row) for row in rows_of(given.discounts)),
        excess_payments=_excess_payments(given),
        service_fees=_service_fees(given),
        subcontract_terms=tuple(_terms(row) for row in rows_of(given.terms)),
        performance=Performance(
            milestone=JOB_OUTCOME,
            levels=tuple(_level(row) for row in rows_of(given.levels)),
            share_shift=_SHARE_SHIFT if given.share_shift else None,
            minimum_ranked=given.minimum_ranked,
        ),
        intake=(),
        stated=(),
    )


def _group(row: Mapping[str, str], given: Differences) -> PaymentGroup:
    first = given.group_9_from if row["group"] == "9" else START.isoformat()
    return PaymentGroup(
        id=GroupId(row["group"]),
        name=f"Group {row['group']}",
        first_referral=date.fromisoformat(first),
        last_referral=date(2017, 3, 31),
    )


def _area(name: str) -> Area:
    return Area(id=AreaId(name), name=f"Area {name}")


def _contract(number: int, area: str) -> Contract:
    return Contract(
        id=ContractId(str(number)),
        number=number,
        area=AreaId(area),
        prime=OrganisationId(f"P{number}"),
        delivery_model="mixed",
    )


def _milestones(given: Differences) -> tuple[Milestone, ...]:
    rows = rows_of(GROUPS)
    most = {GroupId(row["group"]): given.maximum or int(row["number"]) for row in rows}
    milestones = [
        Milestone(
            id=ATTACHMENT,
            name="attachment",
            basis=Basis.ATTACHMENT,
            clause=ClauseId("S41"),
        ),
        Milestone(
            id=JOB_OUTCOME,
            name="job outcome",
            basis=Basis.DAYS_IN_WORK,
            clause=ClauseId("S19"),
            days={GroupId(row["group"]): int(row["days"]) for row in rows},
            unbroken=given.unbroken,
        ),
        Milestone(
            id=SUSTAINMENT,
            name="sustainment",
            basis=Basis.FOLLOWING_DAYS,
            clause=ClauseId("S24"),
            days={GroupId(row["group"]): 28 for row in rows},
            maximum=most,
            after=JOB_OUTCOME,
            break_rule=BreakRule(given.break_rule),
            claim_after_working_days=given.claim_after_working_days,
        ),
    ]
    if given.reconvictions:
        milestones.append(
            Milestone(
                id=MilestoneId("no-reconviction"),
                name="no reconviction",
                basis=Basis.DAYS_WITHOUT,
                clause=ClauseId("R1"),
                days={GroupId("1"): 91},
                without=EventKind.RECONVICTED,
            )
        )
    return tuple(milestones)


def _rates(given: Differences) -> tuple[Rate, ...]:
    paid = {MilestoneId(kind.strip()) for kind in given.pays.split(",")}
    dated = {ATTACHMENT: given.attachment_fees, JOB_OUTCOME: given.outcome_fees}
    rates: list[Rate] = []
    for kind in (ATTACHMENT, JOB_OUTCOME, SUSTAINMENT):
        if kind not in paid:
            continue
        if table := dated.get(kind):
            rates += [
                _rate(kind, row["group"], row["fee"], row["from"], row["until"])
                for row in rows_of(table)
            ]
        else:
            rates += [_rate(kind, row["group"], row[kind]) for row in rows_of(GROUPS)]
    if given.reconvictions:
        rates.append(_rate(MilestoneId("no-reconviction"), "1", "500"))
    return tuple(rates)


def _rate(
    kind: MilestoneId,
    group: str,
    fee: str,
    first: str = "2011-06-01",
    last: str = "",
) -> Rate:
    return Rate(
        milestone=kind,
        group=GroupId(group),
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last) if last else None,
        fee=to_pence(fee),
        evidence=Evidence.ASSUMED,
        source="case",
    )


def _discount(row: Mapping[str, str]) -> Discount:
    return Discount(
        milestone=MilestoneId(row.get("kind") or JOB_OUTCOME),
        contract=ContractId(row["contract"]) if row["contract"] else None,
        group=GroupId(row["group"]) if row["group"] else None,
        contract_year=int(row["year"]) if row["year"] else None,
        percent=Decimal(row["percent"]),
        evidence=Evidence.ASSUMED,
        source="case",
    )


def _terms(row: Mapping[str, str]) -> SubcontractTerms:
    return SubcontractTerms(
        contract=ContractId(row["contract"]) if row["contract"] else None,
        position=PositionId(row["position"]) if row["position"] else None,
        first_day=date.fromisoformat(row["from"]),
        management_fee=Decimal(row["fee"]),
        passed_down={
            MilestoneId(kind): Decimal(row[kind])
            for kind in (ATTACHMENT, JOB_OUTCOME, SUSTAINMENT, INCENTIVE)
            if row.get(kind)
        },
        lag_months=int(row["lag"]),
    )


def _share(row: Mapping[str, str]) -> MarketShare:
    return MarketShare(
        contract=ContractId(row["contract"]),
        group=None,
        first_day=START,
        share=Decimal(row["share"]),
    )


def _level(row: Mapping[str, str]) -> PerformanceLevel:
    return PerformanceLevel(
        group=GroupId(row["group"]),
        contract_year=int(row["year"]),
        level=Decimal(row["level"]),
        non_intervention=Decimal(row["non-intervention"]),
        evidence=Evidence.ASSUMED,
        source="case",
    )


def _service_fees(given: Differences) -> tuple[ServiceFee, ...]:
    """Read "£1,000 a month from 2011-06 to 2011-08"."""
    if not given.service_fee:
        return ()
    pounds, _, _, _, first, _, last = given.service_fee.split()
    return (
        ServiceFee(
            id=MilestoneId("service-fee"),
            name="service fee",
            clause=ClauseId("F1"),
            contract=ContractId("1"),
            first_month=Month.parse(first),
            last_month=Month.parse(last),
            monthly=to_pence(pounds.replace("£", "").replace(",", "")),
        ),
    )


def _excess_payments(given: Differences) -> tuple[ExcessPayment, ...]:
    if not given.incentive:
        return ()
    return (replace(_INCENTIVE, counted_by=CountedBy(given.counted_by)),)


_INCENTIVE = ExcessPayment(
    id=INCENTIVE,
    name="incentive",
    clause=ClauseId("S59"),
    milestone=JOB_OUTCOME,
    groups=(GroupId("1"), GroupId("2"), GroupId("6")),
    multiplier=Decimal("1.3"),
    amount=to_pence(1000),
    first_contract_year=4,
)
_SHARE_SHIFT = ShareShift(
    size=Decimal("0.05"),
    trigger=Decimal("0.03"),
    first_contract_year=2,
    months_to_effect=6,
)
