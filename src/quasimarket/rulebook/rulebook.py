"""A programme's rules as frozen values that check themselves.

A rulebook is what the commissioner decides. It holds plain values to compute with, and
beside them `stated`: the same values with unit, effective date, source and evidence
mark, for people to read. Groups, milestones and contracts keep the order of the file.
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
from quasimarket.core.money import Pence, round_half_up
from quasimarket.events.event import EventKind


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One rule in one sentence, under the id that lines and cases quote."""

    id: ClauseId
    text: str
    section: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A contract package area."""

    id: AreaId
    name: str
    geography: str = ""
    nation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prime:
    """An organisation that holds contracts with the commissioner."""

    id: OrganisationId
    name: str
    sector: str
    """private, third or public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One prime's contract for one area."""

    id: ContractId
    number: int
    area: AreaId
    prime: OrganisationId
    delivery_model: str
    """"mixed" (some delivery in-house) or "managing-agent" (all through the chain)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketShare:
    """A contract's share of its area's referrals, from a day on.

    A blank group means every group; the latest first day in force stands.
    """

    contract: ContractId
    group: GroupId | None
    first_day: date
    share: Decimal


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
    days: Mapping[GroupId, int] = field(default_factory=dict)
    """Days needed, by group; a group that is not named cannot reach it."""
    maximum: Mapping[GroupId, int] = field(default_factory=dict)
    """How many a participant can reach, by group; one where not named."""
    unbroken: bool = False
    """Days in work must be consecutive (basis days-in-work)."""
    after: MilestoneId | None = None
    """The milestone that is followed (basis following-days)."""
    break_rule: BreakRule = BreakRule.RESTART
    without: EventKind | None = None
    """The event that must not happen (basis days-without)."""
    claim_after_working_days: int = 0
    """It may be claimed from this working day after the day it is earned."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A per cent off a fee; a blank key means all; the row with most keys stands."""

    milestone: MilestoneId
    contract: ContractId | None
    group: GroupId | None
    contract_year: int | None
    percent: Decimal
    evidence: Evidence
    source: str
    reason: str = ""


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
    multiplier: Decimal
    amount: Pence
    first_contract_year: int
    counted_by: CountedBy = CountedBy.YEAR_EARNED
    payable_months_after: int = 1
    """Earned on the contract year's last day, payable on the last day of the month
    that many months later."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcontractTerms:
    """How a prime shares its lines with a subcontract, from a day on.

    A blank contract or position means all; the row with most keys, then the latest
    first day, stands. A kind of payment that is not named is not passed down.
    """

    contract: ContractId | None
    position: PositionId | None
    first_day: date
    management_fee: Decimal
    """The share of each line that the prime keeps before sharing, 0 to 1."""
    passed_down: Mapping[MilestoneId, Decimal]
    """The share passed down, 0 to 1, for each kind of payment."""
    lag_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceLevel:
    """What is expected of a group in a contract year, as shares of referrals."""

    group: GroupId
    contract_year: int
    level: Decimal
    non_intervention: Decimal
    evidence: Evidence
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareShift:
    """Move referrals from the worse to the better contract of an area."""

    size: Decimal
    """Share of the area's referrals in the group that moves (0.05)."""
    trigger: Decimal
    """Smallest difference between the two rates (0.03)."""
    first_contract_year: int
    """The first contract year whose results can move shares."""
    months_to_effect: int
    """Whole months from the end of that year to the first referrals moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How contracts are measured."""

    milestone: MilestoneId
    """The milestone that counts as an outcome."""
    levels: tuple[PerformanceLevel, ...]
    share_shift: ShareShift | None
    minimum_ranked: int = 30
    """Fewest referrals with which a row is ranked."""
    interval_z: Decimal = Decimal("1.96")
    cohort_months: tuple[int, ...] = (12, 24)

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
    referrals: int
    forecast: int


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
    allotted_days: int
    """Days on the programme, the referral date being the first."""
    run_on: bool
    """An unbroken run of work that holds the last allotted day goes on counting."""
    bridge_days: int
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
        year. Rounded once to the penny, half up.
        """
        fee = self._fee(milestone, group, priced_on)
        if fee is None:
            return None
        percent = self._discount(
            milestone, contract, group, self.contract_year(priced_on)
        )
        return round_half_up(fee * (100 - percent) / 100)

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
        return chosen.percent if chosen else Decimal(0)
