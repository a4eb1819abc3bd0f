"""The supply-chain register, and the page of one place."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting import clock
from quasimarket.service.acting.act import About
from quasimarket.service.chain.machines import CHANGE, OPEN_PLACE, PLACE
from quasimarket.service.chain.models import ChainChange, ImprovementPlan, Review
from quasimarket.service.chain.register import Entry, register
from quasimarket.service.pages.charts import BarChart, Series
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.names import milestone_names
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.pages.things import (
    list_page,
    start,
    starts_of,
    the,
    thing_page,
)
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    MANAGERS,
    PROVIDER_ROLES,
    Role,
)
from quasimarket.service.programme.models import Contract, Position, Terms


READERS = (*COMMISSIONER_ROLES, *PROVIDER_ROLES, Role.MERLIN_ASSESSOR, Role.AUDITOR)
COLUMNS: tuple[Column[Entry], ...] = (
    Column(
        heading="Place",
        cell=lambda row: row.place.organisation.name,
        link=lambda row: reverse("chain:place", args=[row.place.pk]),
    ),
    Column(heading="Contract", cell=lambda row: row.place.contract_id),
    Column(heading="Prime", cell=lambda row: row.place.contract.prime.name),
    Column(heading="Tier", cell=lambda row: row.place.tier, numeric=True),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.place.status),
        export=lambda row: row.place.status,
    ),
    Column(
        heading="Promised in the last year",
        cell=lambda row: row.promised,
        numeric=True,
    ),
    Column(
        heading="Referred in the last year",
        cell=lambda row: row.last_year,
        numeric=True,
    ),
    Column(
        heading="Promise kept",
        cell=lambda row: None if row.kept is None else f"{row.kept}%",
        export=lambda row: row.kept,
        numeric=True,
    ),
)


def percent(share: object) -> str:
    """Write a share in per cent, without noughts at its end.

    >>> percent("0.15900")
    '15.9%'
    """
    return f"{float(str(share)) * 100:g}%"


@seen_by(READERS)
def register_page(request: HttpRequest) -> HttpResponse:
    """Show the places that the reader may see, promised against actual flow."""
    actor = request.actor
    rows = register(clock.today())
    starts = starts_of(request, "register-organisation")
    if actor.role is Role.PRIME_MANAGER:
        starts = [
            start("list-place", f"Add a place to contract {one.pk}", one.pk)
            for one in Contract.objects.filter(prime_id=actor.organisation)
        ]
    return list_page(
        request,
        title="The supply chain",
        name="supply-chain",
        lead="Who is in the chain, what was promised to them and what came.",
        columns=COLUMNS,
        rows=rows,
        caption="The register",
        empty="There is no place that you may see.",
        starts=starts,
        parts=[flow_chart(rows)],
    )


def flow_chart(rows: list[Entry]) -> Any:
    """Draw promises against flow, the largest promises first."""
    largest = sorted(
        (row for row in rows if row.promised), key=lambda row: -row.promised
    )[:15]
    if not largest:
        return None
    return BarChart(
        title="Promised and actual referrals, last year",
        description="The places with the largest promises.",
        category="Place",
        categories=[
            f"{row.place.organisation.name} ({row.place.contract_id})"
            for row in largest
        ],
        series=[
            Series(name="Promised", values=[row.promised for row in largest]),
            Series(name="Referred", values=[row.last_year for row in largest]),
        ],
    )


DOUBTS_BY = {"provider": "The provider", "agency": "The public agency"}
TERMS: tuple[Column[Terms], ...] = (
    Column(
        heading="From",
        cell=lambda row: row.first_day,
        link=lambda row: reverse("chain:terms", args=[row.pk]),
    ),
    Column(
        heading="Management fee",
        cell=lambda row: percent(row.management_fee),
        numeric=True,
    ),
    Column(
        heading="Months after the prime", cell=lambda row: row.lag_months, numeric=True
    ),
    Column(heading="Forbids to speak", cell=lambda row: row.has_non_disclosure),
    Column(heading="Doubts raised by", cell=lambda row: DOUBTS_BY[row.reports_doubts]),
    Column(
        heading="State",
        cell=lambda row: state_tag("agreed" if row.agreed_by else "proposed"),
        export=lambda row: "agreed" if row.agreed_by else "proposed",
    ),
)


@seen_by(READERS)
def place_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one place: its terms, reviews and plans, and what may be done."""
    one = the(
        Position.objects.select_related("organisation", "contract__prime"), reference
    )
    is_own = one.organisation_id == request.actor.organisation
    is_prime = one.contract.prime_id == request.actor.organisation

    def fits(about: About) -> bool:
        if about.name == "propose-ending":
            return one.status in OPEN_PLACE
        if about.name == "note-own-money":
            return is_own
        return is_own or is_prime or request.actor.role in COMMISSIONER_ROLES

    entry = next(row for row in register(clock.today()) if row.place.pk == one.pk)
    return thing_page(
        request,
        one,
        title=one.organisation.name,
        caption=f"Place in contract {one.contract_id}",
        machine=PLACE,
        facts={
            "Prime": one.contract.prime.name,
            "Tier": f"{one.tier}: "
            + ("end to end" if one.tier == 1 else "specialist, on call"),
            "Specialism": one.specialism,
            "In the chain since": one.since,
            "Ended": one.ended_on,
            "Why it ended": one.end_reason,
            "Promised a year": one.promised_yearly,
            "Referred in the last year": entry.last_year,
            "Forecast": link(reverse("chain:forecast", args=[one.pk]), "Cash flow")
            if is_own
            else None,
        },
        also=fits,
        back=reverse("chain:register"),
        parts=[*place_tables(one)],
    )


