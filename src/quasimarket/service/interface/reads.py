"""What programs read: their chain's participations, events and places, page by page."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Query
from pydantic import BaseModel, Field

from quasimarket.service.acting.refusals import NotFound
from quasimarket.service.interface.problems import RESPONSES
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import Participation
from quasimarket.service.programme.models import Contract, Position


MOST = 500


class Page(BaseModel):
    """Where to go on, and how many to give."""

    after: int = Field(0, ge=0, description="The `next` of the page before")
    limit: int = Field(100, ge=1, le=MOST)


class ParticipationSeen(BaseModel):
    """A participation as its chain may read it: no name, no address."""

    id: int
    reference: str
    contract: str
    position: str | None
    group: str
    area: str
    state: str
    referred: date
    acknowledged: date | None
    attached: date | None
    allotted_end: date
    completed: date | None
    in_work: bool
    last_contact: date | None


class Participations(BaseModel):
    """A page of participations."""

    items: list[ParticipationSeen]
    next: int | None


class EventSeen(BaseModel):
    """An event of the log."""

    id: int
    kind: str
    act: str
    recorded_at: datetime
    happened: date
    known: date
    participant: str
    contract: str
    position: str
    organisation: str
    group: str
    spell: str
    milestone: str
    number: int | None
    code: str
    amount: int | None


class Events(BaseModel):
    """A page of events, oldest first: keep `next`, and ask from there again."""

    items: list[EventSeen]
    next: int


class PlaceSeen(BaseModel):
    """A place in a chain."""

    id: str
    contract: str
    organisation: str
    tier: int
    status: str
    promised_yearly: int


class ContractSeen(BaseModel):
    """A contract."""

    id: str
    area: str
    area_name: str
    prime: str


def declare(api: NinjaAPI) -> None:
    """Give the interface what it reads."""

    @api.get(
        "/participations",
        response={200: Participations, **RESPONSES},
        operation_id="list-participations",
        tags=["participation"],
    )
    def participations(request: HttpRequest, page: Query[Page]) -> Any:
        """List participations by id; those that changed are in `/events`."""
        rows = list(
            Participation.objects.filter(id__gt=page.after).order_by("id")[: page.limit]
        )
        full = len(rows) == page.limit
        return {
            "items": [_participation(one) for one in rows],
            "next": rows[-1].id if full else None,
        }

    @api.get(
        "/participations/{reference}",
        response={200: ParticipationSeen, 304: None, **RESPONSES},
        operation_id="read-participation",
        tags=["participation"],
    )
    def participation(request: HttpRequest, reference: str) -> HttpResponse:
        """Give one participation, with an ETag."""
        row = Participation.objects.filter(reference=reference).first()
        if row is None:
            raise NotFound(reference)
        seen = _participation(row)
        tag = etag_of(seen)
        if request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=304)
        answer = JsonResponse(seen.model_dump(mode="json"))
        answer["ETag"] = tag
        return answer

    @api.get(
        "/events",
        response={200: Events, **RESPONSES},
        operation_id="list-events",
        tags=["log"],
    )
    def events(
        request: HttpRequest,
        page: Query[Page],
        kind: str = "",
        updated_since: datetime | None = None,
    ) -> Any:
        """List events of your chain by id, oldest first."""
        rows = LogEvent.objects.filter(id__gt=page.after)
        if kind:
            rows = rows.filter(kind=kind)
        if updated_since is not None:
            rows = rows.filter(written_at__gte=updated_since)
        found = list(rows.order_by("id")[: page.limit])
        names = EventSeen.model_fields
        return {
            "items": [{name: getattr(one, name) for name in names} for one in found],
            "next": found[-1].id if found else page.after,
        }

    @api.get(
        "/places",
        response={200: list[PlaceSeen], **RESPONSES},
        operation_id="list-places",
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
        tags=["programme"],
    )
    def contracts(request: HttpRequest) -> Any:
        """List the programme's contracts."""
        return [
            ContractSeen(
                id=one.id,
                area=one.area,
                area_name=one.area_name,
                prime=one.prime_id,
            )
            for one in Contract.objects.order_by("id")
        ]


def etag_of(seen: BaseModel) -> str:
    """Give the tag of what was read: it changes when what is read changes."""
    return f'"{hashlib.sha256(seen.model_dump_json().encode()).hexdigest()[:32]}"'


def _participation(row: Participation) -> ParticipationSeen:
    return ParticipationSeen(
        id=row.id,
        reference=row.reference,
        contract=row.contract_id,
        position=row.position_id,
        group=row.group,
        area=row.area,
        state=row.state,
        referred=row.referred,
        acknowledged=row.acknowledged,
        attached=row.attached,
        allotted_end=row.allotted_end,
        completed=row.completed,
        in_work=row.in_work,
        last_contact=row.last_contact,
    )
