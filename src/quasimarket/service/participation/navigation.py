"""What this room puts in the navigation, and what waits on the first page."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest

from quasimarket.service.acting.clock import today as programme_day
from quasimarket.service.pages.navigation import place, waits
from quasimarket.service.pages.parts import Task
from quasimarket.service.participation.caseload import Wanted, asked_of, caseload
from quasimarket.service.participation.deadlines import clock
from quasimarket.service.participation.views import READERS
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import ADVISERS, DELIVERY, SUB_ROLES, Role


place("Cases", "participation:cases", READERS, order=10)
place("Due", "participation:due", {*DELIVERY, Role.CONTRACT_MANAGER}, order=12)
place("Asked of you", "participation:asked", SUB_ROLES, order=14)
place(
    "Imports",
    "participation:imports",
    (Role.CONTRACT_MANAGER, Role.PRIME_MANAGER, Role.PRIME_ADVISER),
    order=45,
)
place("Your record", "participation:own", (Role.PARTICIPANT,), order=10)
SHOWN = 5
COUNTED = 100
"""How many overdue cases are counted; beyond that it is said that there are more."""


@waits(10)
def deadlines(request: HttpRequest) -> Iterator[Task]:
    """List the deadlines that come first."""
    actor = request.actor
    if actor.role not in {*DELIVERY, Role.CONTRACT_MANAGER}:
        return
    today = programme_day()
    if actor.role is Role.CONTRACT_MANAGER:
        yield from _overdue(actor, today, "Deadlines that providers have missed")
        return
    wanted = Wanted(is_due=True, is_mine=actor.role in ADVISERS)
    rows = caseload(actor, wanted, today=today, size=SHOWN).rows
    if not rows and actor.role in ADVISERS:
        yield from _overdue(actor, today, "Deadlines of your organisation")
    for row in rows:
        who = row.who.name if row.who else row.reference
        yield Task(
            title=f"{clock(row.due_what).label}: {who}",
            href=row.get_absolute_url(),
            state="overdue" if row.due_on < today else "due",
            hint=f"By {row.due_on:%d %B %Y}".replace("By 0", "By "),
        )


def _overdue(actor: Actor, today: date, title: str) -> Iterator[Task]:
    """Say in one line how many deadlines are over, with the way to them."""
    page = caseload(actor, Wanted(is_due=True), today=today, size=COUNTED)
    count = sum(row.due_on < today for row in page.rows)
    if count:
        said = f"{COUNTED} or more" if count == COUNTED else count
        yield Task(
            title=title,
            href="/due/?all=yes",
            state="overdue",
            hint=f"{said}; the most overdue come first",
        )


@waits(20)
def call_offs(request: HttpRequest) -> Iterator[Task]:
    """List the requests to a specialist that nobody has answered."""
    actor = request.actor
    if actor.role not in SUB_ROLES or actor.role not in DELIVERY:
        return
    for row in asked_of(actor, SHOWN):
        if row.state == "asked":
            yield Task(
                title=f"Answer a request: {row.need}",
                href=row.get_absolute_url(),
                state="waiting",
            )
