"""What programs read: their chain's participations, events and places, page by page."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Query
from pydantic import BaseModel, Field

from quasimarket.service.acting.refusals import NotFound
from quasimarket.service.interface.changes import paged_news
from quasimarket.service.interface.feed import Place, events_after
from quasimarket.service.interface.problems import RESPONSES
from quasimarket.service.interface.shapes import (
    MOST,
    ContractSeen,
    Events,
    Page,
    Participations,
    ParticipationSeen,
    PlaceSeen,
    event_seen,
    participation_seen,
)
from quasimarket.service.interface.tags import is_among, tag_of
from quasimarket.service.participation.in_order import participations_after
from quasimarket.service.participation.models import Participation
from quasimarket.service.programme.models import Contract, Position


class Following(BaseModel):
    """Where to go on in the log, and what of it is wanted."""

    after: str = Field(
        "0.0",
        pattern=r"^[0-9]{1,18}(\.[0-9]{1,18})?$",
        description="The `next` of the page before",
    )
    limit: int = Field(100, ge=1, le=MOST)
    kind: str = Field("", max_length=40)
    updated_since: datetime | None = Field(
        None, description="Only what was written then or later"
    )


def declare(api: NinjaAPI) -> None:
    """Give the interface what it reads of people and of the log."""

    @api.get(
        "/participations",
        response={200: Participations, **RESPONSES},
        operation_id="list-participations",
        summary="List participations",
        tags=["participation"],
    )
    def participations(
        request: HttpRequest,
        page: Query[Page],
        updated_since: datetime | None = None,
    ) -> Any:
        """List participations by id; with `updated_since`, those that changed."""
        found, goes_on = paged_news(
            participations_after, page, updated_since, lambda one: one.id
        )
        return {"items": [participation_seen(one) for one in found], "next": goes_on}

    @api.get(
        "/participations/{reference}",
        response={200: ParticipationSeen, 304: None, **RESPONSES},
        operation_id="read-participation",
        summary="Read a participation",
        tags=["participation"],
    )
    def participation(request: HttpRequest, reference: str) -> HttpResponse:
        """Give one participation, with the ETag that its acts take as If-Match."""
        row = Participation.objects.filter(reference=reference).first()
        if row is None:
            raise NotFound(reference)
        tag = tag_of(row)
        if is_among(tag, request.headers.get("If-None-Match", "")):
            answer = HttpResponse(status=304)
        else:
            answer = JsonResponse(participation_seen(row).model_dump(mode="json"))
        answer["ETag"] = tag
        return answer

    @api.get(
        "/events",
        response={200: Events, **RESPONSES},
        operation_id="list-events",
        summary="Follow the log",
        tags=["log"],
    )
    def events(request: HttpRequest, wanted: Query[Following]) -> Any:
        """List events of your chain in the order in which they were committed."""
        found, place = events_after(
            Place.of(wanted.after),
            wanted.limit,
            kinds=[wanted.kind] if wanted.kind else [],
            since=wanted.updated_since,
        )
        return {"items": [event_seen(one) for one in found], "next": str(place)}

    @api.get(
        "/places",
        response={200: list[PlaceSeen], **RESPONSES},
        operation_id="list-places",
        summary="List places",
        tags=["programme"],
    )
    def places(request: HttpRequest) -> Any:
        """List the places in chains that you may see."""
        return [
            PlaceSeen(
                id=one.id,
                contract=one.contract_id,
                organisation=one.organisation_id,
                tier=one.tier,
                status=one.status,
                promised_yearly=one.promised_yearly,
            )
            for one in Position.objects.order_by("id")
        ]

    @api.get(
        "/contracts",
        response={200: list[ContractSeen], **RESPONSES},
        operation_id="list-contracts",
        summary="List contracts",
        tags=["programme"],
    )
    def contracts(request: HttpRequest) -> Any:
        """List the programme's contracts."""
        return [
            ContractSeen(
                id=one.id, area=one.area, area_name=one.area_name, prime=one.prime_id
            )
            for one in Contract.objects.order_by("id")
        ]


def paged(rows: "QuerySet[Any]", page: Page) -> tuple[list[Any], int | None]:
    """Give a page of rows by id, and where the next begins."""
    found = list(rows.order_by("id")[: page.limit])
    return found, found[-1].id if len(found) == page.limit else None
