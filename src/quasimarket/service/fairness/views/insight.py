"""Creaming and parking, pressure and convergence, as the records stand."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quasimarket.service.acting import clock
from quasimarket.service.fairness.measurement import going_on
from quasimarket.service.fairness.measures import (
    GroupService,
    Pressure,
    Spread,
    pressure_by_place,
    service_by_group,
    spread_by_quarter,
)
from quasimarket.service.fairness.models import PlaceMeasure, ProgrammeMeasure
from quasimarket.service.pages.charts import BarChart, LineChart, Series
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.names import group_names, place_names
from quasimarket.service.pages.shown import shown, shown_month
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import list_page, start
from quasimarket.service.people.roles import FINANCE, PROVIDER_ROLES, Role


READERS = (
    Role.CONTRACT_MANAGER,
    Role.ASSURANCE,
    Role.DECISION_MAKER,
    Role.AUDITOR,
    *(role for role in PROVIDER_ROLES if role not in FINANCE),
)


def service_columns() -> tuple[Column[GroupService], ...]:
    """Give the columns of the service each group has."""
    names = group_names()
    return (
        Column(heading="Contract", cell=lambda row: row.contract),
        Column(
            heading="Payment group",
            cell=lambda row: names.get(row.group, row.group),
            export=lambda row: row.group,
        ),
        Column(heading="People out of work", cell=lambda row: row.people, numeric=True),
        Column(
            heading="Contacts each in 90 days",
            cell=lambda row: row.contacts_each,
            numeric=True,
        ),
        Column(
            heading="Untouched for 90 days",
            cell=lambda row: f"{row.untouched_share}%",
            export=lambda row: row.untouched_share,
            numeric=True,
        ),
        Column(
            heading="Have had work",
            cell=lambda row: f"{row.work_share}%",
            export=lambda row: row.work_share,
            numeric=True,
        ),
    )


PRESSURE: tuple[Column[Pressure], ...] = (
    Column(heading="Place", cell=lambda row: row.position),
    Column(
        heading="Month",
        cell=lambda row: shown_month(row.month),
        export=lambda row: row.month,
    ),
    Column(heading="Requests", cell=lambda row: row.requests, numeric=True),
    Column(heading="Directives", cell=lambda row: row.directives, numeric=True),
    Column(heading="Reviews", cell=lambda row: row.reviews, numeric=True),
    Column(heading="Improvement notices", cell=lambda row: row.notices, numeric=True),
    Column(heading="In all", cell=lambda row: row.total, numeric=True),
)
SPREAD: tuple[Column[Spread], ...] = (
    Column(heading="Quarter", cell=lambda row: row.quarter),
    Column(heading="Places", cell=lambda row: row.places, numeric=True),
    Column(
        heading="Contacts a person, on average", cell=lambda row: row.mean, numeric=True
    ),
    Column(
        heading="Variation",
        cell=lambda row: f"{row.variation}%",
        export=lambda row: row.variation,
        numeric=True,
    ),
)


def number(value: float | None) -> str | None:
    """Write a measure."""
    return None if value is None else f"{value:.3g}"


MEASURES: tuple[Column[ProgrammeMeasure], ...] = (
    Column(heading="Measure", cell=lambda row: row.name),
    Column(heading="Value", cell=lambda row: number(row.value), numeric=True),
    Column(
        heading="95% interval",
        cell=lambda row: (
            f"{number(row.low)} to {number(row.high)}" if row.low is not None else None
        ),
    ),
    Column(heading="Unit", cell=lambda row: row.unit),
    Column(heading="Rests on", cell=lambda row: row.n, numeric=True),
    Column(heading="Note", cell=lambda row: row.note),
)
PLACES: tuple[Column[PlaceMeasure], ...] = (
    Column(heading="Place", cell=lambda row: row.position_id or "In-house"),
    Column(heading="Contract", cell=lambda row: row.contract_id),
    Column(heading="People", cell=lambda row: row.people, numeric=True),
    Column(
        heading="Contacts follow employability",
        cell=lambda row: number(row.figures.get("gradient")),
        numeric=True,
    ),
    Column(
        heading="Parked for 90 days",
        cell=lambda row: number(row.figures.get("parked_90_days")),
        numeric=True,
    ),
    Column(
        heading="Distance to the prime's own unit, at first",
        cell=lambda row: number(row.figures.get("to_template_start")),
        numeric=True,
    ),
    Column(
        heading="and now",
        cell=lambda row: number(row.figures.get("to_template_now")),
        numeric=True,
    ),
)


STAGES = {
    "log": gettext_lazy("the log is read"),
    "creaming": gettext_lazy("who is served first"),
    "parking": gettext_lazy("who is left waiting"),
    "pressure": gettext_lazy("what presses the places"),
    "practice": gettext_lazy("how the places work"),
    "convergence": gettext_lazy("how alike they become"),
    "places": gettext_lazy("each place by itself"),
}
"""What a measuring works at, by the name that it gives it."""


def said_of_measuring() -> list[object]:
    """Say that the programme is being measured and how far, where it may be known."""
    measuring = going_on()
    if measuring is None:
        return []
    text = _("The programme is being measured, since %(time)s.")
    far = (
        _("%(percent)s%% is done; now: %(stage)s.")
        % {
            "percent": measuring.percent,
            "stage": STAGES.get(measuring.stage, measuring.stage),
        }
        if measuring.stage
        else _("It has not begun yet.")
    )
    later = _("What was measured last stands below until the new measures are there.")
    return [
        format_html(
            '<div class="govuk-inset-text"><p>{} {}</p><p>{} '
            '<a class="govuk-link" href="">{}</a></p></div>',
            text % {"time": shown(measuring.since)},
            far,
            later,
            _("Look again"),
        )
    ]


def measured() -> list[object]:
    """Show what insight found last, as far as the reader may see it."""
    day = PlaceMeasure.objects.aggregate(day=Max("as_of"))["day"]
    if day is None:
        return []
    programme = list(ProgrammeMeasure.objects.filter(as_of=day).order_by("pk"))
    parts: list[object] = [
        Table(
            caption=f"Place by place, as measured on {day:%-d %B %Y}",
            columns=PLACES,
            rows=list(
                PlaceMeasure.objects.filter(as_of=day).order_by("contract_id", "pk")
            ),
            export_url="?format=csv&table=places",
        )
    ]
    if programme:
        parts.append(
            Table(
                caption=f"The programme, as measured on {day:%-d %B %Y}",
                columns=MEASURES,
                rows=programme,
                export_url="?format=csv&table=programme",
            )
        )
    return parts


def as_file(table: str) -> HttpResponse | None:
    """Give one of insight's tables as a file."""
    day = PlaceMeasure.objects.aggregate(day=Max("as_of"))["day"]
    if table == "places":
        rows = PlaceMeasure.objects.filter(as_of=day).order_by("contract_id", "pk")
        return csv_response("places-measured", PLACES, rows)
    if table == "programme":
        found = ProgrammeMeasure.objects.filter(as_of=day).order_by("pk")
        return csv_response("programme-measured", MEASURES, found)
    return None