def place_tables(one: Position) -> list[Table[Any]]:
    """Show terms, reviews and plans of a place."""
    reviews: list[Column[Review]] = [
        Column(heading="Held", cell=lambda row: row.reviewed_on),
        Column(heading="Before others", cell=lambda row: row.is_public),
        Column(heading="Findings", cell=lambda row: row.findings),
        Column(
            heading="Directives in it",
            cell=lambda row: len(row.directives),
            numeric=True,
        ),
    ]
    return [
        Table(
            caption="Terms",
            columns=TERMS,
            rows=list(Terms.objects.filter(position=one).order_by("-first_day", "-pk")),
            empty="None that you may see.",
        ),
        Table(
            caption="Reviews",
            columns=reviews,
            rows=list(Review.objects.filter(position=one).order_by("-pk")[:20]),
            empty="None that you may see.",
        ),
        Table(
            caption="Improvement plans",
            columns=PLANS,
            rows=list(ImprovementPlan.objects.filter(position=one).order_by("-pk")),
            empty="None that you may see.",
        ),
    ]


PLANS: tuple[Column[ImprovementPlan], ...] = (
    Column(
        heading="Opened",
        cell=lambda row: row.opened_on,
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Contract", cell=lambda row: row.contract_id),
    Column(
        heading="Place",
        cell=lambda row: (
            row.position.organisation.name if row.position else "The prime"
        ),
    ),
    Column(heading="Looked at next", cell=lambda row: row.review_on),
    Column(
        heading="Level",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
)


@seen_by(READERS)
def terms_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one set of terms."""
    if not reference.isdecimal():
        raise Http404
    one = the(
        Terms.objects.select_related("position__organisation", "contract__prime"),
        reference,
    )
    milestones = milestone_names()
    sides = (one.contract.prime_id, one.position.organisation_id)
    may_agree = (
        request.actor.organisation in sides
        and request.actor.role in MANAGERS
        and one.agreed_by is None
        and one.proposed_by != request.actor.id
    )
    return thing_page(
        request,
        one,
        title=f"Terms from {one.first_day:%-d %B %Y}",
        caption=one.position.organisation.name,
        facts={
            "Prime": one.contract.prime.name,
            "Management fee": percent(one.management_fee),
            **{
                f"Passed down: {milestones.get(kind, kind).lower()}": percent(share)
                for kind, share in one.passed_down.items()
            },
            "Months after the prime is paid": one.lag_months,
            "Forbids the place to speak": one.has_non_disclosure,
            "Doubts raised by": DOUBTS_BY[one.reports_doubts],
            "State": state_tag("agreed" if one.agreed_by else "proposed"),
        },
        note="It binds nobody in a protected disclosure, nor towards the commissioner."
        if one.has_non_disclosure
        else "",
        also=lambda about: may_agree,
        back=reverse("chain:place", args=[one.position_id]),
    )


@seen_by(READERS)
def change_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show an ending that was asked for."""
    one = the(ChainChange.objects.select_related("position__organisation"), reference)
    return thing_page(
        request,
        one,
        title=f"End {one.position.organisation.name}",
        caption="Change of the chain",
        machine=CHANGE,
        facts={
            "Contract": one.contract_id,
            "Why": one.reason,
            "Last day": one.last_day,
            "Asked on": one.asked_on,
            "Decision": one.decision,
        },
        back=reverse("chain:place", args=[one.position_id]),
    )
