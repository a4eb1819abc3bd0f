"""A programme's rules as frozen values that check themselves.

A rulebook is what the commissioner decides. It holds plain values to compute with, and
beside them `stated`: the same values with unit, effective date, source and evidence
mark, for people to read. Groups, milestones and contracts keep the order of the file.

It is one module, long as it is, since it is the programme's vocabulary: small records
without behaviour, each of which `Rulebook` holds, which are read beside one another as
the pages of one contract are. What is apart from what is paid has modules of its own:
`regime` says how people are treated, `market_design` how the chain is bought.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

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
from quasimarket.core.money import Pence, format_pounds, round_half_up
from quasimarket.events.event import EventKind
from quasimarket.rulebook.market_design import MarketDesign
from quasimarket.rulebook.regime import (
    Allocation,
    Conditionality,
    Conduct,
    Lever,
    MinimumServiceOffer,
    SupplyChain,
    Transparency,
    Validation,
    refuse_share,
)
from quasimarket.rulebook.units import (
    ContractYear,
    Count,
    Days,
    Months,
    People,
    Percent,
    Ratio,
    Share,
    Weight,
    WorkingDays,
    percent_text,
    refuse_unless,
)


SECTORS = ("private", "third", "public")
DELIVERY_MODELS = ("mixed", "managing-agent")


def refuse_amount(amount: Pence) -> None:
    """Refuse an amount below zero."""
    refuse_unless(amount >= 0, format_pounds(amount), "an amount of 0 or more")


class Evidence(StrEnum):
    """How we come by a value."""

    READ = "read"
    DERIVED = "derived"
    RECALLED = "recalled"
    ASSUMED = "assumed"
    FITTED = "fitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedValue:
    """One value as people read it: what it is, from when, and on what evidence."""

    key: str
    """Where it stands: "milestones.job-outcome.days.1"."""
    value: str
    unit: str
    evidence: Evidence
    source: str
    reason: str = ""
    """Why this value, where it is assumed."""
    first_day: date | None = None
    clause: ClauseId | None = None
    where: str = field(default="", compare=False)
    """File and line, or the setting; two equal values may stand in two places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One rule in one sentence, under the id that lines and cases quote."""

    id: ClauseId
    text: str
    section: str
    evidence: Evidence = Evidence.ASSUMED
    source: str = ""
    reason: str = ""
    """What the sources leave open, where the rule is a choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentGroup:
    """A kind of participant who is paid for at the same prices."""

    id: GroupId
    name: str
    first_referral: date
    last_referral: date
    referral_point: str = ""
    basis: str = ""
    """Mandatory or voluntary."""

    def __post_init__(self) -> None:
        """Refuse a group that closes before it opens."""
        refuse_unless(
            self.first_referral <= self.last_referral,
            f"referrals from {self.first_referral} to {self.last_referral}",
            "a last referral on or after the first",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A contract package area."""

    id: AreaId
    name: str
    geography: str = ""
    nation: str = ""
    intake_weight: Weight = Decimal(1)
    """Its part of the national intake, as the intake was built."""
    unemployment_index: Ratio = Decimal(1)
    """Its unemployment over the average area's, for prices that follow it."""

    def __post_init__(self) -> None:
        """Refuse a weight below zero, and an index that no area could have."""
        refuse_unless(
            self.intake_weight >= 0,
            f"a weight of {self.intake_weight}",
            "a weight of 0 or more",
        )
        refuse_unless(
            0 < self.unemployment_index <= 10,
            f"an unemployment index of {self.unemployment_index}",
            "more than 0, at most 10; 1 is the average",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prime:
    """An organisation that holds contracts with the commissioner."""

    id: OrganisationId
    name: str
    sector: str
    """private, third or public."""

    def __post_init__(self) -> None:
        """Refuse a sector that is not one of the three."""
        refuse_unless(
            self.sector in SECTORS, repr(self.sector), f"one of {', '.join(SECTORS)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One prime's contract for one area."""

    id: ContractId
    number: Count
    area: AreaId
    prime: OrganisationId
    delivery_model: str
    """"mixed" (some delivery in-house) or "managing-agent" (all through the chain)."""

    def __post_init__(self) -> None:
        """Refuse a delivery model that is not one of the two."""
        refuse_unless(
            self.delivery_model in DELIVERY_MODELS,
            repr(self.delivery_model),
            f"one of {', '.join(DELIVERY_MODELS)}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketShare:
    """A contract's share of its area's referrals, from a day on.

    A blank group means every group; the latest first day in force stands.
    """

    contract: ContractId
    group: GroupId | None
    first_day: date
    share: Share

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 100%."""
        refuse_share(self.share)


class Basis(StrEnum):
    """What has to happen for a milestone to be reached."""

    ATTACHMENT = "attachment"
    """The participant is attached."""
    DAYS_IN_WORK = "days-in-work"
    """So many days in work since attachment, cumulative or unbroken."""
    FOLLOWING_DAYS = "following-days"
    """Each further so many unbroken days in work after another milestone."""
    DAYS_WITHOUT = "days-without"
    """So many days from referral without an event of a stated kind."""


class BreakRule(StrEnum):
    """What a break does to the days since the last following milestone."""

    RESTART = "restart"
    """The days are lost; counting starts again on the next day in work."""
    CARRY = "carry"
    """The days are kept; counting goes on on the next day in work."""
    END = "end"
    """Nothing more is earned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Something that is paid for when it is reached, claimed and validated."""

    id: MilestoneId
    name: str
    basis: Basis
    clause: ClauseId
    days: Mapping[GroupId, Days] = field(default_factory=dict)
    """Days needed, by group; a group that is not named cannot reach it."""
    maximum: Mapping[GroupId, Count] = field(default_factory=dict)
    """How many a participant can reach, by group; one where not named."""
    unbroken: bool = False
    """Days in work must be consecutive (basis days-in-work)."""
    after: MilestoneId | None = None
    """The milestone that is followed (basis following-days)."""
    break_rule: BreakRule = BreakRule.RESTART
    without: EventKind | None = None
    """The event that must not happen (basis days-without)."""
    claim_after_working_days: WorkingDays = 0
    """It may be claimed from this working day after the day it is earned."""

    def __post_init__(self) -> None:
        """Refuse what no participant could reach, and parts its basis lacks."""
        for group, days in self.days.items():
            refuse_unless(days >= 1, f"{days} days for group {group}", "at least 1 day")
        for group, most in self.maximum.items():
            refuse_unless(
                most >= 1,
                f"a maximum of {most} for group {group}",
                "a maximum of at least 1, the first payment",
                "leave the group out of days if it cannot reach the milestone",
                "maximum",
            )
        refuse_unless(
            self.claim_after_working_days >= 0,
            f"{self.claim_after_working_days} working days",
            "0 or more",
            field="claim_after_working_days",
        )
        follows = self.basis is Basis.FOLLOWING_DAYS
        refuse_unless(
            (self.after is not None) == follows,
            f"basis {self.basis} with after {self.after or 'blank'}",
            "after to be given for basis following-days, and only for it",
            field="after",
        )
        refuse_unless(
            (self.without is not None) == (self.basis is Basis.DAYS_WITHOUT),
            f"basis {self.basis} with without {self.without or 'blank'}",
            "without to be given for basis days-without, and only for it",
            field="without",
        )
        refuse_unless(
            follows or all(most == 1 for most in self.maximum.values()),
            f"basis {self.basis} with a maximum above 1",
            "a maximum only for basis following-days",
            field="maximum",
        )

    def days_for(self, group: GroupId) -> int | None:
        """Give the days that a group needs, or None where it cannot reach it."""
        return self.days.get(group)

    def maximum_for(self, group: GroupId) -> int:
        """Give how many a participant of the group can reach."""
        return self.maximum.get(group, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A fee before discount, by the day that fixes the price.

    That day is the attachment date; for someone never attached, the referral date.
    """

    milestone: MilestoneId
    group: GroupId
    first_day: date
    last_day: date | None
    fee: Pence
    evidence: Evidence
    source: str
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a fee below zero and a rate that ends before it begins."""
        refuse_amount(self.fee)
        refuse_unless(
            self.last_day is None or self.first_day <= self.last_day,
            f"a rate from {self.first_day} to {self.last_day}",
            "a last day on or after the first day",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A per cent off a fee; a blank key means all; the row with most keys stands."""

    milestone: MilestoneId
    contract: ContractId | None
    group: GroupId | None
    contract_year: ContractYear | None
    percent: Percent
    evidence: Evidence
    source: str
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a discount outside 0 to 100%."""
        refuse_unless(
            0 <= self.percent <= 100,
            f"{self.percent}%",
            "a discount between 0 and 100 percent",
        )


class CountedBy(StrEnum):
    """Which outcomes an excess payment sets against the referrals of a year."""

    YEAR_EARNED = "year-earned"
    """Outcomes earned in the year, whoever was referred when."""
    YEAR_REFERRED = "year-referred"
    """Outcomes, whenever earned, of the people referred in the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessPayment:
    """Pay for each outcome above a threshold share of a year's referrals.

    Outcome k of a contract, group and contract year earns `amount` if
    k > multiplier x non-intervention rate x referrals, as an exact number.
    """

    id: MilestoneId
    name: str
    clause: ClauseId
    milestone: MilestoneId
    groups: tuple[GroupId, ...]
    multiplier: Ratio
    amount: Pence
    first_contract_year: ContractYear
    counted_by: CountedBy = CountedBy.YEAR_EARNED
    payable_months_after: Months = 1
    """Earned on the contract year's last day, payable on the last day of the month
    that many months later."""

    def __post_init__(self) -> None:
        """Refuse an amount, multiplier, year or lag below the least there can be."""
        refuse_amount(self.amount)
        refuse_unless(
            self.multiplier >= 0,
            f"a multiplier of {self.multiplier}",
            "0 or more",
            field="multiplier",
        )
        refuse_unless(
            self.first_contract_year >= 1,
            f"contract year {self.first_contract_year}",
            "contract year 1 or later",
            field="first_contract_year",
        )
        refuse_unless(
            self.payable_months_after >= 0,
            f"{self.payable_months_after} months",
            "0 or more",
            field="payable_months_after",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFee:
    """A fee for each month, whatever the results."""

    id: MilestoneId
    name: str
    clause: ClauseId
    contract: ContractId | None
    """A blank means every contract, each the full fee."""
    first_month: Month
    last_month: Month
    monthly: Pence

    def __post_init__(self) -> None:
        """Refuse a fee below zero and one that ends before it begins."""
        refuse_amount(self.monthly)
        refuse_unless(
            self.first_month <= self.last_month,
            f"a service fee from {self.first_month} to {self.last_month}",
            "a last month not before the first",
            field="last_month",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcontractTerms:
    """How a prime shares its lines with a subcontract, from a day on.

    A blank contract or position means all; the row with most keys, then the latest
    first day, stands. A kind of payment that is not named is not passed down.
    """

    contract: ContractId | None
    position: PositionId | None
    first_day: date
    management_fee: Share
    """The share of each line that the prime keeps before sharing, 0 to 1."""
    passed_down: Mapping[MilestoneId, Share]
    """The share passed down, 0 to 1, for each kind of payment."""
    lag_months: Months

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 100% and a lag below zero."""
        for share in (self.management_fee, *self.passed_down.values()):
            refuse_share(share)
        refuse_unless(self.lag_months >= 0, f"{self.lag_months} months", "0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceLevel:
    """What is expected of a group in a contract year, as shares of referrals."""

    group: GroupId
    contract_year: ContractYear
    level: Share
    non_intervention: Share
    evidence: Evidence
    source: str
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse levels that no programme could mean."""
        refuse_share(self.level)
        refuse_share(self.non_intervention)
        refuse_unless(
            self.contract_year >= 1,
            f"contract year {self.contract_year}",
            "contract year 1 or later",
        )
        refuse_unless(
            self.non_intervention <= self.level,
            f"non-intervention rate {percent_text(self.non_intervention)} above "
            f"level {percent_text(self.level)}",
            "a level at or above what would happen without the programme",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareShift:
    """Move referrals from the worse to the better contract of an area."""

    size: Share
    """Share of the area's referrals in the group that moves (0.05)."""
    trigger: Share
    """Smallest difference between the two rates (0.03)."""
    first_contract_year: ContractYear
    """The first contract year whose results can move shares."""
    months_to_effect: Months
    """Whole months from the end of that year to the first referrals moved."""

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 100% and times that cannot be."""
        refuse_share(self.size, "size")
        refuse_share(self.trigger, "trigger")
        refuse_unless(
            self.first_contract_year >= 1,
            f"contract year {self.first_contract_year}",
            "contract year 1 or later",
            field="first_contract_year",
        )
        refuse_unless(
            self.months_to_effect >= 0,
            f"{self.months_to_effect} months",
            "0 or more",
            field="months_to_effect",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How contracts are measured."""

    milestone: MilestoneId
    """The milestone that counts as an outcome."""
    levels: tuple[PerformanceLevel, ...]
    share_shift: ShareShift | None
    minimum_ranked: People = 30
    """Fewest referrals with which a row is ranked."""
    interval_z: Ratio = Decimal("1.96")
    cohort_months: tuple[Months, ...] = (12, 24)

    def __post_init__(self) -> None:
        """Refuse measures that cannot be worked out."""
        refuse_unless(
            self.minimum_ranked >= 0,
            f"{self.minimum_ranked} people",
            "0 or more",
            field="minimum_ranked",
        )
        refuse_unless(
            self.interval_z > 0, f"{self.interval_z}", "more than 0", field="interval_z"
        )
        refuse_unless(
            all(months >= 1 for months in self.cohort_months),
            f"cohorts of {self.cohort_months} months",
            "1 month or more each",
            field="cohort_months",
        )

    def level_for(self, group: GroupId, contract_year: int) -> PerformanceLevel | None:
        """Give a group's level; after the last known year that one goes on."""
        known = [
            level
            for level in self.levels
            if level.group == group and level.contract_year <= contract_year
        ]
        return max(known, key=lambda level: level.contract_year, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """People referred in a month, by area and group; and what had been forecast."""

    month: Month
    area: AreaId
    group: GroupId
    referrals: People
    forecast: People

    def __post_init__(self) -> None:
        """Refuse fewer than no people."""
        refuse_unless(
            self.referrals >= 0 and self.forecast >= 0,
            f"{self.referrals} referrals, {self.forecast} forecast",
            "0 or more of each",
        )


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """One programme's rules."""

    id: str
    name: str
    summary: str
    first_day: date
    """The programme's first day: contract year 1 begins."""
    second_year_first_day: date
    """Contract year 2 begins here, and each later one on the same day of a year."""
    allotted_days: Days
    """Days on the programme, the referral date being the first."""
    run_on: bool
    """An unbroken run of work that holds the last allotted day goes on counting."""
    bridge_days: Days
    """A gap of at most so many days between two spells counts as work."""
    holidays: frozenset[date]
    clauses: tuple[Clause, ...]
    groups: tuple[PaymentGroup, ...]
    areas: tuple[Area, ...]
    primes: tuple[Prime, ...]
    contracts: tuple[Contract, ...]
    market_shares: tuple[MarketShare, ...]
    milestones: tuple[Milestone, ...]
    rates: tuple[Rate, ...]
    discounts: tuple[Discount, ...]
    excess_payments: tuple[ExcessPayment, ...]
    service_fees: tuple[ServiceFee, ...]
    subcontract_terms: tuple[SubcontractTerms, ...]
    performance: Performance
    intake: tuple[Intake, ...]
    stated: tuple[StatedValue, ...]
    content_hash: str = ""
    """A SHA-256 over the values that decide results, in hexadecimal."""
    allocation: Allocation = field(default_factory=Allocation)
    minimum_service_offer: MinimumServiceOffer | None = None
    supply_chain: SupplyChain | None = None
    conduct: Conduct | None = None
    conditionality: Conditionality | None = None
    validation: Validation | None = None
    transparency: Transparency | None = None
    market: MarketDesign = field(default_factory=MarketDesign)
    levers: tuple[Lever, ...] = ()

    def __post_init__(self) -> None:
        """Refuse times in which no participant could take part."""
        refuse_unless(
            self.allotted_days >= 1,
            f"{self.allotted_days} days",
            "at least 1 day",
            field="allotted_days",
        )
        refuse_unless(
            self.bridge_days >= 0,
            f"{self.bridge_days} days",
            "0 or more",
            field="bridge_days",
        )
        second = self.second_year_first_day
        refuse_unless(
            self.first_day < second,
            f"contract year 2 from {second}, year 1 from {self.first_day}",
            "year 2 to begin after year 1",
            field="second_year_first_day",
        )
        refuse_unless(
            (second.month, second.day) != (2, 29),
            f"contract year 2 from {second}",
            "a day that every year has",
            field="second_year_first_day",
        )

    def contract_year(self, day: date) -> int:
        """Give the contract year that holds a day; days before the first count as 1.

        Year 1 runs from the first day to the day before year 2 begins.
        """
        second = self.second_year_first_day
        if day < second:
            return 1
        year = day.year - second.year + 2
        if (day.month, day.day) < (second.month, second.day):
            year -= 1
        return year

    def contract_year_days(self, contract_year: int) -> tuple[date, date]:
        """Give a contract year's first and last day."""
        second = self.second_year_first_day
        first = (
            self.first_day
            if contract_year == 1
            else second.replace(year=second.year + contract_year - 2)
        )
        following = second.replace(year=second.year + contract_year - 1)
        return first, date.fromordinal(following.toordinal() - 1)

    def unit_price(
        self,
        milestone: MilestoneId,
        contract: ContractId,
        group: GroupId,
        priced_on: date,
    ) -> Pence | None:
        """Give the price of one milestone, or None where the rate card has none.

        The fee is that in force on the pricing day; the discount that of its contract
        year; the market's levers scale both. Rounded once to the penny, half up.
        """
        fee = self._fee(milestone, group, priced_on)
        if fee is None:
            return None
        percent = self._discount(
            milestone, contract, group, self.contract_year(priced_on)
        )
        return round_half_up(
            fee * (100 - percent) / 100 * self._scale(milestone, contract, group)
        )

    def price_index(self, contract: ContractId) -> Decimal:
        """Give what local unemployment makes of a contract's prices for results."""
        return self._price_index.get(contract, Decimal(1))

    def _scale(
        self, milestone: MilestoneId, contract: ContractId, group: GroupId
    ) -> Decimal:
        market = self.market
        scale = 1 - market.service_fee_share
        if market.additionality and milestone == self.performance.milestone:
            measured = any(one.group == group for one in self.performance.levels)
            scale *= 1 - (market.additionality if measured else 0)
        if market.area_adjustment:
            known = self._milestone_by_id.get(milestone)
            if known is not None and known.basis is not Basis.ATTACHMENT:
                scale *= self.price_index(contract)
        return scale

    def terms_in_force(
        self, contract: ContractId, position: PositionId, day: date
    ) -> SubcontractTerms | None:
        """Give the terms between a contract and a position on a day."""
        fitting = [
            terms
            for terms in self.subcontract_terms
            if terms.contract in (None, contract)
            and terms.position in (None, position)
            and terms.first_day <= day
        ]
        return max(
            fitting,
            key=lambda terms: (
                (terms.position is not None) + (terms.contract is not None),
                terms.first_day,
            ),
            default=None,
        )

    def milestone(self, milestone: MilestoneId) -> Milestone:
        """Give a milestone by its id."""
        return self._milestone_by_id[milestone]

    def group(self, group: GroupId) -> PaymentGroup:
        """Give a payment group by its id."""
        return self._group_by_id[group]

    def contract(self, contract: ContractId) -> Contract:
        """Give a contract by its id."""
        return self._contract_by_id[contract]

    def place_of(self, key: str) -> str:
        """Say where a value stands, with its key; the key alone where none is known."""
        for one in self.stated:
            if one.key == key and one.where:
                return one.where if key in one.where else f"{one.where}, {key}"
        return key

    @cached_property
    def _price_index(self) -> dict[ContractId, Decimal]:
        strength = self.market.area_adjustment
        index = {area.id: area.unemployment_index for area in self.areas}
        return {
            one.id: 1 + strength * (index.get(one.area, Decimal(1)) - 1)
            for one in self.contracts
        }

    @cached_property
    def _milestone_by_id(self) -> dict[MilestoneId, Milestone]:
        return {milestone.id: milestone for milestone in self.milestones}

    @cached_property
    def _group_by_id(self) -> dict[GroupId, PaymentGroup]:
        return {group.id: group for group in self.groups}

    @cached_property
    def _contract_by_id(self) -> dict[ContractId, Contract]:
        return {contract.id: contract for contract in self.contracts}

    @cached_property
    def _rates_by_key(self) -> dict[tuple[MilestoneId, GroupId], list[Rate]]:
        rates: dict[tuple[MilestoneId, GroupId], list[Rate]] = {}
        for rate in self.rates:
            rates.setdefault((rate.milestone, rate.group), []).append(rate)
        return rates

    def _fee(
        self, milestone: MilestoneId, group: GroupId, priced_on: date
    ) -> Pence | None:
        for rate in self._rates_by_key.get((milestone, group), ()):
            if rate.first_day <= priced_on and (
                rate.last_day is None or priced_on <= rate.last_day
            ):
                return rate.fee
        return None

    def _discount(
        self,
        milestone: MilestoneId,
        contract: ContractId,
        group: GroupId,
        contract_year: int,
    ) -> Decimal:
        def keys_given(discount: Discount) -> int:
            return sum(
                key is not None
                for key in (discount.contract, discount.group, discount.contract_year)
            )

        fitting = [
            discount
            for discount in self.discounts
            if discount.milestone == milestone
            and discount.contract in (None, contract)
            and discount.group in (None, group)
            and discount.contract_year in (None, contract_year)
        ]
        chosen = max(fitting, key=keys_given, default=None)
        percent = chosen.percent if chosen else Decimal(0)
        deepest = self.market.deepest_discount
        return percent if deepest is None else min(percent, deepest * 100)
