"""What programs read of money: claims, statements, their lines, payments."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Query

from quasimarket.service.acting.refusals import NotFound
from quasimarket.service.claims.listing import claims_after
from quasimarket.service.claims.models import Claim
from quasimarket.service.interface.changes import paged_news
from quasimarket.service.interface.problems import RESPONSES
from quasimarket.service.interface.reads import paged
from quasimarket.service.interface.shapes import (
    Claims,
    ClaimSeen,
    Lines,
    LineSeen,
    Page,
    Payments,
    PaymentSeen,
    Statements,
    StatementSeen,
)
from quasimarket.service.interface.tags import is_among, tag_of
from quasimarket.service.participation.models import Participation
from quasimarket.service.payments.models import (
    PassedLine,
    Payment,
    PaymentLine,
    Statement,
)


def declare(api: NinjaAPI) -> None:
    """Give the interface what it reads of money."""

    @api.get(
        "/claims",
        response={200: Claims, **RESPONSES},
        operation_id="list-claims",
        summary="List claims",
        tags=["claims"],
    )
    def claims(
        request: HttpRequest,
        page: Query[Page],
        updated_since: datetime | None = None,
    ) -> Any:
        """List claims by id; with `updated_since`, of whose people there is news."""
        found, goes_on = paged_news(
            claims_after, page, updated_since, lambda one: one.participation_id
        )
        return {"items": claims_seen(found), "next": goes_on}

    @api.get(
        "/claims/{reference}",
        response={200: ClaimSeen, 304: None, **RESPONSES},
        operation_id="read-claim",
        summary="Read a claim",
        tags=["claims"],
    )
    def claim(request: HttpRequest, reference: str) -> HttpResponse:
        """Give one claim, with the ETag that its acts take as If-Match."""
        row = Claim.objects.filter(reference=reference).first()
        if row is None:
            raise NotFound(reference)
        tag = tag_of(row)
        if is_among(tag, request.headers.get("If-None-Match", "")):
            answer = HttpResponse(status=304)
        else:
            answer = JsonResponse(claims_seen([row])[0].model_dump(mode="json"))
        answer["ETag"] = tag
        return answer

    @api.get(
        "/statements",
        response={200: Statements, **RESPONSES},
        operation_id="list-statements",
        summary="List statements",
        tags=["payments"],
    )
    def statements(request: HttpRequest, page: Query[Page]) -> Any:
        """List statements by id: a prime its chain's, a subcontractor its own."""
        found, goes_on = paged(Statement.objects.filter(id__gt=page.after), page)
        return {
            "items": [
                StatementSeen(
                    id=one.id,
                    month=one.month,
                    contract=one.contract_id,
                    position=one.position_id,
                    brought_forward=one.brought_forward,
                    lines=one.lines,
                    payable=one.payable,
                    carried_forward=one.carried_forward,
                )
                for one in found
            ],
            "next": goes_on,
        }

    @api.get(
        "/statements/{statement}/lines",
        response={200: Lines, **RESPONSES},
        operation_id="list-statement-lines",
        summary="List a statement's lines",
        tags=["payments"],
    )
    def lines(request: HttpRequest, statement: int, page: Query[Page]) -> Any:
        """List the lines that a statement sums, by id."""
        own = Statement.objects.filter(id=statement).first()
        if own is None:
            raise NotFound(str(statement))
        kind: Any = PaymentLine if own.position_id is None else PassedLine
        rows = kind.objects.filter(
            id__gt=page.after, contract_id=own.contract_id, month=own.month
        )
        if own.position_id is not None:
            rows = rows.filter(position_id=own.position_id)
        found, goes_on = paged(rows, page)
        return {"items": [line_seen(one) for one in found], "next": goes_on}

    @api.get(
        "/payments",
        response={200: Payments, **RESPONSES},
        operation_id="list-payments",
        summary="List payments",
        tags=["payments"],
    )
    def payments(request: HttpRequest, page: Query[Page]) -> Any:
        """List payments by id: those that your organisation makes or gets."""
        rows = Payment.objects.filter(id__gt=page.after).select_related("run")
        found, goes_on = paged(rows, page)
        return {
            "items": [
                PaymentSeen(
                    id=one.id,
                    run=one.run.reference,
                    month=one.run.month,
                    payer=one.payer_id,
                    payee=one.payee_id,
                    contract=one.contract_id,
                    position=one.position_id,
                    amount=one.amount,
                    is_sent=one.exported_in_id is not None,
                )
                for one in found
            ],
            "next": goes_on,
        }


def claims_seen(rows: list[Claim]) -> list[ClaimSeen]:
    """Give claims as programs read them.

    Whoever held the person when it was earned sees the claim still, and no more of
    them: the participant is then blank.
    """
    known = dict(
        Participation.objects.filter(
            id__in=[one.participation_id for one in rows]
        ).values_list("id", "reference")
    )
    plain = set(ClaimSeen.model_fields) - {"participant", "contract", "position"}
    return [
        ClaimSeen(
            participant=known.get(one.participation_id, ""),
            contract=one.contract_id,
            position=one.position_id,
            **{name: getattr(one, name) for name in plain},
        )
        for one in rows
    ]


def line_seen(row: PaymentLine | PassedLine) -> LineSeen:
    """Give a line as programs read it."""
    return LineSeen(
        id=row.id,
        month=row.month,
        contract=row.contract_id,
        position=row.position_id,
        participant=row.participant,
        milestone=row.kind,
        number=row.number,
        earned=row.earned,
        amount=row.amount,
        is_reversal=row.is_reversal,
        rule=row.rule,
    )
