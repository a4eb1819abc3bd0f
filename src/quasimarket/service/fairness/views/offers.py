"""The minimum service offers, and to how many they were kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from quasimarket.service.acting import clock
from quasimarket.service.fairness.offers import Kept, Promise, kept_by_place, promise_of
from quasimarket.service.pages.charts import BarChart, Series
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import list_page, start
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    PROVIDER_ROLES,
    Role,
)
from quasimarket.service.programme.models import Contract, Position


READERS = (*COMMISSIONER_ROLES, *PROVIDER_ROLES, Role.MERLIN_ASSESSOR, Role.AUDITOR)
PARTS = (
    ("first_contact", "First meeting in time"),
    ("plan", "Action plan in time"),
    ("contact", "In touch as promised"),
)
PROMISES: tuple[Column[Promise], ...] = (
    Column(heading="Contract", cell=lambda row: row.contract),
    Column(
        heading="Whose offer", cell=lambda row: row.source[:1].upper() + row.source[1:]
    ),
    Column(heading="Binding", cell=lambda row: row.is_binding),
    Column(
        heading="First meeting within (working days)",
        cell=lambda row: row.first_contact_working_days,
        numeric=True,
    ),
    Column(
        heading="In touch at least every (days)",
        cell=lambda row: row.contact_interval_days,
        numeric=True,
    ),
    Column(
        heading="Action plan within (days)",
        cell=lambda row: row.action_plan_days,
        numeric=True,
    ),
)


def kept_columns(names: dict[str, str]) -> list[Column[Kept]]:
    """Give the columns of the measure."""
    columns: list[Column[Kept]] = [
        Column(heading="Contract", cell=lambda row: row.contract),
        Column(heading="Place", cell=lambda row: names.get(row.position, "In-house")),
    ]
    for part, heading in PARTS:
        columns += [
            share_column(part, heading),
            people_column(part, f"Out of ({heading.lower()})"),
        ]
    return columns


def share_column(part: str, heading: str) -> Column[Kept]:
    """Give the column of the share to whom one part was kept."""
    return Column(
        heading=heading,
        cell=lambda row: written(row.share(part)),
        export=lambda row: row.share(part),
        numeric=True,
    )


def people_column(part: str, heading: str) -> Column[Kept]:
    """Give the column of how many it is a share of."""
    return Column(
        heading=heading, cell=lambda row: getattr(row, f"{part}_of"), numeric=True
    )


def written(share: float | None) -> str | None:
    """Write a share."""
    return None if share is None else f"{share}%"


@seen_by(READERS)
def offer_page(request: HttpRequest) -> HttpResponse:
    """Show what is promised, and what was kept where the reader may see."""
    today = clock.today()
    actor = request.actor
    contracts = list(Contract.objects.order_by("pk"))
    promises = [one for row in contracts if (one := promise_of(row, today))]
    kept = [row for one in promises for row in kept_by_place(one, today)]
    names = {
        one.pk: one.organisation.name
        for one in Position.objects.select_related("organisation")
    }
    mine = [row for row in contracts if row.prime_id == actor.organisation]
    starts = [
        start(
            "publish-service-offer", f"Publish the offer of contract {one.pk}", one.pk
        )
        for one in mine
        if actor.role is Role.PRIME_MANAGER
    ]
    return list_page(
        request,
        title="The minimum service offer",
        name="service-offer",
        lead="What every participant is promised, and the share of those referred in "
        "the last year to whom it was kept.",
        columns=kept_columns(names),
        rows=kept,
        caption="What was kept",
        empty="Nobody was referred in the last year, or not where you can see it.",
        starts=starts,
        parts=[
            Table(caption="What is promised", columns=PROMISES, rows=promises),
            chart_of(kept, names),
        ],
    )


def chart_of(kept: list[Kept], names: dict[str, str]) -> Any:
    """Draw the share kept by each place, where there are people enough to look at."""
    rows = [row for row in kept if row.contact_of >= 5][:20]
    if not rows:
        return None
    return BarChart(
        title="Share of people to whom the offer was kept",
        description="By place; places with fewer than five people are left out.",
        category="Place",
        categories=[
            f"{names.get(row.position, 'In-house')} ({row.contract})" for row in rows
        ],
        series=[
            Series(name=heading, values=[row.share(part) for row in rows])
            for part, heading in PARTS
        ],
        unit="%",
    )