@seen_by(READERS)
def insight_page(request: HttpRequest) -> HttpResponse:
    """Show the measures, in the reader's own scope."""
    today = clock.today()
    pressure, spread = pressure_by_place(), spread_by_quarter(today)
    table = request.GET.get("table")
    if wants_csv(request) and table == "pressure":
        return csv_response("pressure", PRESSURE, pressure)
    if wants_csv(request) and table == "spread":
        return csv_response("convergence", SPREAD, spread)
    if wants_csv(request) and (answer := as_file(table or "")) is not None:
        return answer
    role = request.actor.role
    service = service_by_group(today)
    return list_page(
        request,
        title="Who is served, who is pressed",
        name="service-by-group",
        lead="Counted today, as far as you may see. Where a group is left untouched, "
        "its people may be parked; where contacts follow the easiest, creamed.",
        columns=service_columns(),
        rows=service,
        caption="Creaming and parking: people out of work for 90 days on the programme",
        empty="Nobody has been out of work on the programme for 90 days.",
        parts=[*said_of_measuring(), untouched_chart(service)],
        starts=[start("measure-programme", "Measure the programme from its log")]
        if role in (Role.CONTRACT_MANAGER, Role.ASSURANCE)
        else [],
        after=[
            Table(
                caption="Pressure: what each place was asked and told",
                columns=pressure_columns(),
                rows=pressure[:60],
                empty="Nothing was asked or prescribed.",
                export_url="?format=csv&table=pressure",
            ),
            *spread_parts(spread),
            *measured(),
        ],
    )


def pressure_columns() -> tuple[Column[Pressure], ...]:
    """Give the columns of the page, where a place is called by who holds it."""
    names = place_names()
    place: Column[Pressure] = Column(
        heading="Place",
        cell=lambda row: f"{names.get(row.position, '')} ({row.position})".strip(),
    )
    return (place, *PRESSURE[1:])


def untouched_chart(service: list[GroupService]) -> Any:
    """Draw the share untouched, by group and contract."""
    names = group_names()
    groups = sorted({row.group for row in service if row.people >= 5}, key=in_order)
    contracts = sorted({row.contract for row in service}, key=in_order)[:6]
    share = {
        (row.contract, row.group): row.untouched_share
        for row in service
        if row.people >= 5
    }
    if not groups:
        return None
    return BarChart(
        title="Untouched for 90 days",
        description="People out of work with no supportive contact, by payment group.",
        category="Payment group",
        categories=[names.get(group, group) for group in groups],
        series=[
            Series(
                name=f"Contract {contract}",
                values=[share.get((contract, group)) for group in groups],
            )
            for contract in contracts
        ],
        unit="%",
    )


def in_order(name: str) -> tuple[int, str]:
    """Order names that are numbers as numbers."""
    return (int(name), "") if name.isdecimal() else (10**9, name)


def spread_parts(spread: list[Spread]) -> list[object]:
    """Show whether places grow alike."""
    if not spread:
        return []
    return [
        LineChart(
            title="Convergence: how far places differ in contacts a person",
            description="Less variation means that places grow alike.",
            category="Quarter",
            categories=[row.quarter for row in spread],
            series=[Series(name="Variation", values=[row.variation for row in spread])],
            unit="%",
        ),
        Table(
            caption="Convergence by quarter",
            columns=SPREAD,
            rows=spread,
            export_url="?format=csv&table=spread",
        ),
    ]
