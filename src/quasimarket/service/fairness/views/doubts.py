"""Notices and doubts about participants."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from quasimarket.service.fairness.acts.notices import STEPS
from quasimarket.service.fairness.conscience import leaves_doubts_to_agency
from quasimarket.service.fairness.machines import DOUBT
from quasimarket.service.fairness.models import Doubt, Notice
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import SummaryList, state_tag
from quasimarket.service.pages.questions import in_words
from quasimarket.service.pages.table import Column, link
from quasimarket.service.pages.things import (
    doable,
    list_page,
    the,
    thing_page,
)
from quasimarket.service.people.roles import DELIVERY, Role


READERS = (
    *DELIVERY,
    Role.DECISION_MAKER,
    Role.CONTRACT_MANAGER,
    Role.ASSURANCE,
    Role.AUDITOR,
    Role.PARTICIPANT,
)
STAFF = tuple(role for role in READERS if role is not Role.PARTICIPANT)
RAISED_FOR = {"provider": "The provider", "agency": "The public agency"}
LIST: tuple[Column[Doubt], ...] = (
    Column(
        heading="Participant",
        cell=lambda row: row.participation.reference,
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Raised", cell=lambda row: row.raised_on),
    Column(heading="Failure on", cell=lambda row: row.failed_on),
    Column(heading="Raised for", cell=lambda row: RAISED_FOR[row.raised_for]),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
    Column(heading="Weeks", cell=lambda row: row.weeks, numeric=True),
)


@seen_by(STAFF)
def doubt_list(request: HttpRequest) -> HttpResponse:
    """List the doubts that the reader may see."""
    rows = Doubt.objects.select_related("participation")
    if request.GET.get("state") in DOUBT.states:
        rows = rows.filter(state=request.GET["state"])
    return list_page(
        request,
        title="Compliance doubts",
        name="doubts",
        lead="A provider can only raise a doubt; the department decides. Each rests "
        "on a notice that arrived.",
        columns=LIST,
        rows=rows,
        empty="No doubt has been raised.",
    )


@seen_by(READERS)
def doubt_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one doubt; its participant reads the same."""
    one = the(Doubt.objects.select_related("participation", "notice"), reference)
    is_participant = request.actor.role is Role.PARTICIPANT
    return thing_page(
        request,
        one,
        title="A doubt about what was done"
        if not is_participant
        else "A doubt raised about you",
        caption=one.participation.reference,
        machine=DOUBT,
        facts={
            "What the notice required": one.notice.text,
            "On": one.notice.must_do_on,
            "What happened": one.what_happened,
            "What you said"
            if is_participant
            else "What the participant said": one.reasons_given,
            "Raised on": one.raised_on,
            "Raised for": RAISED_FOR[one.raised_for],
            "Decided on": one.decided_on,
            "Decision": one.decision,
            "Benefit stopped for": weeks_in_words(one),
            "From": one.first_day,
            "Until": one.last_day,
        },
        back="/" if is_participant else reverse("fairness:doubts"),
        parts=[
            SummaryList.of(
                {
                    "Notice issued": one.notice.issued_on,
                    "Arrived": one.notice.delivered_on,
                    "How that is known": one.notice.delivery_proof,
                },
                card="The notice that it rests on",
            )
        ],
    )


def weeks_in_words(one: Doubt) -> str | None:
    """Say for how long a benefit is stopped."""
    if one.state not in ("upheld", "complied"):
        return None
    return "until compliance" if one.weeks is None else f"{one.weeks} weeks"


@seen_by(READERS)
def notice_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one notice, word for word."""
    one = the(Notice.objects.select_related("participation"), reference)
    role = request.actor.role
    by_agency = leaves_doubts_to_agency(one.position_id, one.must_do_on)
    hidden = {"raise-doubt"} if by_agency else {"raise-agency-doubt"}
    if one.delivered_on:
        hidden.add("record-delivery")
    if Doubt.objects.filter(notice=one).exists():
        hidden |= {"raise-doubt", "raise-agency-doubt"}
    parts: list[Any] = []
    check = None if role is Role.PARTICIPANT else getattr(one, "safeguarding", None)
    if check:
        hidden.add("check-safeguarding")
        parts.append(
            SummaryList.of(
                {
                    "Steps": "; ".join(STEPS[step] for step in check.steps),
                    "Found": check.note,
                    "Done on": check.done_on,
                    "Signed by a manager on": check.signed_on,
                },
                card="Safeguarding",
            )
        )
    return thing_page(
        request,
        one,
        title="Notice",
        caption=one.participation.reference,
        facts={
            "What must be done": one.text,
            "On": one.must_do_on,
            "What may follow": one.consequence,
            "Issued on": one.issued_on,
            "Sent by": in_words(one.sent_by),
            "Arrived on": one.delivered_on,
            "How that is known": one.delivery_proof,
        },
        note="This subcontract leaves doubts to the public agency."
        if by_agency
        else "",
        back="/",
        parts=[*parts, *sign_links(request, check)],
        also=lambda about: about.name not in hidden,
    )


def sign_links(request: HttpRequest, check: Any) -> list[object]:
    """Link to what a manager does about the safeguarding steps."""
    if check is None or check.signed_by is not None:
        return []
    return [
        format_html('<p class="govuk-body">{}</p>', link(one["href"], one["title"]))
        for one in doable(request, check)
    ]
