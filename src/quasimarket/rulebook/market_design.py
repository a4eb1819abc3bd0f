"""How the market is bought and protected: what a designer can change besides prices.

The defaults are the Work Programme as it was commissioned. Every lever of the
programme's `levers.csv` that is not a price, a group or a performance rule is here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from quasimarket.core.money import Pence
from quasimarket.rulebook.units import Count, Months, Ratio, Share, refuse_unless


_NOTHING = Pence(0)
_BAR = Pence(2_000_000_000)


class TenderMode(StrEnum):
    """Where the contracts, primes and discounts of a run come from."""

    AS_AWARDED = "as-awarded"
    """The rulebook's own contracts."""
    SIMULATED = "simulated"
    """The tender is held anew among bidders drawn for the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketDesign:
    """The tender, and what protects subcontractors and participants."""

    tender: TenderMode = TenderMode.AS_AWARDED
    framework_bidders: Count = 35
    """Organisations on the framework: only they may bid."""
    turnover_bar: Pence = _BAR
    """Yearly turnover that lets an organisation onto the framework (L22)."""
    price_weight: Share = Decimal("0.5")
    """Weight of price in scoring bids; the rest is quality (L07)."""
    deepest_discount: Share | None = None
    """A bid or a subcontract may not discount more (L06)."""
    awards_an_area: Count | None = None
    """Primes chosen in each area; None keeps the rulebook's number."""
    licence_months: Months | None = None
    """Open licences, reviewed so often, in place of one tender (L19)."""
    specialist_lots: Share = Decimal("0.0")
    """Share of people with a specific need who are bought a specialist directly by the
    commissioner (L21)."""

    specialist_ring_fence: Share = Decimal("0.0")
    """Share of what a prime is paid that may only buy specialist help (L08)."""
    tier_2_guarantee: Ratio = Decimal(0)
    """People a month that a contracted specialist is promised, or paid for (L09)."""
    enforces_promises: bool = False
    """Volumes promised to named subcontractors bind the prime (L12)."""
    highest_pass_down: Share | None = None
    """Most outcome risk that may be passed down (L13); the rest is paid on attachment."""
    risk_pooling: Share = Decimal("0.0")
    """How far a prime smooths its subcontractors' income over the chain (L23)."""
    working_capital_months: Months = 0
    """Months of planned costs that a public facility lends to subcontractors (L22)."""

    publishes_chains: bool = False
    """Referrals and outcomes of every subcontract are public (L11)."""
    has_open_books: bool = False
    """Spend by payment group is reported through the chain (L14)."""
    protects_complaints: bool = False
    """Complaints are anonymous and referrals afterwards are watched (L15)."""
    star_ratings: Share = Decimal("0.0")
    """How much a public rating by outcomes weighs in flow and pressure (L18)."""
    stewardship: Share = Decimal("0.0")
    """How far shared learning takes the place of hard performance management (L20)."""
    may_opt_out_of_sanctions: bool = False
    """A subcontractor may leave doubts to the public agency (L24)."""
    protects_black_box: bool = False
    """A prime may set a subcontractor's outcomes, not its process (L25)."""
    caseload_cap: Ratio | None = None
    """Most participants an adviser may have (L30)."""

    in_work_support_price: Pence = _NOTHING
    """Paid a month for each person in work who is in touch with an adviser (L26)."""
    progress_payment: Pence = _NOTHING
    """Paid for each plan of someone furthest from work that is kept to (L27)."""
    area_adjustment: Share = Decimal("0.0")
    """How far outcome prices rise with local unemployment (L28)."""
    additionality: Share = Decimal("0.0")
    """How far outcomes expected without the programme are taken off (L29)."""
    accelerator: Share = Decimal("0.0")
    """How much more an outcome pays beyond a group's expected number (L03)."""
    reimburses_margins: bool = False
    """Discounts are given back, to ask what they do; no real programme did."""

    protections_end: date | None = None
    """From this day the protections above no longer hold; None is never."""

    def __post_init__(self) -> None:
        """Refuse what no market can be."""
        for name in _SHARES:
            value = getattr(self, name)
            refuse_unless(
                value is None or 0 <= value <= 1, f"{name} {value}", "from 0 to 1"
            )
        for name in _AMOUNTS:
            value = getattr(self, name)
            refuse_unless(value is None or value >= 0, f"{name} {value}", "0 or more")
        refuse_unless(
            self.framework_bidders >= 1,
            f"{self.framework_bidders} bidders on the framework",
            "1 or more",
        )
        refuse_unless(
            self.awards_an_area is None or self.awards_an_area >= 1,
            f"{self.awards_an_area} awards an area",
            "1 or more",
        )
        refuse_unless(
            self.caseload_cap is None or self.caseload_cap >= 10,
            f"a caseload cap of {self.caseload_cap}",
            "10 participants an adviser or more",
        )


_SHARES = (
    "price_weight",
    "deepest_discount",
    "specialist_lots",
    "specialist_ring_fence",
    "highest_pass_down",
    "risk_pooling",
    "star_ratings",
    "stewardship",
    "area_adjustment",
    "additionality",
    "accelerator",
)
_AMOUNTS = (
    "turnover_bar",
    "licence_months",
    "tier_2_guarantee",
    "working_capital_months",
    "in_work_support_price",
    "progress_payment",
)
