"""Complaints, and the flow of referrals before and after them."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting.act import ACTS, About
from quasimarket.service.fairness.flow import FlowRow, flow_around, flow_by_month
from quasimarket.service.fairness.machines import COMPLAINT
from quasimarket.service.fairness.models import Complaint
from quasimarket.service.fairness.operating import WATCH_MONTHS
from quasimarket.service.fairness.principles import in_words
from quasimarket.service.pages.charts import LineChart, Series
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.shown import shown_month
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import (
    history,
    list_page,
    start,
    the,
    thing_page,
)
from quasimarket.service.people.roles import Role


WATCHERS = (
    Role.CONTRACT_MANAGER,
    Role.ASSURANCE,
    Role.MERLIN_ASSESSOR,
    Role.AUDITOR,
)
READERS = (*WATCHERS, Role.PRIME_MANAGER, Role.SUB_MANAGER)
ROWS = Complaint.objects.select_related("prime", "complainant")
LIST: tuple[Column[Complaint], ...] = (
    Column(
        heading="About",
        cell=lambda row: in_words(row.principle).split(":")[0],
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Prime", cell=lambda row: row.prime.name),
    Column(heading="Complainant", cell=lambda row: row.complainant.name),
    Column(heading="Raised", cell=lambda row: row.raised_on),
    Column(heading="Stage ends", cell=lambda row: row.due),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
    Column(
        heading="Upheld", cell=lambda row: row.is_upheld if row.decided_on else None
    ),
)


@seen_by(READERS)
def complaint_list(request: HttpRequest) -> HttpResponse:
    """List the complaints that the reader may see."""
    role = request.actor.role
    starts = []
    if role is Role.SUB_MANAGER:
        starts.append(start("raise-complaint", "Complain about a prime"))
    if role in WATCHERS:
        starts.append(
            {
                "title": "Referrals before and after a complaint",
                "href": reverse("fairness:flow"),
            }
        )
    return list_page(
        request,
        title="Complaints",
        name="complaints",
        lead="First the prime's own procedure, then the Merlin team, then the "
        "independent examiner. Who hopes to join a chain may complain too.",
        columns=LIST,
        rows=ROWS.all(),
        empty="There is no complaint.",
        starts=starts,
    )


@seen_by(READERS)
def complaint_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one complaint, at the address of its kind."""
    one = the(ROWS.all(), reference)
    if request.path != one.get_absolute_url():
        raise Http404
    mine = request.actor.organisation
    return thing_page(
        request,
        one,
        title=in_words(one.principle).split(":")[0],
        caption="Complaint in confidence" if one.is_confidential else "Complaint",
        machine=COMPLAINT,
        facts={
            "About": one.prime.name,
            "Contract": one.contract_id,
            "By": one.complainant.name,
            "Standing": "In the chain" if one.position_id else "Prospective partner",
            "What happened": one.text,
            "What would put it right": one.remedy,
            "This stage ends by": one.due,
            "The prime's answer": one.answer,
            "Decision": decision_of(one),
            "Findings": one.finding,
        },
        note="The prime does not see this." if one.is_confidential else "",
        also=lambda about: is_for(about, one, mine),
        back=reverse("fairness:complaints"),
        parts=[
            history(
                one.steps.order_by("-pk"),
                {name: about.title for name, about in ACTS.items()},
            )
        ],
    )


def decision_of(one: Complaint) -> str | None:
    """Say what was decided."""
    if one.state == "commercial":
        return "A commercial matter"
    if one.is_upheld is None:
        return None
    return "Upheld" if one.is_upheld else "Not upheld"


def is_for(about: About, one: Complaint, organisation: str) -> bool:
    """Leave out what this organisation cannot do, whatever its role allows."""
    if about.name == "decide-appeal":
        return organisation != one.decided_by_organisation
    if about.name == "close-complaint":
        return organisation == one.decided_by_organisation
    return True


FLOW: tuple[Column[FlowRow], ...] = (
    Column(heading="Complainant", cell=lambda row: row.complainant),
    Column(
        heading="Complaint",
        cell=lambda row: row.raised_on,
        link=lambda row: row.address,
    ),
    Column(heading="In confidence", cell=lambda row: row.is_confidential),
    Column(heading="Referrals before", cell=lambda row: row.before, numeric=True),
    Column(heading="Share before", cell=lambda row: row.share_before, numeric=True),
    Column(heading="Referrals after", cell=lambda row: row.after, numeric=True),
    Column(heading="Share after", cell=lambda row: row.share_after, numeric=True),
    Column(heading="Months after", cell=lambda row: row.months, numeric=True),
    Column(
        heading="Reading",
        cell=lambda row: state_tag(row.reading, row.colour),
        export=lambda row: row.reading,
    ),
)


@seen_by(WATCHERS)
def flow_page(request: HttpRequest) -> HttpResponse:
    """Show what became of a place's referrals after its complaint."""
    rows = flow_around(
        list(ROWS.exclude(position=None).order_by("-raised_on")), WATCH_MONTHS.value
    )
    return list_page(
        request,
        title="Referrals before and after a complaint",
        name="referral-flow",
        lead=f"A place's share of its contract's referrals in the {WATCH_MONTHS.value} "
        "months before its complaint and since. A fall beyond chance is a reason to "
        "ask the prime; it is no proof.",
        columns=FLOW,
        rows=rows,
        empty="No place in a chain has complained.",
        parts=[chart_of(rows[0])] if rows else [],
        caption="Each complaint",
        back=reverse("fairness:complaints"),
    )


def chart_of(row: FlowRow) -> LineChart:
    """Draw the latest complainant's share by month."""
    months = flow_by_month(row.position)
    return LineChart(
        title=f"Share of the contract's referrals that went to {row.complainant}",
        description=f"The complaint was raised on {written(row.raised_on)}.",
        category="Month",
        categories=[shown_month(one.month) for one in months],
        series=[Series(name="Share", values=[one.percent for one in months])],
        unit="%",
    )


def written(day: date) -> str:
    """Write a day in words."""
    return f"{day:%-d %B %Y}"
