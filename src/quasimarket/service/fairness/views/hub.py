"""The first page of fair treatment: what there is, and what each part does."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.fairness.views import (
    audit_reports,
    complaints,
    conduct,
    directives,
    disclosures,
    doubts,
    insight,
    matrix,
    offers,
    requests,
)
from quasimarket.service.pages.gate import roles_of, seen_by
from quasimarket.service.pages.parts import Task, TaskList
from quasimarket.service.pages.showing import show
from quasimarket.service.people.roles import EVERYONE, Role


PAGES = (
    ("requests", "Requests for information", "Asked, answered once, counted.",
     requests.request_list),
    ("tally", "Who asks how", "The tally that the whole chain sees.",
     requests.tally_page),
    ("directives", "Directives", "How a prime prescribes, and what was answered.",
     directives.directive_list),
    ("offers", "The minimum service offer", "Promised, and kept to how many.",
     offers.offer_page),
    ("conduct", "Conduct", "Assessments, awards and material breaches.",
     conduct.conduct_page),
    ("complaints", "Complaints", "In three stages.", complaints.complaint_list),
    ("flow", "Referrals before and after a complaint", "The retaliation watch.",
     complaints.flow_page),
    ("disclosures", "Protected disclosure", "Hidden from the prime in every view.",
     disclosures.disclosure_list),
    ("doubts", "Compliance doubts", "Raised on a notice that arrived; decided by the "
     "department.", doubts.doubt_list),
    ("audit-reports", "Internal audit reports", "Owed, filed, read.",
     audit_reports.report_list),
    ("insight", "Who is served, who is pressed", "Creaming, parking, pressure.",
     insight.insight_page),
    ("matrix", "Who sees what of whom", "As the database enforces it.",
     matrix.matrix_page),
)  # fmt: skip


@seen_by(role for role in EVERYONE if role is not Role.PARTICIPANT)
def hub(request: HttpRequest) -> HttpResponse:
    """List the parts that are for the reader's role."""
    role = request.actor.role
    return show(
        request,
        "fairness/hub.html",
        title="Fair treatment",
        tasks=TaskList(
            tasks=[
                Task(title=title, href=reverse(f"fairness:{name}"), hint=hint)
                for name, title, hint, view in PAGES
                if role in roles_of(view)
            ]
        ),
    )
