"""The participant's own page: their record in plain words, to read and not to change.

Other rooms put sections here: `@SECTIONS.place(order)` on a function of the request and
the participation that gives `Section`s. This room's are 10 to 50.
"""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quasimarket.service.pages.parts import Line, SummaryList
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.participation.models import Contact, Participation, Spell
from quasimarket.service.participation.sections import Section, Sections
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Position


SECTIONS = Sections()
STATES = {
    "referred": _("You have been referred. A provider will be in touch with you."),
    "paused": _(
        "Somebody thinks your referral may be wrong. Nothing is asked of you "
        "while that is decided."
    ),
    "acknowledged": _("Your provider knows of you and will invite you to meet."),
    "attached": _("You are on the programme."),
    "completed": _("Your time on the programme is over."),
    "cancelled": _("Your referral was cancelled. Nothing is asked of you."),
}
KINDS = {
    "face-to-face": _("You met"),
    "telephone": _("You spoke by telephone"),
    "post": _("They wrote to you"),
    "e-mail": _("They sent an e-mail"),
    "text-message": _("They sent a text message"),
    "home-visit": _("They visited you"),
    "group": _("You were in a group"),
}
PURPOSES = {
    "support": _("to help you"),
    "tracking": _("to ask whether you are still in work"),
}


def helpers(case: Participation) -> tuple[str, str]:
    """Name the prime, and the organisation that helps; a participant sees no chain."""
    with acting_as(SYSTEM):
        contract = Contract.objects.select_related("prime").get(id=case.contract_id)
        prime = contract.prime.name
        place = Position.objects.select_related("organisation").filter(
            id=case.position_id
        )
        found = place.first() if case.position_id else None
    return prime, found.organisation.name if found else prime


@SECTIONS.place(10)
def where_you_are(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Say where they stand and for how long."""
    prime, helper = helpers(case)
    yield Section(
        id="where-you-are",
        heading="Where you are",
        intro=STATES[case.state],
        parts=(
            SummaryList(
                lines=[
                    Line(key="You were referred on", value=case.referred),
                    Line(key="You started on", value=case.attached),
                    Line(key="Your time ends on", value=case.allotted_end),
                    Line(key="Who helps you", value=helper),
                    Line(key="Who answers for it", value=prime),
                    Line(key="Your plan was agreed on", value=case.action_plan),
                ]
            ),
        ),
    )


@SECTIONS.place(20)
def contacts(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Say when they were in touch."""
    table: Table[Contact] = Table(
        caption="Contacts",
        caption_hidden=True,
        columns=(
            Column(heading="Day", cell=lambda one: one.on),
            Column(
                heading="What happened",
                cell=lambda one: KINDS.get(one.kind, one.kind),
            ),
            Column(
                heading="Why",
                cell=lambda one: PURPOSES.get(one.purpose, one.purpose),
            ),
        ),
        rows=case.contacts.order_by("-on", "-id")[:100],
        empty="Nobody has been in touch yet.",
    )
    yield Section(
        id="contacts",
        heading="When your provider was in touch",
        intro="If one of these did not happen, tell your Jobcentre.",
        parts=(table,),
    )


@SECTIONS.place(30)
def work(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Say which jobs are recorded: others are paid for them."""
    table: Table[Spell] = Table(
        caption="Your jobs",
        caption_hidden=True,
        columns=(
            Column(heading="From", cell=lambda one: one.first_day),
            Column(heading="To", cell=lambda one: one.last_day),
            Column(heading="Employer", cell=lambda one: one.employer),
            Column(
                heading="Found by",
                cell=lambda one: (
                    gettext("You")
                    if one.found_by == "participant"
                    else gettext("Your provider and you")
                ),
            ),
        ),
        rows=case.spells.order_by("first_day", "id"),
        empty="No work is recorded.",
    )
    yield Section(
        id="work",
        heading="Work that is recorded for you",
        intro="Your provider can be paid for work that you find or keep, with its help "
        "or alone. You need not show payslips: the department checks its own records "
        "first.",
        parts=(table,),
    )


@SECTIONS.place(90)
def whom_to_ask(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Say whom to ask, and that asking is safe."""
    prime, helper = helpers(case)
    yield Section(
        id="whom-to-ask",
        heading="Whom to ask",
        parts=(
            gettext("About your plan and your meetings: %(helper)s.")
            % {"helper": helper},
            gettext(
                "If something is wrong with your help: %(prime)s, then your Jobcentre."
            )
            % {"prime": prime},
            "About your benefit, a notice or a decision: your Jobcentre. You can ask "
            "for a copy of every notice and every doubt raised about you.",
            "You may ask for everything that is kept about you. Asking changes "
            "nothing about your help or your benefit.",
        ),
    )
