"""The two pages most rooms have: one thing with what may be done, a list of things."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting.act import ACTS, About, acts_on
from quasimarket.service.acting.machine import Machine
from quasimarket.service.acting.performing import reference_field
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.names import organisation_names
from quasimarket.service.pages.parts import Happening, SummaryList, Timeline
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.wording import worded, worded_links


PAGE = 50
Allowed = Callable[[About], bool]
Links = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """Rows that a room reads in a way of its own, the newest first by their key."""

    page: Callable[[int, int], Sequence[Any]]
    """Those before a key, or the first of all if it is 0; and at most how many."""
    everything: Callable[[], Iterable[Any]]
    """All of them, for a file."""


def the(rows: "QuerySet[Any]", reference: str = "", **named: object) -> Any:
    """Find one thing, by its reference or by what is named; unseen is not there.

    Raises:
        Http404: there is none for the reader.
    """
    if reference:
        named[reference_field(rows.model)] = reference
    found = rows.filter(**named).first()
    if found is None:
        raise Http404
    return found


def start(act: str, text: str, reference: str = "") -> dict[str, str]:
    """Give a link to an act that begins something."""
    view, about = (
        ("pages:act-on", [act, reference]) if reference else ("pages:act", [act])
    )
    return {"title": worded(text), "href": reverse(view, args=about)}


def starts_of(request: HttpRequest, *names: str) -> list[dict[str, str]]:
    """List the acts with which the reader's role may begin something, as links."""
    return [
        start(name, ACTS[name].title)
        for name in names
        if request.actor.role in ACTS[name].by
    ]


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
        start(about.name, about.title, reference)
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
    links: Links = (),
) -> HttpResponse:
    """Show one thing with what may be done about it.

    Args:
        request: the reader's; the help of its room stands beside.
        thing: what is shown.
        title: the heading.
        facts: what each is called, and what it is; those that are blank are left out.
        back: where the link back goes.
        machine: says what its state means.
        parts: shown beneath.
        also: leaves out acts that this thing does not allow this reader.
        caption: above the heading.
        note: said in an inset.
        links: to files and other pages of it.
    """
    state = getattr(thing, machine.column) if machine else ""
    return show(
        request,
        "pages/thing.html",
        title=title,
        back=back,
        caption=worded(caption),
        state=state,
        meaning=worded(dict(machine.meanings).get(state, "")) if machine else "",
        facts=SummaryList.of(
            {name: fact for name, fact in facts.items() if fact not in (None, "")}
        ),
        acts=doable(request, thing, also=also),
        parts=[part for part in parts if part],
        note=worded(note),
        links=worded_links(links),
        room=_room_of(request),
    )


def list_page(
    request: HttpRequest,
    *,
    title: str,
    name: str,
    columns: Sequence[Column[Any]],
    rows: "QuerySet[Any] | Newest | Iterable[Any]",
    lead: str = "",
    empty: str = "",
    starts: Links = (),
    views: Links = (),
    parts: Sequence[object] = (),
    after: Sequence[object] = (),
    back: str = "",
    caption: str = "",
    kept: str = "",
) -> HttpResponse:
    """Show a list, a page at a time, or give all of it as a file.

    Args:
        request: the reader's; the help of its room stands beside.
        title: the heading.
        name: the file's name.
        columns: of the table.
        rows: a query set or pages, newest first by their key, or everything at once.
        lead: a sentence beneath the heading.
        empty: said in place of the table.
        starts: links to what may be begun from here.
        views: other views of the same list.
        parts: shown above the table.
        after: shown beneath it.
        back: where the link back goes.
        caption: of the table; the title, unseen, unless given.
        kept: what of the address goes on to the next page: "state=paid&".
    """
    if wants_csv(request):
        whole = rows.everything() if isinstance(rows, Newest) else rows
        return csv_response(name, columns, whole)
    page, next_url = (
        one_page(request, rows, kept)
        if isinstance(rows, QuerySet | Newest)
        else (list(rows), "")
    )
    table = Table(
        caption=caption or title,
        columns=columns,
        rows=page,
        empty=empty,
        export_url=f"?{kept}format=csv",
        next_url=next_url,
        first_url=f"{request.path}?{kept}" if "before" in request.GET else "",
        caption_hidden=not caption,
    )
    return show(
        request,
        "pages/list.html",
        title=title,
        lead=worded(lead),
        starts=starts,
        views=worded_links(views),
        parts=[*(part for part in parts if part), table, *after],
        back=back,
        room=_room_of(request),
    )


def one_page(
    request: HttpRequest, rows: "QuerySet[Any] | Newest", kept: str = ""
) -> tuple[list[Any], str]:
    """Give one page of rows, newest first, and the address of the next."""
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    if isinstance(rows, Newest):
        found = list(rows.page(before, PAGE + 1))
    else:
        rows = rows.filter(pk__lt=before) if before else rows
        found = list(rows.order_by("-pk")[: PAGE + 1])
    more = f"?{kept}before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return found[:PAGE], more


def history(steps: Iterable[Any], names: Mapping[str, str]) -> Timeline:
    """Lay kept steps out, newest first; `names` says what each act is called."""
    steps = list(steps)
    who = organisation_names(step.organisation_id for step in steps)
    return Timeline(
        heading="What happened",
        happenings=[
            Happening(
                when=step.on,
                what=names.get(step.act, step.act.replace("-", " ").capitalize()),
                who=who.get(step.organisation_id, ""),
                why=step.text,
            )
            for step in steps
        ],
    )


def _room_of(request: HttpRequest) -> str:
    return request.resolver_match.app_name
