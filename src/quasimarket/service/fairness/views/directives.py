"""Directives and their history."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting.act import ACTS
from quasimarket.service.fairness.acts.directives import PRACTICE_NAMES
from quasimarket.service.fairness.machines import DIRECTIVE
from quasimarket.service.fairness.models import Directive
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import (
    history,
    list_page,
    the,
    thing_page,
)
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    PROVIDER_ROLES,
    Role,
)


READERS = (*COMMISSIONER_ROLES, *PROVIDER_ROLES, Role.MERLIN_ASSESSOR, Role.AUDITOR)
LIST: tuple[Column[Directive], ...] = (
    Column(
        heading="Prescribes",
        cell=lambda row: PRACTICE_NAMES.get(row.practice, row.practice),
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Place", cell=lambda row: row.position.organisation.name),
    Column(heading="Contract", cell=lambda row: row.contract_id),
    Column(heading="Issued", cell=lambda row: row.issued_on),
    Column(heading="Holds from", cell=lambda row: row.holds_from),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
)
ROWS = Directive.objects.select_related("position__organisation", "contract__prime")
SUSPENDED = (
    "While it is contested it is suspended, and counts in no performance review."
)


@seen_by(READERS)
def directive_list(request: HttpRequest) -> HttpResponse:
    """List the directives of the reader's chain."""
    return list_page(
        request,
        title="Directives",
        name="directives",
        lead="A prime's instructions on how to deliver. What a contract leaves open is "
        "the subcontractor's to decide, unless a directive says otherwise and stands.",
        columns=LIST,
        rows=ROWS.all(),
        empty="No directive has been issued.",
    )


@seen_by(READERS)
def directive_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one directive."""
    one = the(ROWS.all(), reference)
    return thing_page(
        request,
        one,
        title=PRACTICE_NAMES.get(one.practice, one.practice),
        caption="Directive",
        machine=DIRECTIVE,
        facts={
            "Instruction": one.text,
            "Reason": one.reason,
            "By": one.contract.prime.name,
            "To": one.position.organisation.name,
            "Issued": one.issued_on,
            "Answer due": one.answer_due,
            "Holds from": one.holds_from,
            "Clause cited against it": one.clause,
            "Decided": one.decided_on,
        },
        note=SUSPENDED if one.state == "contested" else "",
        back=reverse("fairness:directives"),
        parts=[
            history(
                one.steps.order_by("-pk"),
                {name: about.title for name, about in ACTS.items()},
            )
        ],
    )
