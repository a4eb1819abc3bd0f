"""Requests for information, and the tally of who asks how."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting import clock
from quasimarket.service.fairness.machines import REQUEST
from quasimarket.service.fairness.models import InformationRequest
from quasimarket.service.fairness.operating import FULL_TALLY, NOTICE, TALLY_MONTHS
from quasimarket.service.fairness.tally import TallyRow, request_tally, tally_by_asker
from quasimarket.service.fairness.topics import BY_ID
from quasimarket.service.pages.charts import BarChart, Series
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import Happening, Timeline, state_tag
from quasimarket.service.pages.shown import shown_month
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import list_page, the, thing_page
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    PROVIDER_ROLES,
    Role,
)


READERS = (*COMMISSIONER_ROLES, *PROVIDER_ROLES, Role.MERLIN_ASSESSOR, Role.AUDITOR)
LIST: tuple[Column[InformationRequest], ...] = (
    Column(
        heading="Asked for",
        cell=lambda row: (
            BY_ID[row.topic].name + (f", {shown_month(row.month)}" if row.month else "")
        ),
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="By", cell=lambda row: row.asker.name),
    Column(heading="Of", cell=lambda row: row.asked.name),
    Column(heading="Asked on", cell=lambda row: row.asked_on),
    Column(heading="Due", cell=lambda row: row.due),
    Column(heading="Hours", cell=lambda row: row.effort_hours, numeric=True),
    Column(
        heading="State",
        cell=lambda row: state_tag(standing(row)),
        export=lambda row: standing(row),
    ),
)


def standing(row: InformationRequest) -> str:
    """Say how a request stands; one past its day is overdue."""
    if row.state in ("asked", "upheld") and row.due < clock.today():
        return "overdue"
    return row.state


@seen_by(READERS)
def request_list(request: HttpRequest) -> HttpResponse:
    """List the requests that the reader made or was asked."""
    return list_page(
        request,
        title="Requests for information",
        name="information-requests",
        lead="What was asked of whom, by when. What the service holds, or what was "
        "answered before, is answered at once.",
        columns=LIST,
        rows=InformationRequest.objects.select_related("asker", "asked"),
        empty="Nothing has been asked for.",
        starts=(
            {"title": "Who asks how: the tally", "href": reverse("fairness:tally")},
        ),
    )


@seen_by(READERS)
def request_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request."""
    one = the(InformationRequest.objects.select_related("asker", "asked"), reference)
    mine = request.actor.organisation
    asked_acts = {"answer-request", "contest-request"}
    facts: dict[str, object] = {
        "Asked by": one.asker.name,
        "Asked of": one.asked.name,
        "What": BY_ID[one.topic].name,
        "Month": shown_month(one.month) if one.month else None,
        "In their words": one.question,
        "Purpose": one.purpose,
        "Expected effort": in_hours(one.effort_hours),
        "Asked on": one.asked_on,
        "Due": one.due,
    }
    if one.is_short_notice:
        facts["Notice"] = "Too short: it counts against the asker"
    if one.state == "answered":
        facts["Answer"] = one.answer
        facts["Answered from"] = {
            "place": "Its own answer",
            "service": "What the service holds: nobody had to be asked",
            "earlier": "An answer given before to the same question",
        }[one.answered_from]
        facts["Effort it took"] = in_hours(one.spent_hours or 0)
    return thing_page(
        request,
        one,
        title=BY_ID[one.topic].name,
        caption="Request for information",
        facts=facts,
        machine=REQUEST,
        back=reverse("fairness:requests"),
        note="Its day has passed, and there is no answer: it is overdue."
        if standing(one) == "overdue"
        else "",
        parts=[request_history(one)],
        also=lambda about: about.name not in asked_acts or one.asked_id == mine,
    )


def in_hours(hours: int) -> str:
    """Write a number of hours.

    >>> in_hours(1), in_hours(24)
    ('1 hour', '24 hours')
    """
    return "1 hour" if hours == 1 else f"{hours} hours"


def request_history(one: InformationRequest) -> Timeline:
    """Lay out what happened to a request, newest first."""
    entries = [Happening(when=one.asked_on, what="Asked", who=one.asker.name)]
    if one.objection:
        entries.append(
            Happening(
                when=one.asked_on,
                what="Contested",
                who=one.asked.name,
                why=one.objection,
            )
        )
    if one.ruling:
        entries.append(
            Happening(when=one.asked_on, what=f"Found {one.state}", why=one.ruling)
        )
    if one.answered_on:
        who = one.asked.name if one.answered_from == "place" else "The service"
        entries.append(Happening(when=one.answered_on, what="Answered", who=who))
    return Timeline(heading="What happened", happenings=entries[::-1])


def _count(name: str, heading: str) -> Column[TallyRow]:
    return Column(heading=heading, cell=lambda row: getattr(row, name), numeric=True)


TALLY: tuple[Column[TallyRow], ...] = (
    Column(heading="Asker", cell=lambda row: row.name),
    Column(
        heading="Month",
        cell=lambda row: shown_month(row.month),
        export=lambda row: row.month,
    ),
    _count("requests", "Requests"),
    _count("at_once", "Answered at once"),
    _count("hours", "Hours expected"),
    _count("spent", "Hours spent"),
    _count("short_notice", "Short notice"),
    _count("overdue", "Overdue"),
    _count("unreasonable", "Unreasonable"),
)


@seen_by(READERS)
def tally_page(request: HttpRequest) -> HttpResponse:
    """Show who asks how, to the whole chain."""
    rows = request_tally(clock.today())
    totals = tally_by_asker(rows)
    chart: Any = None
    if totals:
        chart = BarChart(
            title="Marks against each asker",
            description="Requests at short notice, past their day, or unreasonable.",
            category="Asker",
            categories=[one.name for one in totals],
            series=[
                Series(name=heading, values=[getattr(one, name) for one in totals])
                for name, heading in (
                    ("short_notice", "Short notice"),
                    ("overdue", "Overdue"),
                    ("unreasonable", "Unreasonable"),
                )
            ],
        )
    return list_page(
        request,
        title="Who asks how",
        name="request-tally",
        lead=f"The whole chain sees this. A request with less than {NOTICE.value} "
        "working days' notice, one whose day passes, and one found unreasonable count "
        f"against the asker. With {FULL_TALLY.value} marks in {TALLY_MONTHS.value} "
        "months the notice that an asker must give doubles.",
        columns=TALLY,
        rows=rows,
        parts=[chart],
        caption="By asker and month",
        back=reverse("fairness:requests"),
    )
