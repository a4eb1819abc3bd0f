"""The tables of fair treatment."""

from quasimarket.service.fairness.models.complaints import Complaint, ComplaintStep
from quasimarket.service.fairness.models.conduct import (
    Assessment,
    AuditReport,
    MaterialBreach,
    PrincipleScore,
    SurveyAnswer,
)
from quasimarket.service.fairness.models.directives import Directive, DirectiveStep
from quasimarket.service.fairness.models.disclosures import Disclosure, DisclosureNote
from quasimarket.service.fairness.models.doubts import (
    Doubt,
    Notice,
    SafeguardingCheck,
)
from quasimarket.service.fairness.models.insight import (
    PlaceMeasure,
    ProgrammeMeasure,
)
from quasimarket.service.fairness.models.offers import ServiceOffer
from quasimarket.service.fairness.models.requests import InformationRequest


__all__ = [
    "Assessment",
    "AuditReport",
    "Complaint",
    "ComplaintStep",
    "Directive",
    "DirectiveStep",
    "Disclosure",
    "DisclosureNote",
    "Doubt",
    "InformationRequest",
    "MaterialBreach",
    "Notice",
    "PlaceMeasure",
    "PrincipleScore",
    "ProgrammeMeasure",
    "SafeguardingCheck",
    "ServiceOffer",
    "SurveyAnswer",
]
