"""The register of providers' internal audit reports."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting import clock
from quasimarket.service.fairness.machines import AUDIT_REPORT
from quasimarket.service.fairness.models import AuditReport
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import (
    list_page,
    start,
    the,
    thing_page,
)
from quasimarket.service.people.roles import MANAGERS, Role
from quasimarket.service.programme.models import Contract


READERS = (*MANAGERS, Role.ASSURANCE, Role.CONTRACT_MANAGER, Role.AUDITOR)
ROWS = AuditReport.objects.select_related("organisation")


def standing(row: AuditReport) -> str:
    """Say how a report stands; one past its day is overdue."""
    is_late = row.state == "demanded" and row.due < clock.today()
    return "overdue" if is_late else row.state


LIST: tuple[Column[AuditReport], ...] = (
    Column(
        heading="Period",
        cell=lambda row: row.period,
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Provider", cell=lambda row: row.organisation.name),
    Column(heading="Due", cell=lambda row: row.due),
    Column(heading="Filed", cell=lambda row: row.filed_on),
    Column(heading="High findings", cell=lambda row: row.high_findings, numeric=True),
    Column(
        heading="State",
        cell=lambda row: state_tag(standing(row)),
        export=standing,
    ),
)


@seen_by(READERS)
def report_list(request: HttpRequest) -> HttpResponse:
    """List the reports that are owed, filed and read."""
    role = request.actor.role
    starts = []
    if role is Role.ASSURANCE:
        starts = [
            start("demand-report", f"Ask for a report on contract {one.pk}", one.pk)
            for one in Contract.objects.order_by("pk")
        ]
    return list_page(
        request,
        title="Internal audit reports",
        name="audit-reports",
        lead="Providers' own internal audit reports, asked for and read.",
        columns=LIST,
        rows=ROWS.all(),
        empty="None has been asked for.",
        starts=starts,
    )


@seen_by(READERS)
def report_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one report."""
    one = the(ROWS.all(), reference)
    return thing_page(
        request,
        one,
        title=one.title or one.period,
        caption="Internal audit report",
        machine=AUDIT_REPORT,
        facts={
            "Provider": one.organisation.name,
            "Period": one.period,
            "Due": one.due,
            "Filed": one.filed_on,
            "Findings of high priority": one.high_findings if one.filed_on else None,
            "Findings of medium priority": one.medium_findings
            if one.filed_on
            else None,
            "What it found": one.summary,
            "Fingerprint": one.digest,
            "What follows": one.review,
        },
        back=reverse("fairness:audit-reports"),
    )
