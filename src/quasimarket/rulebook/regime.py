"""The rules around the payments: allocation, service, conduct, checking, openness."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from quasimarket.core.identifiers import ClauseId, GroupId
from quasimarket.rulebook.units import (
    Days,
    Months,
    Refused,
    Share,
    Weeks,
    WorkingDays,
    percent_text,
    refuse_unless,
)


class AllocationMethod(StrEnum):
    """How a referral finds its contract within an area."""

    RANDOM_BY_SHARE = "random-by-share"
    """Each referral is drawn on its own, with the market shares as chances."""
    PARTICIPANT_CHOICE = "participant-choice"
    """The participant chooses; market shares are what is expected."""
    BY_PERFORMANCE = "by-performance"
    """Market shares follow measured performance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How referrals are allocated to contracts."""

    method: AllocationMethod = AllocationMethod.RANDOM_BY_SHARE
    stays_on_moving: bool = True
    """A participant who moves house stays with the contract."""
    clause: ClauseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumServiceOffer:
    """What every participant is promised, whatever the black box does."""

    set_by: str
    """prime (each writes its own) or commissioner (one for all)."""
    is_binding: bool
    first_contact_working_days: WorkingDays | None = None
    contact_interval_days: Days | None = None
    action_plan_days: Days | None = None
    clause: ClauseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How primes must treat their supply chains, and who may complain how."""

    standard: str
    principles: tuple[str, ...]
    who_may_complain: tuple[str, ...]
    stages: tuple[str, ...]
    """Where a complaint goes, in order."""
    is_anonymous: bool
    """The prime does not learn who complained."""
    breach_is_material: bool
    """A breach of the standard is a material breach of contract."""
    clause: ClauseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """How long a benefit is stopped for a failure to take part."""

    id: str
    benefit: str
    failure: str
    """first, second, later."""
    length: Weeks
    first_day: date
    last_day: date | None = None
    groups: tuple[GroupId, ...] = ()
    """Payment groups on which it can fall; none is every one that must take part."""

    def __post_init__(self) -> None:
        """Refuse a penalty that ends before it begins."""
        refuse_unless(
            self.last_day is None or self.first_day <= self.last_day,
            f"a penalty from {self.first_day} to {self.last_day}",
            "a last day on or after the first day",
            field="last_day",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditionality:
    """What happens to a participant who does not take part."""

    who_decides: str
    must_report: bool
    """A provider must report every failure that it sees."""
    notice_required: bool
    """No penalty without a written notice of what was required."""
    safeguard_required: bool
    """A vulnerable participant must be sought out before a doubt is raised."""
    penalties: tuple[Penalty, ...] = ()
    clause: ClauseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How claims are checked, and what happens if a check fails."""

    off_benefit_check: Share
    """Share of claims checked against benefit records before payment."""
    employment_sample: Share
    """Share of claims checked against tax records after payment."""
    is_extrapolated: bool
    """A failed sample is scaled up to all the claims it stands for."""
    evidence_rests_with: str
    """Who answers for missing records."""
    clause: ClauseId | None = None

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 100%."""
        refuse_share(self.off_benefit_check, "off_benefit_check")
        refuse_share(self.employment_sample, "employment_sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One thing that is shown, to whom, how often."""

    id: str
    shows: str
    audience: tuple[str, ...]
    interval: Months
    names_subcontracts: bool = False
    """Results are shown for each subcontract, not only for each contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transparency:
    """What is published."""

    disclosures: tuple[Disclosure, ...] = ()
    first_publication_months: Months | None = None
    """Months from the programme's first day in which nothing may be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A choice that a designer of such programmes has, and how it is set here."""

    id: str
    name: str
    setting: str
    problem: str = ""
    key: str = ""
    """The rulebook key that sets it; blank where no key does."""
    range: str = ""
    """What it can be set to."""
    mechanism: str = ""
    """How it works in a run."""
    side_effect: str = ""
    example: str = ""
    """Settings that pull it, parted by semicolons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A kind of subcontract in the supply chain."""

    id: str
    name: str
    delivers: str
    is_paid_by_results: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyChain:
    """What the commissioner asks of supply chains."""

    tiers: tuple[Tier, ...] = field(default_factory=tuple)
    change_needs_approval: bool = False
    """A prime may change its chain only with the commissioner's approval."""
    volumes_guaranteed: bool = False
    highest_management_fee: Share | None = None

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 100%."""
        if self.highest_management_fee is not None:
            refuse_share(self.highest_management_fee, "highest_management_fee")


def refuse_share(share: Decimal, field: str = "") -> None:
    """Refuse a share outside 0 to 1."""
    if not 0 <= share <= 1:
        raise Refused(
            percent_text(share), "a share between 0 and 100 percent", field=field
        )
