"""Statements and remittances: each payee its own, with every line behind the sum."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from quasimarket.core.money import format_pounds
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.names import milestone_names, place_names
from quasimarket.service.pages.parts import SummaryList
from quasimarket.service.pages.shown import shown_month
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import list_page, the
from quasimarket.service.payments.models import PassedLine, PaymentLine, Statement
from quasimarket.service.people.roles import ACCOUNTABLE, OVERSIGHT


IS_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def columns() -> Sequence[Column[Statement]]:
    """Give the columns of a list of statements."""
    names = place_names() | {None: "The prime"}
    return (
        Column(
            heading="Month",
            cell=lambda one: shown_month(one.month),
            export=lambda one: one.month,
            link=address_of,
        ),
        Column(heading="Contract", cell=lambda one: one.contract_id),
        Column(
            heading="Payee",
            cell=lambda one: names.get(one.position_id, one.position_id),
        ),
        Column(heading="Place", cell=lambda one: one.position_id or "", file_only=True),
        Column(
            heading="Brought forward", cell=lambda one: one.brought_forward, money=True
        ),
        Column(heading="Lines", cell=lambda one: one.lines, money=True),
        Column(heading="To be paid", cell=lambda one: one.payable, money=True),
        Column(
            heading="Carried forward", cell=lambda one: one.carried_forward, money=True
        ),
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
    month = request.GET.get("month", "")[:7]
    if month and not IS_MONTH.fullmatch(month):
        raise Http404
    if month:
        rows = rows.filter(month=month)
    return list_page(
        request,
        title=f"Statements of {shown_month(month)}" if month else "Statements",
        name="statements",
        lead="What each payee is owed for a month. Below zero, it is carried to the "
        "next.",
        columns=columns(),
        rows=rows,
        empty="There is no statement yet.",
        kept=f"month={month}&" if month else "",
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
    payee = (
        place_names().get(found.position_id, found.position_id)
        if found.position_id
        else found.contract.prime.name
    )
    return list_page(
        request,
        title=f"Statement of {shown_month(found.month)} to {payee}",
        lead=f"Contract {found.contract_id}. Each line names its claim, where you see "
        "why it was paid, and dispute it if it was refused.",
        name=f"remittance-{found.contract_id}-{found.position_id or 'prime'}-"
        f"{found.month}",
        columns=line_columns(),
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


def line_columns() -> Sequence[Column[Any]]:
    """Give the columns of a statement's lines."""
    names = milestone_names() | {"incentive": "Incentive"}
    return (
        Column(heading="Line", cell=lambda one: one.sequence, numeric=True),
        Column(heading="Participant", cell=lambda one: one.participant),
        Column(
            heading="For",
            cell=lambda one: f"{names.get(one.kind, one.kind)} {one.number}",
            export=lambda one: f"{one.kind} {one.number}",
            link=_claim_of,
        ),
        Column(heading="Earned", cell=lambda one: one.earned),
        Column(heading="Amount", cell=lambda one: one.amount, money=True),
        Column(
            heading="Taken back",
            cell=lambda one: "Taken back" if one.is_reversal else None,
            export=lambda one: one.is_reversal,
        ),
        Column(heading="Rule", cell=lambda one: one.rule, file_only=True),
    )
