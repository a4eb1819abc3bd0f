"""Pages of money: one thing with what may be done to it, or a list of things."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting.act import ACTS, acts_on
from quasimarket.service.acting.machine import Machine
from quasimarket.service.acting.performing import reference_field
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.parts import SummaryList
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.table import Column, Table


PAGE = 50
Links = Sequence[Mapping[str, str]]


def the(rows: "QuerySet[Any]", **named: object) -> Any:
    """Find one thing; what may not be seen is not there."""
    found = rows.filter(**named).first()
    if found is None:
        raise Http404
    return found


def doable(
    request: HttpRequest, thing: Model, only: Collection[str] | None = None
) -> list[dict[str, str]]:
    """List what the reader may do to a thing in its present state, as links."""
    reference = str(getattr(thing, reference_field(type(thing))))
    return [
        {
            "title": about.title,
            "href": reverse("pages:act-on", args=[about.name, reference]),
        }
        for about in acts_on(thing, request.actor.role)
        if only is None or about.name in only
    ]


def starts(request: HttpRequest, *names: str) -> list[dict[str, str]]:
    """List the acts that the reader may begin something with, as links."""
    return [
        {"title": ACTS[name].title, "href": reverse("pages:act", args=[name])}
        for name in names
        if request.actor.role in ACTS[name].by
    ]


def thing_page(
    request: HttpRequest,
    thing: Any,
    *,
    title: str,
    facts: Mapping[str, object],
    back: str,
    machine: Machine | None = None,
    parts: Sequence[object] = (),
    note: str = "",
    links: Links = (),
    only: Collection[str] | None = None,
    room: str = "payments",
) -> HttpResponse:
    """Show one thing with what may be done about it.

    Args:
        request: the reader's.
        thing: what is shown.
        title: the heading.
        facts: what each is called, and what it is.
        back: where the link back goes.
        machine: says what its state means.
        parts: shown beneath.
        note: said in an inset.
        links: to files and other pages of it.
        only: the acts to offer, where others of the thing belong elsewhere.
        room: whose help stands beside.
    """
    state = getattr(thing, machine.column) if machine else ""
    return show(
        request,
        "claims/thing.html",
        title=title,
        back=back,
        state=state,
        meaning=dict(machine.meanings).get(state, "") if machine else "",
        facts=SummaryList.of(facts),
        acts=doable(request, thing, only),
        parts=[part for part in parts if part],
        note=note,
        links=links,
        room=room,
    )


def list_page(
    request: HttpRequest,
    *,
    title: str,
    name: str,
    columns: Sequence[Column[Any]],
    rows: "QuerySet[Any] | Iterable[Any]",
    lead: str = "",
    empty: str = "",
    begin: Links = (),
    views: Links = (),
    parts: Sequence[object] = (),
    back: str = "",
    kept: str = "",
    room: str = "payments",
) -> HttpResponse:
    """Show a list, a page at a time, or give all of it as a file.

    Args:
        request: the reader's.
        title: the heading.
        name: the file's name.
        columns: of the table.
        rows: a query set, newest first by its key, or everything at once.
        lead: a sentence beneath the heading.
        empty: said in place of the table.
        begin: links to what may be begun from here.
        views: other views of the same list.
        parts: shown above the table.
        back: where the link back goes.
        kept: what of the address goes on to the next page: "state=paid&".
        room: whose help stands beside.
    """
    if wants_csv(request):
        return csv_response(name, columns, rows)
    page, next_url = (
        one_page(request, rows, kept)
        if isinstance(rows, QuerySet)
        else (list(rows), "")
    )
    table = Table(
        caption=title,
        columns=columns,
        rows=page,
        empty=empty,
        export_url=f"?{kept}format=csv",
        next_url=next_url,
        first_url=f"?{kept}" if "before" in request.GET else "",
        caption_hidden=True,
    )
    return show(
        request,
        "claims/list.html",
        title=title,
        lead=lead,
        begin=begin,
        views=views,
        parts=[*(part for part in parts if part), table],
        back=back,
        room=room,
    )


def one_page(
    request: HttpRequest, rows: "QuerySet[Any]", kept: str
) -> tuple[list[Any], str]:
    """Give one page of rows, newest first, and the address of the next."""
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    more = f"?{kept}before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return found[:PAGE], more
