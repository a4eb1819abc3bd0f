"""The pages of cases: caseload, search, a case, what is due, one's own record."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from quasimarket.service.acting.clock import today as programme_day
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.participation import case_page, documents, own_page
from quasimarket.service.participation.caseload import (
    PAGE,
    Wanted,
    attach_people,
    caseload,
    everything,
    search,
)
from quasimarket.service.participation.deadlines import clock
from quasimarket.service.participation.drawing import Draws
from quasimarket.service.participation.models import (
    Document,
    LateDeadline,
    Participation,
)
from quasimarket.service.participation.states import COURSE
from quasimarket.service.participation.timeline import timeline_of
from quasimarket.service.people.roles import (
    ADVISERS,
    COMMISSIONER_ROLES,
    PROVIDER_ROLES,
    Role,
)
from quasimarket.service.programme.models import Contract, Position
from quasimarket.service.programme.rules import agreed_rulebook


READERS = frozenset({*PROVIDER_ROLES, *COMMISSIONER_ROLES, Role.AUDITOR}) - {
    Role.POLICY
}
MOST_EXPORTED = 50_000


def actor_of(request: HttpRequest) -> Any:
    """Give who asks, if they read cases at all."""
    actor = request.actor
    if actor.role not in READERS:
        raise PermissionDenied
    return actor


def name_of(row: Any) -> str:
    """Give a participant's name to those who see people, and else the reference."""
    who = getattr(row, "who", None)
    return who.name if who else row.reference


CASES: tuple[Column[Participation], ...] = (
    Column(
        heading="Participant", cell=name_of, link=lambda row: row.get_absolute_url()
    ),
    Column(heading="Reference", cell=lambda row: row.reference),
    Column(heading="State", cell=lambda row: state_tag(row.state)),
    Column(heading="Group", cell=lambda row: row.group),
    Column(heading="Contract", cell=lambda row: row.contract_id),
    Column(heading="Referred", cell=lambda row: row.referred),
    Column(
        heading="In work",
        cell=lambda row: "Yes" if row.in_work else None,
        export=lambda row: row.in_work,
    ),
    Column(heading="Due", cell=lambda row: row.due_on),
    Column(
        heading="What is due",
        cell=lambda row: clock(row.due_what).label if row.due_what else None,
    ),
)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Show a page of the caseload, or give all of it as a file."""
    actor = actor_of(request)
    wanted = Wanted(
        state=request.GET.get("state", ""),
        contract=request.GET.get("contract", ""),
        position=request.GET.get("position", ""),
        is_mine=request.GET.get("whose") == "mine",
        is_due=request.GET.get("due") == "soon",
    )
    return listed(
        request,
        actor,
        wanted,
        title="Cases",
        template="participation/cases.html",
        states=[(one, one.replace("-", " ").capitalize()) for one in COURSE.states],
        is_adviser=actor.role in ADVISERS,
        **choices(actor),
    )


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """Show what is due soon or overdue, the most overdue first."""
    actor = actor_of(request)
    wanted = Wanted(
        is_due=True, is_mine=actor.role in ADVISERS and "all" not in request.GET
    )
    return listed(
        request,
        actor,
        wanted,
        title="What is due",
        template="participation/due.html",
        is_adviser=actor.role in ADVISERS,
    )


def listed(
    request: HttpRequest,
    actor: Any,
    wanted: Wanted,
    *,
    title: str,
    template: str,
    **context: Any,
) -> HttpResponse:
    """Answer with a page of a caseload, or with its file."""
    today = programme_day()
    if wants_csv(request):
        rows = everything(actor, wanted, today=today, most=MOST_EXPORTED).rows
        return csv_response("cases", CASES, rows)
    try:
        page = caseload(actor, wanted, today=today, after=request.GET.get("after", ""))
    except ValueError:
        raise Http404 from None
    asked = request.GET.copy()
    asked.pop("after", None)
    first = f"{request.path}?{asked.urlencode()}" if "after" in request.GET else ""
    file = asked.copy()
    file["format"] = "csv"
    asked["after"] = page.after
    return show(
        request,
        template,
        title=title,
        wanted=wanted,
        table=Table(
            caption=title,
            caption_hidden=True,
            columns=CASES,
            rows=page.rows,
            empty="No cases.",
            next_url=f"{request.path}?{asked.urlencode()}" if page.after else "",
            first_url=first,
            export_url=f"{request.path}?{file.urlencode()}",
        ),
        size=PAGE,
        **context,
    )


def choices(actor: Any) -> dict[str, list[tuple[str, str]]]:
    """Give the contracts and places by which the reader may narrow the list."""
    contracts = Contract.objects.order_by("id")
    if actor.role in PROVIDER_ROLES:
        contracts = contracts.filter(prime_id=actor.organisation)
    places = Position.objects.select_related("organisation").order_by("id")
    if actor.role not in PROVIDER_ROLES:
        places = places.none()
    return {
        "contracts": [(one.id, f"{one.id}: {one.area_name}") for one in contracts],
        "positions": [(one.id, one.organisation.name) for one in places[:200]],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find participants by what is sent, which stands in no address."""
    actor = actor_of(request)
    text = request.POST.get("text", "").strip()[:120]
    errors = []
    table = None
    if request.method == "POST" and not text:
        errors = [("Enter a name, a reference or a number", "id_text")]
    elif text:
        table = Table(
            caption="Found",
            columns=CASES,
            rows=search(actor, text),
            empty="Nobody was found whom you may see.",
        )
    return show(
        request,
        "participation/search.html",
        title="Find a participant",
        errors=errors,
        status=422 if errors else 200,
        text=text,
        table=table,
    )


