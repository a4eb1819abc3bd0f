"""Every page that has a name, who uses it, and where an example of it is found.

The example is whatever the reader may see, found in their own scope: so the same list
serves a small world of the tests and the whole demonstration.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver, reverse

from quasimarket.service.chain.models import ChainChange, ImprovementPlan, ShareProposal
from quasimarket.service.claims.models import Claim, FeedImport
from quasimarket.service.fairness.models import (
    Assessment,
    AuditReport,
    Complaint,
    Directive,
    Disclosure,
    Doubt,
    InformationRequest,
    MaterialBreach,
    Notice,
)
from quasimarket.service.participation.models import CallOff, Import, Participation
from quasimarket.service.payments.models import (
    BankDetails,
    PaymentRun,
    Recovery,
    Sample,
    Statement,
)
from quasimarket.service.people.models import SignInRequest
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Position, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPage:
    """A page: who uses it most, and the rows that make up its address."""

    role: Role | None  # None: whoever has not signed in
    rows: Callable[[], Any] | None = None
    fields: tuple[str, ...] = ("reference",)

    def address(self, name: str, reader: Any) -> str | None:
        """Give the address of an example that the reader may see, if there is one."""
        if self.rows is None:
            return reverse(name)
        with acting_as(reader):
            found = self.rows().values_list(*self.fields).order_by("-pk").first()
        return None if found is None else reverse(name, args=found)


def listed(role: Role | None) -> NamedPage:
    """Describe a page that needs no reference."""
    return NamedPage(role=role)


def of(role: Role, model: Any, *fields: str, **about: object) -> NamedPage:
    """Describe a page about one row."""
    return NamedPage(
        role=role,
        rows=lambda: model.objects.filter(**about),
        fields=fields or ("reference",),
    )


MANAGER, PAYER, ASSURER = Role.CONTRACT_MANAGER, Role.PAYMENT, Role.ASSURANCE
PRIME, SUB, ADVISER = Role.PRIME_MANAGER, Role.SUB_MANAGER, Role.SUB_ADVISER
PAGES: dict[str, NamedPage] = {
    "pages:home": listed(MANAGER),
    "pages:help": listed(None),
    "pages:conduct": listed(None),
    "pages:cookies": listed(None),
    "pages:accessibility": listed(None),
    "pages:people": listed(PRIME),
    "pages:asked-sign-in": of(MANAGER, SignInRequest),
    "participation:cases": listed(ADVISER),
    "participation:find": listed(ADVISER),
    "participation:case": of(ADVISER, Participation),
    "participation:allocation": of(MANAGER, Participation),
    "participation:due": listed(ADVISER),
    "participation:late": listed(PRIME),
    "participation:asked": listed(SUB),
    "participation:asked-request": NamedPage(
        role=SUB,
        rows=lambda: CallOff.objects.exclude(
            participation__in=Participation.objects.all()
        ),
    ),
    "participation:own": listed(Role.PARTICIPANT),
    "participation:imports": listed(PRIME),
    "participation:shown-import": of(PRIME, Import),
    "claims:claims": listed(Role.PRIME_FINANCE),
    "claims:why-not": NamedPage(
        role=PRIME,
        rows=lambda: Participation.objects.extra(
            select={"milestone": "'job-outcome'", "number": "1"}
        ),
        fields=("reference", "milestone", "number"),
    ),
    "claims:claim": of(PRIME, Claim),
    "claims:alike": listed(ASSURER),
    "claims:feeds": listed(PAYER),
    "claims:feed": of(PAYER, FeedImport),
    "claims:records": listed(ASSURER),
    "payments:runs": listed(PAYER),
    "payments:run": of(PAYER, PaymentRun),
    "payments:statements": listed(Role.PRIME_FINANCE),
    "payments:statement": of(
        PAYER, Statement, "contract_id", "month", position_id=None
    ),
    "payments:remittance": of(
        PAYER, Statement, "contract_id", "position_id", "month",
        position_id__isnull=False,
    ),
    "payments:bank-details": listed(Role.SUB_FINANCE),
    "payments:bank-details-one": of(PAYER, BankDetails),
    "payments:recoveries": listed(PAYER),
    "payments:recovery": of(PAYER, Recovery),
    "payments:samples": listed(PAYER),
    "payments:sample": of(PAYER, Sample),
    "chain:league": listed(PRIME),
    "chain:levels": listed(PRIME),
    "chain:register": listed(PRIME),
    "chain:terms": of(SUB, Terms, "pk"),
    "chain:change": of(MANAGER, ChainChange),
    "chain:forecast": of(SUB, Position, "pk"),
    "chain:place": of(SUB, Position, "pk"),
    "chain:plans": listed(MANAGER),
    "chain:plan": of(MANAGER, ImprovementPlan),
    "chain:shifts": listed(MANAGER),
    "chain:shift": of(MANAGER, ShareProposal),
    "fairness:hub": listed(SUB),
    "fairness:requests": listed(SUB),
    "fairness:tally": listed(SUB),
    "fairness:request": of(SUB, InformationRequest),
    "fairness:directives": listed(SUB),
    "fairness:directive": of(SUB, Directive),
    "fairness:offers": listed(PRIME),
    "fairness:conduct": listed(Role.MERLIN_ASSESSOR),
    "fairness:assessment": of(Role.MERLIN_ASSESSOR, Assessment),
    "fairness:breach": of(MANAGER, MaterialBreach),
    "fairness:complaints": listed(SUB),
    "fairness:complaint": of(SUB, Complaint, is_confidential=False),
    "fairness:flow": listed(ASSURER),
    "fairness:confidential-complaint": of(ASSURER, Complaint, is_confidential=True),
    "fairness:disclosures": listed(ASSURER),
    "fairness:disclosure": of(ASSURER, Disclosure),
    "fairness:doubts": listed(Role.DECISION_MAKER),
    "fairness:doubt": of(Role.DECISION_MAKER, Doubt),
    "fairness:notice": of(Role.PARTICIPANT, Notice),
    "fairness:audit-reports": listed(ASSURER),
    "fairness:report": of(ASSURER, AuditReport),
    "fairness:matrix": listed(Role.POLICY),
    "fairness:insight": listed(PRIME),
    "api-docs": listed(SUB),
    "keys": listed(SUB),
    "new-key": listed(SUB),
    "new-webhook": listed(SUB),
    "statistics": listed(Role.RESEARCHER),
    "upkeep:subject-access": of(ASSURER, Participation),
}  # fmt: skip
ELSEWHERE = {
    "pages:act": "the forms of acts have a test of their own",
    "pages:act-on": "the forms of acts have a test of their own",
    "pages:done": "follows an act: the journeys come to it",
    "pages:help-topic": "test_every_page looks at each topic",
    "pages:not-here": "answers as what does not exist does",
    "participation:document": "a file",
    "participation:rejected": "a file",
    "payments:file": "a file",
    "payments:go-on": "is sent, and leads back to the run",
    "upkeep:live": "for machines",
    "upkeep:ready": "for machines",
    "upkeep:metrics": "for machines",
}
"""Names that stand for no page, or for one that is looked at in another test."""
OF_OTHERS = ("account_", "mfa_", "socialaccount_", "set_language", "api-1:")
"""How names begin that are not ours: those of sign-in are in test_every_page."""


def names() -> set[str]:
    """Give every name of the addresses of our own rooms."""
    found = set(_named(get_resolver().url_patterns, ()))
    return {one for one in found if not one.startswith(OF_OTHERS)}


def _named(patterns: Any, spaces: tuple[str, ...]) -> Iterator[str]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            space = (one.namespace,) if one.namespace else ()
            yield from _named(one.url_patterns, spaces + space)
        elif one.name:
            yield ":".join((*spaces, one.name))
