"""Internal audit reports: asked for, filed, read (R077)."""

import hashlib
from datetime import date

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.machines import AUDIT_REPORT
from quasimarket.service.fairness.models import AuditReport
from quasimarket.service.fairness.standing import must_be_of
from quasimarket.service.people.roles import MANAGERS, Role
from quasimarket.service.programme.models import Contract


@act(
    name="demand-report",
    title="Ask for an internal audit report",
    on=Contract,
    by=(Role.ASSURANCE,),
)
class DemandReport(Act):
    """Ask a prime for its own internal audit report of a period."""

    period: str = ask("Which period?", hint="For example 2012-13", max_length=60)
    due: date = ask("By when?")

    def do(self, doing: Doing, subject: Contract) -> AuditReport:
        """Ask for it."""
        if self.due <= doing.today:
            raise refuse("due-past", "The day must be after today.", field="due")
        report = AuditReport.objects.create(
            organisation_id=subject.prime_id, period=self.period, due=self.due
        )
        doing.record(
            "audit-report-demanded",
            organisation=subject.prime_id,
            details={"report": report.reference},
        )
        return report


@act(
    name="file-report",
    title="File the report",
    on=AuditReport,
    by=MANAGERS,
    machine=AUDIT_REPORT,
)
class FileReport(Act):
    """Give the commissioner your internal audit report, findings and all."""

    title: str = ask("Title", max_length=200)
    high_findings: int = ask("Findings of high priority", ge=0, le=999)
    medium_findings: int = ask("Findings of medium priority", ge=0, le=999)
    summary: str = ask("What it found", min_length=20, max_length=20000, long=True)
    text: str = ask(
        "The report's text",
        hint="Its fingerprint is kept, so that another version can be told from it.",
        min_length=20,
        max_length=200000,
        long=True,
    )

    def do(self, doing: Doing, subject: AuditReport) -> None:
        """File it."""
        must_be_of(doing, subject.organisation_id)
        subject.title = self.title
        subject.high_findings = self.high_findings
        subject.medium_findings = self.medium_findings
        subject.summary = self.summary
        subject.digest = hashlib.sha256(self.text.encode()).hexdigest()
        subject.filed_on = doing.today
        subject.save()
        doing.record(
            "audit-report-filed",
            organisation=subject.organisation_id,
            number=self.high_findings,
            code="late" if doing.today > subject.due else "on-time",
            details={"report": subject.reference, "digest": subject.digest},
        )


@act(
    name="review-report",
    title="Say what follows from the report",
    on=AuditReport,
    by=(Role.ASSURANCE,),
    machine=AUDIT_REPORT,
)
class ReviewReport(Act):
    """Read it, and say what the commissioner does about it."""

    review: str = ask("What follows", min_length=10, max_length=20000, long=True)

    def do(self, doing: Doing, subject: AuditReport) -> None:
        """Keep the review."""
        subject.review = self.review
        subject.save(update_fields=["review"])
        doing.record(
            "audit-report-reviewed",
            organisation=subject.organisation_id,
            details={"report": subject.reference},
        )
