"""Fair treatment in the navigation, and what of it waits for whom."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
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
        for one in rows.order_by("due")[:MOST]:
            yield Task(
                title="Answer a request for information",
                href=one.get_absolute_url(),
                state=_by(one.due),
                hint=f"Due {one.due:%-d %B %Y}",
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
        contested = Q(state="contested")
        for title, found in (
            ("Decide a contested directive", Directive.objects.filter(contested)),
            ("Rule on a request", InformationRequest.objects.filter(contested)),
        ):
            for row in found[:MOST]:
                yield Task(title=title, href=row.get_absolute_url(), state="contested")


@waits(order=31)
def for_me_to_judge(request: HttpRequest) -> Iterator[Task]:
    """List complaints, doubts, breaches and checks that await this role."""
    actor = request.actor
    for one in Complaint.objects.filter(
        state__in=COMPLAINT_STATES.get(actor.role, ())
    ).order_by("due")[:MOST]:
        yield Task(
            title="Deal with a complaint",
            href=one.get_absolute_url(),
            state=_by(one.due),
            hint=f"This stage ends on {one.due:%-d %B %Y}",
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
