"""What the service itself knows of a prime's conduct, for its assessor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from quasimarket.service.fairness.acts.requests import MARKS
from quasimarket.service.fairness.models import (
    Complaint,
    Directive,
    InformationRequest,
    MaterialBreach,
)
from quasimarket.service.programme.models import Position, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One count."""

    measure: str
    count: int
    principle: str


def conduct_evidence(prime: str, today: date) -> list[EvidenceRow]:
    """Count what speaks of a prime's conduct, principle by principle."""
    return [
        *_of_design(prime),
        *_of_requests(prime, today),
        *_of_directives(prime),
        *_of_complaints(prime),
    ]


def _of_design(prime: str) -> Iterable[EvidenceRow]:
    places = Position.objects.filter(contract__prime_id=prime)
    by_status = dict(places.values_list("status").annotate(Count("pk")))
    silent = Terms.objects.filter(
        contract__prime_id=prime, has_non_disclosure=True, agreed_by__isnull=False
    )
    for status in ("listed", "contracted", "active", "ended"):
        yield EvidenceRow(
            measure=f"Places {status}",
            count=by_status.get(status, 0),
            principle="supply-chain-design",
        )
    yield EvidenceRow(
        measure="Places whose terms forbid them to speak",
        count=silent.values("position").distinct().count(),
        principle="commitment",
    )


def _of_requests(prime: str, today: date) -> Iterable[EvidenceRow]:
    asked = InformationRequest.objects.filter(asker_id=prime)
    overdue = Q(state__in=("asked", "upheld"), due__lt=today)
    for measure, rows in (
        ("Requests for information", asked),
        ("Requests at short notice", asked.filter(is_short_notice=True)),
        ("Requests found unreasonable", asked.filter(state="unreasonable")),
        ("Requests with any mark against the asker", asked.filter(MARKS | overdue)),
    ):
        yield EvidenceRow(measure=measure, count=rows.count(), principle="conduct")


def _of_directives(prime: str) -> Iterable[EvidenceRow]:
    issued = Directive.objects.filter(contract__prime_id=prime)
    for measure, rows in (
        ("Directives on how to deliver", issued),
        ("Directives contested by the contract", issued.exclude(clause="")),
        ("Directives set aside", issued.filter(state="set-aside")),
    ):
        yield EvidenceRow(measure=measure, count=rows.count(), principle="conduct")


def _of_complaints(prime: str) -> Iterable[EvidenceRow]:
    about = Complaint.objects.filter(prime_id=prime)
    late = about.filter(state="raised", answer="").exclude(due=None)
    for measure, count in (
        ("Complaints", about.count()),
        ("Complaints upheld for good", about.filter(state="closed", is_upheld=True)
            .count()),
        ("Complaints that await the prime's answer", late.count()),
        ("Material breaches", MaterialBreach.objects.filter(prime_id=prime)
            .exclude(state__in=("proposed", "refused")).count()),
    ):  # fmt: skip
        yield EvidenceRow(measure=measure, count=count, principle="review")
