"""Payments in the navigation, and what of them waits for whom."""

from collections.abc import Iterator

from django.http import HttpRequest

from quasimarket.service.pages.navigation import place, waits
from quasimarket.service.pages.parts import Task
from quasimarket.service.payments.models import BankDetails, PaymentRun, Recovery
from quasimarket.service.people.roles import ACCOUNTABLE, FINANCE, OVERSIGHT, Role


DECIDERS = (Role.PAYMENT, Role.CONTRACT_MANAGER, Role.ASSURANCE)
place("Payments", "payments:runs", OVERSIGHT, order=40)
place("Statements", "payments:statements", ACCOUNTABLE, order=40)
place("Bank details", "payments:bank-details", FINANCE, order=45)


@waits(order=10)
def runs_to_approve(request: HttpRequest) -> Iterator[Task]:
    """List the runs that await a second person, or that stopped."""
    actor = request.actor
    if actor.role not in (Role.PAYMENT, Role.CONTRACT_MANAGER):
        return
    for run in PaymentRun.objects.filter(state__in=("verified", "stopped")):
        if run.state == "stopped" or run.prepared_by != actor.id:
            yield Task(
                title=f"Payment run {run.reference}",
                href=run.get_absolute_url(),
                state="to approve" if run.state == "verified" else "stopped",
            )


@waits(order=12)
def recoveries_to_decide(request: HttpRequest) -> Iterator[Task]:
    """List the recoveries that somebody else asked for."""
    actor = request.actor
    if actor.role not in DECIDERS:
        return
    rows = Recovery.objects.filter(state="requested").exclude(requested_by=actor.id)
    for one in rows[:10]:
        yield Task(
            title=f"Recovery {one.reference}",
            href=one.get_absolute_url(),
            state="to decide",
        )


@waits(order=14)
def bank_details_to_approve(request: HttpRequest) -> Iterator[Task]:
    """List the changes of bank details that somebody else entered."""
    actor = request.actor
    if actor.role not in (*ACCOUNTABLE, Role.PAYMENT):
        return
    rows = BankDetails.objects.filter(state="requested").exclude(requested_by=actor.id)
    for one in rows[:10]:
        yield Task(
            title=f"Bank details of {one.organisation.name}",
            href=one.get_absolute_url(),
            state="to approve",
        )