def find_case(reference: str) -> Participation:
    """Give a case that the reader may see, with who it is about."""
    case = (
        Participation.objects.filter(reference=reference)
        .select_related("contract__prime", "position__organisation", "adviser")
        .first()
    )
    if case is None:
        raise Http404
    attach_people([case])
    return case


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one case."""
    actor = actor_of(request)
    found = find_case(reference)
    before = request.GET.get("before", "")
    return show(
        request,
        "participation/case.html",
        title=name_of(found),
        back="/cases/",
        case=found,
        facts=case_page.facts(found),
        deadlines=case_page.deadlines(found),
        acts=case_page.doable(found, actor.role),
        sections=list(case_page.SECTIONS.written(request, found)),
        timeline=timeline_of(
            found.pk,
            before=int(before) if before.isdecimal() and len(before) < 19 else 0,
            address=found.get_absolute_url(),
        ),
    )


@require_safe
def allocation(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the draw that chose the contract, drawn again beside it."""
    actor_of(request)
    found = find_case(reference)
    record = found.allocation
    again = None
    if record.get("weights"):
        again = Draws(agreed_rulebook()).holds(record)
    return show(
        request,
        "participation/allocation.html",
        title="How the contract was drawn",
        back=found.get_absolute_url(),
        case=found,
        record=record,
        weights=sorted(record.get("weights", {}).items()),
        holds=again,
    )


@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """Show the deadlines that were met late; those still open are on the due list."""
    actor = actor_of(request)
    rows = LateDeadline.objects.select_related("participation")
    contracts = Contract.objects.all()
    if actor.role in PROVIDER_ROLES:
        contracts = contracts.filter(prime_id=actor.organisation)
        own = Position.objects.filter(organisation_id=actor.organisation)
        keys = list(own.values_list("id", flat=True))
    found: list[LateDeadline] = []
    if contracts or actor.role not in PROVIDER_ROLES:
        for contract in contracts:
            found += rows.filter(contract_id=contract.id).order_by("-due", "-id")[:200]
    else:
        for key in keys:
            found += rows.filter(position_id=key).order_by("-due", "-id")[:200]
    found.sort(key=lambda row: (row.due, row.pk), reverse=True)
    columns: tuple[Column[LateDeadline], ...] = (
        Column(
            heading="Case",
            cell=lambda row: row.participation.reference,
            link=lambda row: row.participation.get_absolute_url(),
        ),
        Column(heading="Contract", cell=lambda row: row.contract_id),
        Column(heading="What was due", cell=lambda row: clock(row.what).label),
        Column(heading="Rule", cell=lambda row: clock(row.what).rule, file_only=True),
        Column(heading="By", cell=lambda row: row.due),
        Column(heading="Done", cell=lambda row: row.done),
        Column(
            heading="Days late",
            cell=lambda row: (row.done - row.due).days,
            numeric=True,
        ),
    )
    if wants_csv(request):
        return csv_response("late-deadlines", columns, found)
    table = Table(
        caption="Deadlines met late",
        caption_hidden=True,
        columns=columns,
        rows=found[:200],
        empty="Every deadline was met in time.",
        export_url="?format=csv",
    )
    return show(
        request, "participation/list.html", title="Deadlines met late", table=table
    )


@require_safe
def document(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a document that has been passed, as a file to keep and never to run."""
    found = Document.objects.filter(reference=reference, state="clean").first()
    if found is None:
        raise Http404
    try:
        content = documents.read(found.digest)
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(content, content_type=found.media_type)
    ending = documents.MEDIA_TYPES.get(found.media_type, "")
    name = f"{found.reference}{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Show a participant their own record."""
    actor = request.actor
    if actor.role is not Role.PARTICIPANT:
        raise PermissionDenied
    mine = list(Participation.objects.order_by("-referred", "-id"))
    return show(
        request,
        "participation/own.html",
        title="Your record",
        sections=[
            section
            for one in mine
            for section in own_page.SECTIONS.written(request, one)
        ],
    )
