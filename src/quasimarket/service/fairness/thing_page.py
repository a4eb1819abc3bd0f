"""The page of one thing: how it stands, what it says, what may be done, its history."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting.act import About, acts_on
from quasimarket.service.acting.machine import Machine
from quasimarket.service.acting.performing import reference_field
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.parts import Happening, SummaryList, Timeline
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.table import Column, Table


Row = TypeVar("Row")
PAGE = 50
Allowed = Callable[[About], bool]


def the(rows: "QuerySet[Any]", reference: str) -> Any:
    """Find one thing; what may not be seen is not there."""
    found = rows.filter(**{reference_field(rows.model): reference}).first()
    if found is None:
        raise Http404
    return found


def doable(
    request: HttpRequest, thing: Model, *, also: Allowed | None = None
) -> list[dict[str, str]]:
    """List what the reader may do to a thing in its present state, as links.

    Args:
        request: the reader's.
        thing: what it would be done to.
        also: leaves out what this thing does not allow this reader.
    """
    reference = str(getattr(thing, reference_field(type(thing))))
    return [
        {
            "title": about.title,
            "href": reverse("pages:act-on", args=[about.name, reference]),
        }
        for about in acts_on(thing, request.actor.role)
        if also is None or also(about)
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
    also: Allowed | None = None,
    caption: str = "",
    note: str = "",
    room: str = "fairness",
) -> HttpResponse:
    """Show one thing with what may be done about it."""
    state = getattr(thing, machine.column) if machine else ""
    meanings = dict(machine.meanings) if machine else {}
    return show(
        request,
        "fairness/thing.html",
        title=title,
        back=back,
        caption=caption,
        state=state,
        meaning=meanings.get(state, ""),
        facts=SummaryList.of(
            {name: fact for name, fact in facts.items() if fact not in (None, "")}
        ),
        acts=doable(request, thing, also=also),
        parts=[part for part in parts if part],
        note=note,
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
    starts: Sequence[Mapping[str, str]] = (),
    parts: Sequence[object] = (),
    after: Sequence[object] = (),
    back: str = "",
    caption: str = "",
    room: str = "fairness",
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
        starts: links to what may be begun from here.
        parts: shown above the table.
        after: shown beneath it.
        back: where the link back goes.
        caption: of the table.
        room: whose help stands beside.
    """
    if wants_csv(request):
        return csv_response(name, columns, rows)
    page, next_url = (
        one_page(request, rows) if isinstance(rows, QuerySet) else (list(rows), "")
    )
    table = Table(
        caption=caption or title,
        columns=columns,
        rows=page,
        empty=empty,
        export_url="?format=csv",
        next_url=next_url,
        first_url=request.path if "before" in request.GET else "",
        caption_hidden=not caption,
    )
    return show(
        request,
        "fairness/list.html",
        title=title,
        lead=lead,
        starts=starts,
        parts=[*(part for part in parts if part), table, *after],
        back=back,
        room=room,
    )


def one_page(request: HttpRequest, rows: "QuerySet[Any]") -> tuple[list[Any], str]:
    """Give one page of rows, newest first, and the address of the next."""
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    more = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return found[:PAGE], more


def history(steps: Iterable[Any], names: Mapping[str, str]) -> Timeline:
    """Lay kept steps out, newest first; `names` says what each act is called."""
    return Timeline(
        heading="What happened",
        happenings=[
            Happening(
                when=step.on,
                what=names.get(step.act, step.act.replace("-", " ").capitalize()),
                who=step.organisation_id,
                why=step.text,
            )
            for step in steps
        ],
    )


def start(act: str, text: str, reference: str = "") -> dict[str, str]:
    """Give a link to an act that begins something."""
    if reference:
        return {"title": text, "href": reverse("pages:act-on", args=[act, reference])}
    return {"title": text, "href": reverse("pages:act", args=[act])}
