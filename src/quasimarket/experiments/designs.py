"""The designs that claims are measured on: the programme as it was, and what differs.

Each is a set of settings of the rulebook and of behaviour, as `--set` takes them. A
design whose settings a rulebook or behaviour does not have is unavailable, and what
needs it is not measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from quasimarket.core.errors import InputFault
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.evidence.claims import DEFAULT
from quasimarket.market.flow import AllocationMode
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.simulate import Design


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDesign:
    """A design by its name."""

    id: str
    says: str
    rules: Mapping[str, str] = field(default_factory=dict)
    behaviour: Mapping[str, str] = field(default_factory=dict)
    at_forecast: bool = False
    """The people come whom the department had foreseen."""

    def on_null_market(self) -> "NamedDesign":
        """Give the same design without sectors and pressures, effort by need only."""
        return replace(self, behaviour={**self.behaviour, **NULL_MARKET})


NULL_MARKET: Mapping[str, str] = MappingProxyType(
    {
        "sector.gap": "0",
        "institution.coercion": "0",
        "institution.normative": "0",
        "institution.mimicry": "0",
        "institution.mobility": "0",
        "effort.theta": "0",
    }
)
"""One distribution for all sectors, every channel of pressure off, effort by need."""
_DEEP = {"discounts.job-outcome.any.any.any.percent": "20"}
_PROTECTED = {
    "market.specialist_ring_fence": "10",
    "market.tier_2_guarantee": "2",
    "market.highest_pass_down": "50",
    "market.working_capital_months": "6",
}
DESIGNS = (
    NamedDesign(id=DEFAULT, says="The Work Programme as it was commissioned."),
    NamedDesign(
        id="deep-discount", says="Job outcomes are discounted by 20%.", rules=_DEEP
    ),
    NamedDesign(
        id="floor",
        says="As deep-discount, but no discount counts for more than 3%.",
        rules={**_DEEP, "market.deepest_discount": "3"},
    ),
    NamedDesign(
        id="reimbursed",
        says="Discounts are given back.",
        rules={"market.reimburses_margins": "yes"},
    ),
    NamedDesign(
        id="service-fee",
        says="Half of every fee is paid monthly, whatever the results.",
        rules={"market.service_fee_share": "50"},
    ),
    NamedDesign(
        id="reimbursed-and-service-fee",
        says="Both.",
        rules={
            "market.reimburses_margins": "yes",
            "market.service_fee_share": "50",
        },
    ),
    NamedDesign(
        id="ring-fence",
        says="A tenth of what a prime is paid may only buy specialist help.",
        rules={"market.specialist_ring_fence": "10"},
    ),
    NamedDesign(
        id="forecast",
        says="The people come whom the department had foreseen.",
        at_forecast=True,
    ),
    NamedDesign(
        id="minimum-standards",
        says="The minimum service offer binds.",
        rules={"minimum_service_offer.is_binding": "yes"},
    ),
    NamedDesign(
        id="published",
        says="Referrals and outcomes of every subcontract are public.",
        rules={"market.publishes_chains": "yes"},
    ),
    NamedDesign(
        id="black-box-protected",
        says="A prime may set a subcontractor's outcomes, not its process.",
        rules={"market.protects_black_box": "yes"},
    ),
    NamedDesign(
        id="complaints-protected",
        says="Complaints are anonymous, and what follows them is watched.",
        rules={"market.protects_complaints": "yes"},
    ),
    NamedDesign(
        id="protected",
        says="Specialists have money and flow of their own; risk is capped.",
        rules=_PROTECTED,
    ),
    NamedDesign(
        id="protection-withdrawn",
        says="As protected, until June 2012.",
        rules={**_PROTECTED, "market.protections_end": "2012-06-01"},
    ),
    NamedDesign(
        id="gentle",
        says="Primes are lenient, and do not press harder when money is short.",
        behaviour={
            "stance.strictness": "0.2",
            "stance.management": "0.1",
            "institution.pressure_gain": "0",
        },
    ),
    NamedDesign(
        id="no-coercion",
        says="Primes' and contracts' pressure does not act.",
        behaviour={"institution.coercion": "0"},
    ),
    NamedDesign(
        id="no-normative",
        says="Staff's norms do not act.",
        behaviour={"institution.normative": "0"},
    ),
    NamedDesign(
        id="no-mimicry",
        says="Nobody copies a better peer.",
        behaviour={"institution.mimicry": "0"},
    ),
    NamedDesign(
        id="immobile",
        says="Staff stay where they are.",
        behaviour={"institution.mobility": "0"},
    ),
)
BY_ID: Mapping[str, NamedDesign] = MappingProxyType({one.id: one for one in DESIGNS})


def make(named: NamedDesign, programme: str, *, seed: int, areas: int | None) -> Design:
    """Make a design ready to play.

    Raises InputFault where the rulebook or behaviour has no such setting.
    """
    rules = tuple(sorted(named.rules.items()))
    return Design(
        rulebook=_rulebook(programme, rules, named.at_forecast),
        behaviour=load_behaviour(named.behaviour),
        seed=seed,
        areas=areas,
        allocation=AllocationMode.PLACE,
    )


@lru_cache(maxsize=64)
def _rulebook(
    programme: str, rules: tuple[tuple[str, str], ...], at_forecast: bool
) -> Rulebook:
    """Load a rulebook once, since a process plays a design in many seeds."""
    rulebook = load_rulebook(programme, dict(rules))
    return with_forecast(rulebook) if at_forecast else rulebook


def with_forecast(rulebook: Rulebook) -> Rulebook:
    """Give a rulebook in which the people come whom the department had foreseen."""
    return replace(
        rulebook,
        intake=tuple(replace(row, referrals=row.forecast) for row in rulebook.intake),
    )


def why_unavailable(named: NamedDesign, programme: str) -> str:
    """Say why a design cannot be made; nothing if it can."""
    try:
        make(named, programme, seed=1, areas=None)
    except InputFault as fault:
        return "; ".join(str(one) for one in fault.faults)
    return ""
