"""What stands on a case's page: facts, deadlines, and everything that hangs from it."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.html import format_html_join

from quasimarket.service.acting.act import acts_on
from quasimarket.service.acting.clock import today as programme_day
from quasimarket.service.pages.names import group_name
from quasimarket.service.pages.parts import Line, SummaryList, state_tag
from quasimarket.service.pages.questions import in_words
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.participation.deadlines import calendar
from quasimarket.service.participation.models import (
    CallOff,
    Contact,
    Document,
    Participation,
    Spell,
)
from quasimarket.service.participation.sections import Section, Sections
from quasimarket.service.people.roles import SEES_PEOPLE, Role
from quasimarket.service.programme.rules import agreed_rulebook


SECTIONS = Sections()
"""Other rooms put sections here: `@SECTIONS.place(order)`; this room's are 10 to 60."""
MOST_CONTACTS = 100


def doable(thing: object, role: Role) -> list[tuple[str, str]]:
    """List what a role may do to a thing now: each act's title and address."""
    reference = getattr(thing, "reference", "")
    return [
        (about.title, f"/do/{about.name}/{reference}/")
        for about in acts_on(thing, role)
    ]


def doable_links(thing: object, role: Role) -> object:
    """Write those acts as links, for a cell of a table."""
    return format_html_join(
        " ", "{}", ((link(address, title),) for title, address in doable(thing, role))
    )


def facts(case: Participation) -> SummaryList:
    """Give the facts of a case, as far as the reader may see them."""
    who = getattr(case, "who", None)
    lines = [Line(key="State", value=state_tag(case.state))]
    if who is not None:
        lines += [
            Line(key="Name", value=who.name),
            Line(key="National Insurance number", value=who.national_insurance),
            Line(key="Telephone", value=who.telephone),
            Line(key="E-mail", value=who.email),
            Line(key="Address", value=who.address),
            Line(key="Language", value=who.language),
            Line(key="Adjustments asked for", value=who.needs),
            Line(key="Safeguarding steps are owed", value=who.is_vulnerable),
        ]
        if who.is_contact_withheld:
            withheld = "Withheld: ask the nominated officer"
            lines.append(Line(key="Contact details", value=withheld))
    place = case.position
    lines += [
        Line(key="Contract", value=f"{case.contract_id}, {case.contract.prime.name}"),
        Line(
            key="Helped by",
            value=place.organisation.name if place else "The prime's own unit",
        ),
        Line(key="Adviser", value=case.adviser.name if case.adviser else None),
        Line(key="Payment group", value=group_name(case.group)),
        Line(key="Referred", value=case.referred),
        Line(key="Acknowledged", value=case.acknowledged),
        Line(key="Started", value=case.attached),
        Line(key="Last day of the allotted time", value=case.allotted_end),
        Line(key="In work", value=case.in_work),
    ]
    if case.completed:
        lines.append(Line(key="Completed", value=case.completed))
    if case.query:
        lines.append(Line(key="In question", value=in_words(case.query)))
    if case.restricted_to is not None:
        lines.append(Line(key="Restricted", value="Only named people see this case"))
    return SummaryList(lines=lines)


def request_facts(asked: CallOff) -> SummaryList:
    """Give what a specialist is told before they say that they will help."""
    return SummaryList(
        lines=[
            Line(key="State", value=state_tag(asked.state)),
            Line(key="Case", value=asked.participant),
            Line(key="What is asked", value=asked.need),
            Line(key="Asked", value=asked.asked),
            Line(key="Answer by", value=asked.answer_by),
            Line(key="Your answer", value=asked.answer or None),
        ]
    )


def deadlines(case: Participation) -> Table[tuple[object, object, object]]:
    """Give the deadlines of a case that are still open."""
    days = calendar(agreed_rulebook(), case.contract.nation)
    today = programme_day()
    rows = sorted(
        (
            (day, one.label, "overdue" if day < today else "due")
            for day, one in days.running(case)
        ),
        key=lambda row: row[0],
    )
    return Table(
        caption="Deadlines",
        columns=(
            Column(heading="What is due", cell=lambda row: row[1]),
            Column(heading="By", cell=lambda row: row[0]),
            Column(heading="", cell=lambda row: state_tag(row[2])),
        ),
        rows=rows,
        empty="Nothing is due.",
        caption_hidden=True,
    )


@SECTIONS.place(10)
def work(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Write the spells in work."""
    table: Table[Spell] = Table(
        caption="Spells in work",
        caption_hidden=True,
        columns=(
            Column(heading="First day", cell=lambda one: one.first_day),
            Column(heading="Last day", cell=lambda one: one.last_day),
            Column(heading="Employer", cell=lambda one: one.employer),
            Column(heading="Hours", cell=lambda one: one.hours, numeric=True),
            Column(
                heading="Found by",
                cell=lambda one: in_words(one.found_by),
            ),
            Column(heading="Evidence since", cell=lambda one: one.evidenced),
        ),
        rows=case.spells.order_by("first_day", "id"),
        empty="No job has been reported.",
    )
    yield Section(
        id="work",
        heading="Work",
        parts=(table,),
    )


@SECTIONS.place(20)
def contacts(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Write the contacts; notes are for those who see people."""
    role = request.actor.role
    columns: list[Column[Contact]] = [
        Column(heading="Day", cell=lambda one: one.on),
        Column(heading="For", cell=lambda one: in_words(one.purpose)),
        Column(heading="How", cell=lambda one: in_words(one.kind)),
    ]
    if role in SEES_PEOPLE:
        columns.append(Column(heading="Note", cell=lambda one: one.note))
    yield Section(
        id="contacts",
        heading="Contacts",
        parts=(
            Table(
                caption="Contacts, newest first",
                caption_hidden=True,
                columns=columns,
                rows=case.contacts.order_by("-on", "-id")[:MOST_CONTACTS],
                empty="There has been no contact yet.",
            ),
        ),
    )


@SECTIONS.place(30)
def call_offs(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Write the call-offs, with what can be done to each."""
    role = request.actor.role
    table: Table[CallOff] = Table(
        caption="Specialists asked",
        caption_hidden=True,
        columns=(
            Column(heading="Asked", cell=lambda one: one.asked),
            Column(heading="For", cell=lambda one: one.need),
            Column(heading="State", cell=lambda one: state_tag(one.state)),
            Column(heading="Answer", cell=lambda one: one.answer),
            Column(heading="", cell=lambda one: doable_links(one, role)),
        ),
        rows=case.call_offs.order_by("-asked", "-id"),
        empty="No specialist has been asked.",
    )
    yield Section(
        id="call-offs",
        heading="Specialists",
        parts=(table,),
    )


@SECTIONS.place(40)
def documents(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Write the documents; one that was not passed has no link."""
    table: Table[Document] = Table(
        caption="Documents",
        caption_hidden=True,
        columns=(
            Column(heading="What", cell=document_link),
            Column(heading="Got", cell=lambda one: one.got_on),
            Column(heading="How", cell=lambda one: one.got_how),
            Column(heading="Scan", cell=lambda one: state_tag(one.state)),
        ),
        rows=case.documents.order_by("-got_on", "-id"),
        empty="There are no documents.",
    )
    yield Section(
        id="documents",
        heading="Documents",
        parts=(table,),
    )


def document_link(document: Document) -> object:
    """Link to a document that may be opened; name any other."""
    name = document.kind.replace("-", " ").capitalize()
    if document.state != "clean":
        return name
    return link(f"/documents/{document.reference}/", name)
