"""Statements and remittances: each payee its own, with every line behind the sum."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from quasimarket.core.money import format_pounds
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import SummaryList
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import list_page, the
from quasimarket.service.payments.models import PassedLine, PaymentLine, Statement
from quasimarket.service.people.roles import ACCOUNTABLE, OVERSIGHT


COLUMNS: Sequence[Column[Statement]] = (
    Column(
        heading="Month",
        cell=lambda one: one.month,
        link=lambda one: address_of(one),
    ),
    Column(heading="Contract", cell=lambda one: one.contract_id),
    Column(heading="Place", cell=lambda one: one.position_id or "the prime"),
    Column(heading="Brought forward", cell=lambda one: one.brought_forward, money=True),
    Column(heading="Lines", cell=lambda one: one.lines, money=True),
    Column(heading="To be paid", cell=lambda one: one.payable, money=True),
    Column(heading="Carried forward", cell=lambda one: one.carried_forward, money=True),
)


def address_of(statement: Statement) -> str:
    """Give a statement's page."""
    if statement.position_id is None:
        return reverse(
            "payments:statement", args=[statement.contract_id, statement.month]
        )
    return reverse(
        "payments:remittance",
        args=[statement.contract_id, statement.position_id, statement.month],
    )


@seen_by((*ACCOUNTABLE, *OVERSIGHT))
def statements(request: HttpRequest) -> HttpResponse:
    """List statements, newest first."""
    rows = Statement.objects.all()
    month = request.GET.get("month", "")
    if month:
        rows = rows.filter(month=month[:7])
    return list_page(
        request,
        title=f"Statements of {month[:7]}" if month else "Statements",
        name="statements",
        lead="What each payee is owed for a month. Below zero, it is carried to the "
        "next.",
        columns=COLUMNS,
        rows=rows,
        empty="There is no statement yet.",
        kept=f"month={month[:7]}&" if month else "",
    )


@require_safe
def statement(request: HttpRequest, contract: str, month: str) -> HttpResponse:
    """Show the commissioner's statement to a prime."""
    return _shown(
        request,
        the(Statement.objects, contract=contract, month=month, position_id=None),
        PaymentLine.objects.filter(contract=contract, month=month),
    )


@require_safe
def remittance(
    request: HttpRequest, contract: str, place: str, month: str
) -> HttpResponse:
    """Show a prime's statement to a place in its chain."""
    return _shown(
        request,
        the(Statement.objects, contract=contract, month=month, position_id=place),
        PassedLine.objects.filter(contract=contract, month=month, position_id=place),
    )


def _shown(
    request: HttpRequest, found: Statement, lines: "QuerySet[Any]"
) -> HttpResponse:
    payee = found.position_id or f"contract {found.contract_id}"
    return list_page(
        request,
        title=f"Statement of {found.month} to {payee}",
        name=f"remittance-{found.contract_id}-{found.position_id or 'prime'}-"
        f"{found.month}",
        columns=LINE_COLUMNS,
        rows=lines,
        empty="No line is in this statement.",
        back=reverse("payments:statements"),
        parts=[
            SummaryList.of(
                {
                    "Brought forward": format_pounds(found.brought_forward),
                    "Lines": format_pounds(found.lines),
                    "To be paid": format_pounds(found.payable),
                    "Carried forward": format_pounds(found.carried_forward),
                }
            )
        ],
    )


def _claim_of(line: Any) -> str:
    if not line.participant or line.kind == "incentive":
        return ""
    return reverse(
        "claims:claim", args=[f"{line.participant}.{line.kind}.{line.number}"]
    )


LINE_COLUMNS: Sequence[Column[Any]] = (
    Column(heading="Line", cell=lambda one: one.sequence, numeric=True),
    Column(heading="Participant", cell=lambda one: one.participant),
    Column(heading="For", cell=lambda one: f"{one.kind} {one.number}", link=_claim_of),
    Column(heading="Earned", cell=lambda one: one.earned),
    Column(heading="Amount", cell=lambda one: one.amount, money=True),
    Column(heading="Taken back", cell=lambda one: one.is_reversal),
    Column(heading="Rule", cell=lambda one: one.rule),
)
