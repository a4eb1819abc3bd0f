"""Pages about the interface: its operations, an organisation's keys, the statistics."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quasimarket.service.acting import clock
from quasimarket.service.interface import statistics
from quasimarket.service.interface.acts import KEEPERS
from quasimarket.service.interface.described import operations_by_room, people_only
from quasimarket.service.interface.models import Webhook
from quasimarket.service.pages.act_view import act_page
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.public import public
from quasimarket.service.pages.role_names import ROLE_NAMES
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.shown import shown_month
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.people.models import ApiKey
from quasimarket.service.people.roles import Role


KEY_COLUMNS: tuple[Column[ApiKey], ...] = (
    Column(heading="For", cell=lambda one: one.name),
    Column(heading="Begins with", cell=lambda one: f"qmk_{one.prefix}"),
    Column(heading="Acts as", cell=lambda one: ROLE_NAMES[Role(one.role)]),
    Column(heading="May", cell=lambda one: " and ".join(one.scopes) or "be told"),
    Column(heading="Made by", cell=lambda one: one.made_by.name),
    Column(heading="Until", cell=lambda one: one.expires_at.date()),
    Column(heading="State", cell=lambda one: state_tag(state_of(one))),
    Column(
        heading="Change",
        cell=lambda one: "" if state_of(one) == "ended" else _end(one),
        export=lambda one: "",
    ),
)
WEBHOOK_COLUMNS: tuple[Column[Webhook], ...] = (
    Column(heading="Address", cell=lambda one: one.address),
    Column(
        heading="Kinds", cell=lambda one: ", ".join(one.kinds) or "every kind of event"
    ),
    Column(heading="The last message", cell=lambda one: one.last_outcome or "none yet"),
    Column(heading="State", cell=lambda one: state_tag(webhook_state(one))),
    Column(
        heading="Change",
        cell=lambda one: (
            link(f"/do/resume-webhook/{one.reference}/", "Send again")
            if one.is_paused
            else link(f"/do/end-webhook/{one.reference}/", "Stop")
        ),
        export=lambda one: "",
    ),
)
FIGURE_COLUMNS: tuple[Column[statistics.Figure], ...] = (
    Column(
        heading="Measure",
        cell=lambda one: one.measure.replace("-", " ").capitalize(),
        export=lambda one: one.measure.replace("-", " "),
    ),
    Column(
        heading="Month",
        cell=lambda one: shown_month(one.month),
        export=lambda one: one.month,
    ),
    Column(heading="Contract", cell=lambda one: one.contract),
    Column(heading="Payment group", cell=lambda one: one.group),
    Column(heading="People", cell=lambda one: one.shown, numeric=True),
)


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """List the operations of the interface."""
    return show(
        request,
        "interface/docs.html",
        title="The interface for programs",
        rooms=operations_by_room(),
        people_only=people_only(),
    )


@require_safe
def key_list(request: Any) -> HttpResponse:
    """List an organisation's keys and webhooks."""
    _only(request, KEEPERS)
    keys = ApiKey.objects.filter(
        organisation_id=request.actor.organisation, webhook__isnull=True
    ).select_related("made_by")
    hooks = Webhook.objects.select_related("key").order_by("-id")
    if wants_csv(request):
        return csv_response("keys", KEY_COLUMNS, keys.order_by("-id"))
    return show(
        request,
        "interface/keys.html",
        title="Keys for your systems",
        back="/",
        keys=Table(
            caption="Keys",
            columns=KEY_COLUMNS,
            rows=keys.order_by("-id"),
            empty="No key has been made.",
            export_url="?format=csv",
        ),
        webhooks=Table(
            caption="Addresses that are told of events",
            columns=WEBHOOK_COLUMNS,
            rows=hooks,
            empty="No address is told of events.",
        ),
    )


def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key; its page shows it once."""
    return act_page(request, "make-api-key")


def new_webhook(request: HttpRequest) -> HttpResponse:
    """Add an address; its page shows its secret once."""
    return act_page(request, "add-webhook")


@require_safe
def statistics_page(request: Any) -> HttpResponse:
    """Show the published statistics of a year, or give all of them as a file."""
    _only(request, statistics.READERS)
    if wants_csv(request):
        return csv_response("statistics", FIGURE_COLUMNS, statistics.published())
    year = request.GET.get("year") or str(clock.today().year)
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Http404
    figures = statistics.published(f"{year}-01", f"{year}-12")
    return show(
        request,
        "interface/statistics.html",
        title=f"Published statistics: {year}",
        back="/",
        earlier=int(year) - 1,
        later=int(year) + 1,
        table=Table(
            caption=f"People by contract, group and month, {year}",
            columns=FIGURE_COLUMNS,
            rows=figures,
            empty="No month of this year has been published.",
            export_url="?format=csv",
        ),
    )


def state_of(key: ApiKey) -> str:
    """Say whether a key opens still."""
    if key.ended_at is not None:
        return "ended"
    return "expired" if key.expires_at <= clock.now() else "active"


def webhook_state(webhook: Webhook) -> str:
    """Say whether an address is told."""
    if webhook.key.ended_at is not None:
        return "ended"
    return "stopped" if webhook.is_paused else "active"


def _end(key: ApiKey) -> Any:
    return link(f"/do/end-api-key/{key.pk}/", "End it")


def _only(request: Any, roles: tuple[Role, ...]) -> None:
    if request.actor.role not in roles:
        raise PermissionDenied
