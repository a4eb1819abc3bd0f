"""How the market is bought and protected: what a designer can change besides prices.

The defaults are the Work Programme as it was commissioned. Every lever of the
programme's `levers.csv` that is not a price, a group or a performance rule is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from quasimarket.core.money import Pence
from quasimarket.rulebook.units import (
    Count,
    Months,
    Ratio,
    Refused,
    Share,
    percent_text,
)


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
    """Weight of price in scoring bids (L07)."""
    quality_weight: Share | None = None
    """Weight of quality; None is what price leaves. The two add up to 1."""
    deepest_discount: Share | None = None
    """No discount counts for more than this, in a bid or a contract (L06)."""
    awards_an_area: Count | None = None
    """Primes chosen in each area; None keeps the rulebook's number."""
    licence_months: Months | None = None
    """Open licences, reviewed so often, in place of one tender (L19)."""
    ends_contract_after: Count | None = None
    """Contract years below its levels, one after the other, after which a contract
    ends; None is never."""
    specialist_lots: Share = Decimal("0.0")
    """Share of people with a specific need who are bought a specialist directly by the
    commissioner, from lots let apart from the primes' contracts (L21)."""

    specialist_ring_fence: Share = Decimal("0.0")
    """Share of what a prime is paid that may only buy specialist help (L08)."""
    tier_2_guarantee: Ratio = Decimal(0)
    """People a month that a contracted specialist is promised, or paid for (L09)."""
    enforces_promises: bool = False
    """Who was named in a bid is used, and what was promised to them is sent (L12)."""
    highest_pass_down: Share | None = None
    """Most outcome risk that may be passed down; attachment pays the rest (L13)."""
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

    service_fee_share: Share = Decimal("0.0")
    """Share of every fee that is paid monthly instead, whatever the results (L01)."""
    following_expected: Share = Decimal("0.7")
    """Share of what may follow an outcome that monthly fees count on (L01)."""
    profiles_groups: bool = False
    """Payment groups are filled by a score of employability, not by benefit (L04)."""
    in_work_support_price: Pence = _NOTHING
    """Paid a month for each person in work who is in touch with an adviser (L26)."""
    progress_payment: Pence = _NOTHING
    """Paid for each plan of someone furthest from work that is kept to (L27)."""
    area_adjustment: Share = Decimal("0.0")
    """How far outcome prices rise with local unemployment (L28)."""
    additionality: Share = Decimal("0.0")
    """How far outcomes expected without the programme are not paid for (L29)."""
    accelerator: Share = Decimal("0.0")
    """How much more an outcome pays beyond a group's expected number (L03)."""
    reimburses_margins: bool = False
    """Discounts are given back, to ask what they do; no real programme did."""

    protections_end: date | None = None
    """From this day protections no longer hold; None is never."""

    def __post_init__(self) -> None:
        """Refuse what no market can be."""
        for refusal in refusals(self):
            raise refusal

    def in_force(self, day: date) -> "MarketDesign":
        """Give the design as it holds on a day: its protections may have ended."""
        if self.protections_end is None or day < self.protections_end:
            return self
        return replace(self, **{name: DEFAULTS[name] for name in PROTECTIONS})

    @property
    def weight_of_quality(self) -> Decimal:
        """The weight of quality in scoring bids, stated or left by price."""
        stated = self.quality_weight
        return 1 - self.price_weight if stated is None else stated


DEFAULTS: dict[str, Any] = {  # each of its field's own type
    one.name: one.default for one in fields(MarketDesign)
}
"""The Work Programme as it was commissioned, by field."""
PROTECTIONS = (
    "specialist_lots",
    "specialist_ring_fence",
    "tier_2_guarantee",
    "enforces_promises",
    "risk_pooling",
    "working_capital_months",
    "publishes_chains",
    "has_open_books",
    "protects_complaints",
    "stewardship",
    "may_opt_out_of_sanctions",
    "protects_black_box",
    "caseload_cap",
    "in_work_support_price",
    "progress_payment",
)
"""What `protections_end` withdraws; prices and terms that were agreed stay."""
_SHARES = (
    "price_weight",
    "quality_weight",
    "deepest_discount",
    "specialist_lots",
    "specialist_ring_fence",
    "highest_pass_down",
    "risk_pooling",
    "star_ratings",
    "stewardship",
    "service_fee_share",
    "following_expected",
    "area_adjustment",
    "additionality",
    "accelerator",
)
_LEAST = {
    "framework_bidders": 1,
    "awards_an_area": 1,
    "licence_months": 1,
    "ends_contract_after": 1,
    "caseload_cap": 10,
    "turnover_bar": 0,
    "tier_2_guarantee": 0,
    "working_capital_months": 0,
    "in_work_support_price": 0,
    "progress_payment": 0,
}
_MOST = {"tier_2_guarantee": 1000, "working_capital_months": 60}


def refusals(market: MarketDesign) -> Iterator[Refused]:
    """Find everything that no market can be, each at the field to mend."""
    for name in _SHARES:
        share = getattr(market, name)
        if share is not None and not 0 <= share <= 1:
            yield Refused(
                f"{name} {percent_text(share)}", "0 to 100 percent", field=name
            )
    for name, least in _LEAST.items():
        value, most = getattr(market, name), _MOST.get(name)
        if value is None or least <= value <= (value if most is None else most):
            continue
        expected = f"{least} or more" if most is None else f"{least} to {most}"
        yield Refused(f"{name} {value}", expected, field=name)
    quality = market.quality_weight
    if quality is not None and market.price_weight + quality != 1:
        yield Refused(
            f"weights of price and quality that add up to "
            f"{percent_text(market.price_weight + quality)}",
            "100 percent",
            "leave quality_weight out: it is what price leaves",
            "quality_weight",
        )
    awards = market.awards_an_area
    if awards is not None and awards > market.framework_bidders:
        yield Refused(
            f"{awards} awards an area among {market.framework_bidders} bidders",
            "at most as many awards as bidders",
            field="awards_an_area",
        )
