"""Everything that is done in the name of fair treatment."""

from quasimarket.service.fairness.acts import (
    assessments,
    audit_reports,
    breaches,
    complaints,
    decisions,
    directives,
    disclosures,
    doubts,
    measuring,
    notices,
    offers,
    requests,
)


__all__ = [
    "assessments",
    "audit_reports",
    "breaches",
    "complaints",
    "decisions",
    "directives",
    "disclosures",
    "doubts",
    "measuring",
    "notices",
    "offers",
    "requests",
]
