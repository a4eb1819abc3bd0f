"""Fair treatment in the navigation, and what of it waits for whom."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest

from quasimarket.service.acting import clock
from quasimarket.service.fairness import case_sections
from quasimarket.service.fairness.models import (
    AuditReport,
    Complaint,
    Directive,
    Doubt,
    InformationRequest,
    MaterialBreach,
    SafeguardingCheck,
)
from quasimarket.service.pages.navigation import place, waits
from quasimarket.service.pages.parts import Task
from quasimarket.service.people.roles import EVERYONE, Role


__all__ = ["case_sections"]  # read here, so that its sections are placed
place(
    "Fair treatment",
    "fairness:hub",
    [role for role in EVERYONE if role is not Role.PARTICIPANT],
    order=60,
)
MOST = 10
COMPLAINT_STATES = {
    Role.PRIME_MANAGER: ("raised",),
    Role.SUB_MANAGER: ("answered",),
    Role.MERLIN_ASSESSOR: ("with-merlin", "merlin", "with-examiner"),
}


@waits(order=30)
def asked_of_me(request: HttpRequest) -> Iterator[Task]:
    """List the requests and directives that await an answer."""
    actor = request.actor
    if actor.role in (Role.PRIME_MANAGER, Role.SUB_MANAGER):
        rows = InformationRequest.objects.filter(
            asked_id=actor.organisation, state__in=("asked", "upheld")
        )
        for one in rows.select_related("asker").order_by("due")[:MOST]:
            yield Task(
                title="Answer a request for information",
                href=one.get_absolute_url(),
                state=_by(one.due),
                hint=f"{one.asker.name} asks; due {one.due:%-d %B %Y}",
            )
    if actor.role is Role.SUB_MANAGER:
        for directive in Directive.objects.filter(state="issued")[:MOST]:
            yield Task(
                title="Answer a directive",
                href=directive.get_absolute_url(),
                state=_by(directive.answer_due),
                hint=f"Due {directive.answer_due:%-d %B %Y}",
            )
    if actor.role is Role.CONTRACT_MANAGER:
        directives = Directive.objects.filter(state="contested")
        for row in directives.select_related(
            "position__organisation", "contract__prime"
        )[:MOST]:
            yield Task(
                title="Decide a contested directive",
                href=row.get_absolute_url(),
                state="contested",
                hint=f"{row.contract.prime.name} to {row.position.organisation.name}, "
                f"{row.issued_on:%-d %B %Y}",
            )
        requests = InformationRequest.objects.filter(state="contested")
        for ask in requests.select_related("asker", "asked")[:MOST]:
            yield Task(
                title="Rule on a request",
                href=ask.get_absolute_url(),
                state="contested",
                hint=f"{ask.asker.name} of {ask.asked.name}, {ask.asked_on:%-d %B %Y}",
            )


@waits(order=31)
def for_me_to_judge(request: HttpRequest) -> Iterator[Task]:
    """List complaints, doubts, breaches and checks that await this role."""
    actor = request.actor
    complaints = Complaint.objects.filter(
        state__in=COMPLAINT_STATES.get(actor.role, ())
    ).select_related("complainant")
    for one in complaints.order_by("due")[:MOST]:
        yield Task(
            title="Deal with a complaint",
            href=one.get_absolute_url(),
            state=_by(one.due),
            hint=f"{one.complainant.name} complains; this stage ends on "
            f"{one.due:%-d %B %Y}",
        )
    if actor.role is Role.DECISION_MAKER:
        count = Doubt.objects.filter(state="raised").count()
        if count:
            yield Task(
                title=f"Decide {count:,} compliance doubts",
                href="/doubts/?state=raised",
                state="waiting",
            )
    if actor.role in (Role.PRIME_MANAGER, Role.SUB_MANAGER):
        unsigned = SafeguardingCheck.objects.filter(signed_by=None).exclude(
            done_by=actor.id
        )
        for check in unsigned.select_related("notice")[:MOST]:
            yield Task(
                title="Sign for safeguarding steps",
                href=check.get_absolute_url(),
                state="waiting",
            )
        for report in AuditReport.objects.filter(
            organisation_id=actor.organisation, state="demanded"
        )[:MOST]:
            yield Task(
                title="File an internal audit report",
                href=report.get_absolute_url(),
                state=_by(report.due),
                hint=f"Due {report.due:%-d %B %Y}",
            )
    if actor.role in (Role.CONTRACT_MANAGER, Role.ASSURANCE):
        for breach in MaterialBreach.objects.filter(state="proposed").exclude(
            declared_by=actor.id
        )[:MOST]:
            yield Task(
                title="Confirm a material breach",
                href=breach.get_absolute_url(),
                state="waiting",
            )


def _by(due: date) -> str:
    return "overdue" if due < clock.today() else "due"
