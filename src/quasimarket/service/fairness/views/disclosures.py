"""Protected disclosures: for who made them and for assurance."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.fairness.machines import DISCLOSURE
from quasimarket.service.fairness.models import Disclosure
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import Happening, Timeline, state_tag
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import (
    list_page,
    start,
    the,
    thing_page,
)
from quasimarket.service.people.roles import PROVIDER_ROLES, Role


READERS = (*PROVIDER_ROLES, Role.ASSURANCE)
LIST: tuple[Column[Disclosure], ...] = (
    Column(
        heading="About",
        cell=lambda row: row.subject.replace("-", " ").capitalize(),
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Contract", cell=lambda row: row.contract),
    Column(heading="Made on", cell=lambda row: row.made_on),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
)


@seen_by(READERS)
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """List what the reader disclosed; to assurance, everything."""
    is_assurance = request.actor.role is Role.ASSURANCE
    return list_page(
        request,
        title="Protected disclosures" if is_assurance else "Your protected disclosures",
        name="disclosures",
        lead="Only the commissioner's assurance team sees what you disclose: not the "
        "prime, not your own organisation, not the contract manager.",
        columns=LIST,
        rows=Disclosure.objects.all(),
        empty="There is none.",
        starts=()
        if is_assurance
        else (start("make-disclosure", "Make a protected disclosure"),),
    )


@seen_by(READERS)
def disclosure_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one disclosure."""
    one = the(Disclosure.objects.all(), reference)
    mine = request.actor.id
    return thing_page(
        request,
        one,
        title=one.subject.replace("-", " ").capitalize(),
        caption="Protected disclosure",
        machine=DISCLOSURE,
        facts={
            "What was seen": one.text,
            "Contract": one.contract,
            "Made on": one.made_on,
            "Outcome": one.outcome,
        },
        note="Nobody but you and the assurance team sees this.",
        back=reverse("fairness:disclosures"),
        parts=[
            Timeline(
                heading="What was said since",
                happenings=[
                    Happening(
                        when=note.on,
                        what=note.text,
                        who="You" if note.by == mine else "The other side",
                    )
                    for note in one.notes.order_by("-pk")
                ],
                empty="Nothing yet.",
            )
        ],
    )
