"""League tables and levels, as published."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.chain.measuring import WINDOW_NAMES
from quasimarket.service.chain.models import LeagueRow
from quasimarket.service.chain.openness import contracts_shown_to
from quasimarket.service.pages.charts import BarChart, Series
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.names import group_names
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import list_page, start
from quasimarket.service.people.roles import EVERYONE, Role
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook


READERS = tuple(role for role in EVERYONE if role is not Role.PARTICIPANT)
NONE_YET = (
    "A contract manager publishes the tables. None has been published yet that the "
    "programme's rules let you see."
)
SHOWN = {
    "place": "the place, its prime and the commissioner",
    "primes": "primes and the commissioner",
    "chain": "the chain",
    "public": "everybody",
}


def window_name(window: str) -> str:
    """Say which time a row counts."""
    return WINDOW_NAMES.get(window) or window.replace("-", " ").capitalize()


def percent(row: LeagueRow) -> str | None:
    """Write a row's rate."""
    return None if row.rate is None else f"{row.rate}%"


COLUMNS: tuple[Column[LeagueRow], ...] = (
    Column(heading="Contract", cell=lambda row: row.contract_id),
    Column(heading="Prime", cell=lambda row: row.contract.prime.name),
    Column(
        heading="Place",
        cell=lambda row: row.position.organisation.name if row.position else "All",
    ),
    Column(
        heading="Payment group", cell=lambda row: row.group or "All", file_only=True
    ),
    Column(heading="Referrals", cell=lambda row: row.referrals, numeric=True),
    Column(heading="Outcomes", cell=lambda row: row.outcomes, numeric=True),
    Column(heading="Of them late", cell=lambda row: row.late, numeric=True),
    Column(heading="Rate", cell=percent, export=lambda row: row.rate, numeric=True),
    Column(heading="Shown to", cell=lambda row: SHOWN[row.shown_to]),
)


def _level(row: LeagueRow) -> str | None:
    return None if row.level is None else f"{row.level * 100:.1f}%"


def _standing(row: LeagueRow) -> str:
    if row.is_met is None:
        return "under way"
    return "met" if row.is_met else "unmet"


def level_columns() -> tuple[Column[LeagueRow], ...]:
    """Give the columns of contract years against their levels."""
    names = group_names()
    return (
        Column(heading="Rank", cell=lambda row: row.rank, numeric=True),
        Column(heading="Contract", cell=lambda row: row.contract_id),
        Column(
            heading="Payment group",
            cell=lambda row: names.get(row.group, row.group) if row.group else "All",
            export=lambda row: row.group or "All",
        ),
        Column(heading="Referrals", cell=lambda row: row.referrals, numeric=True),
        Column(heading="Outcomes", cell=lambda row: row.outcomes, numeric=True),
        Column(heading="Rate", cell=percent, export=lambda row: row.rate, numeric=True),
        Column(
            heading="Level", cell=_level, export=lambda row: row.level, numeric=True
        ),
        Column(
            heading="Level met",
            cell=lambda row: state_tag(_standing(row)),
            export=_standing,
        ),
    )


def latest() -> Any:
    """Give the rows that were published last, as far as the reader may see them."""
    day = LeagueRow.objects.aggregate(day=Max("as_of"))["day"]
    return day, LeagueRow.objects.filter(as_of=day).select_related(
        "contract__prime", "position__organisation"
    )


@seen_by(READERS)
def league_page(request: HttpRequest) -> HttpResponse:
    """Show the latest tables in one of the four windows."""
    actor = request.actor
    day, rows = latest()
    window = request.GET.get("window", "year")
    window = window if window in WINDOW_NAMES else "year"
    every = sorted(
        rows.filter(window=window, group=""),
        key=lambda row: (
            row.position_id is not None,
            -(row.rate or 0),
            row.contract_id,
        ),
    )
    starts = [
        {
            "title": "Contract years against their levels",
            "href": reverse("chain:levels"),
        }
    ]
    if actor.role is Role.CONTRACT_MANAGER:
        starts.append(start("publish-league-tables", "Publish the tables of today"))
    starts += [
        start(
            "choose-league-audience", f"Choose who sees the places of {one.pk}", one.pk
        )
        for one in Contract.objects.filter(prime_id=actor.organisation)
        if actor.role is Role.PRIME_MANAGER
    ]
    return list_page(
        request,
        title="League tables",
        name=f"league-{window}",
        lead=f"{WINDOW_NAMES[window]}: outcomes earned over referrals made"
        + (f", as published on {day:%-d %B %Y}." if day else ".")
        + " Late are outcomes of days that the table before covered, which came after "
        "it: many from one contract are worth a question.",
        columns=COLUMNS,
        rows=every,
        caption=WINDOW_NAMES[window],
        empty=NONE_YET,
        starts=starts,
        views=window_links(window),
        parts=[league_chart(every)],
    )


def window_links(window: str) -> list[dict[str, str]]:
    """Link to the windows."""
    return [
        {
            "title": title,
            "href": f"?window={name}",
            "here": "here" if name == window else "",
        }
        for name, title in WINDOW_NAMES.items()
    ]


def league_chart(rows: list[LeagueRow]) -> Any:
    """Draw the rates of the contracts that the reader may see."""
    known = [row for row in rows if row.position_id is None and row.rate is not None]
    if len(known) < 2:
        return None
    return BarChart(
        title="Outcomes for each hundred referrals",
        description="By contract, the highest first.",
        category="Contract",
        categories=[f"Contract {row.contract_id}" for row in known],
        series=[Series(name="Rate", values=[row.rate for row in known])],
        unit="%",
    )


@seen_by(READERS)
def levels_page(request: HttpRequest) -> HttpResponse:
    """Show contract years against their minimum performance levels."""
    _, rows = latest()
    yearly = rows.filter(window__startswith="contract-year")
    if wants_csv(request):
        columns = [
            Column(heading="Contract year", cell=lambda row: row.window),
            *level_columns(),
        ]
        return csv_response("levels", columns, yearly)
    years = sorted({row.window for row in yearly}, key=lambda one: (len(one), one))
    tables = [
        Table(
            caption=window_name(window),
            columns=level_columns(),
            rows=sorted(
                (row for row in yearly if row.window == window and row.group),
                key=lambda row: (row.group, row.rank or 10**6, row.contract_id),
            ),
        )
        for window in years
    ]
    audience = SHOWN[contracts_shown_to(agreed_rulebook())]
    return list_page(
        request,
        title="Contract years against their levels",
        name="levels",
        lead="Outcomes earned in a contract year over referrals made in it: the "
        f"measure that the minimum performance level is of. Shown to {audience}.",
        columns=level_columns(),
        rows=[row for row in yearly if not row.group and row.window in years[-1:]],
        caption="All groups, latest year",
        empty=NONE_YET,
        after=tables[::-1],
        back=reverse("chain:league"),
    )
