"""A place's own cash-flow forecast: nobody else sees the page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting import clock
from quasimarket.service.chain.caseload import outlook
from quasimarket.service.chain.forecast import Forecast, Money, MonthlyCash, Setting
from quasimarket.service.chain.views.register import percent
from quasimarket.service.pages.charts import LineChart, Series
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import SummaryList
from quasimarket.service.pages.shown import shown_month, shown_pounds
from quasimarket.service.pages.table import Column
from quasimarket.service.pages.things import list_page, start, the
from quasimarket.service.people.roles import SUB_ROLES, Role
from quasimarket.service.programme.models import Position


COLUMNS: tuple[Column[MonthlyCash], ...] = (
    Column(
        heading="Month",
        cell=lambda row: shown_month(row.month),
        export=lambda row: str(row.month),
    ),
    Column(
        heading="Attachments", cell=lambda row: row.income["attachment"], money=True
    ),
    Column(heading="Outcomes", cell=lambda row: row.income["outcome"], money=True),
    Column(
        heading="Sustainments", cell=lambda row: row.income["sustainment"], money=True
    ),
    Column(heading="Income", cell=lambda row: row.total, money=True),
    Column(heading="Costs", cell=lambda row: row.costs, money=True),
    Column(heading="At the month's end", cell=lambda row: row.balance, money=True),
)


@seen_by(SUB_ROLES)
def forecast_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what arrives when, under the place's own terms."""
    place = the(Position.objects.select_related("contract"), reference)
    if place.organisation_id != request.actor.organisation:
        raise Http404
    setting, ahead, money = outlook(place, clock.today())
    starts = []
    if request.actor.role in (Role.SUB_MANAGER, Role.SUB_FINANCE):
        starts.append(
            start("note-own-money", "Type in your reserves and costs", place.pk)
        )
    return list_page(
        request,
        title="Cash-flow forecast",
        name="cash-flow",
        lead="What your caseload and the present flow bring, as outcomes have come so "
        "far in the programme, at the rulebook's prices and under your terms. Your "
        "reserves and costs are seen by nobody else.",
        columns=COLUMNS,
        rows=ahead.months,
        caption="Month by month",
        starts=starts,
        parts=[summary(setting, ahead, money), *charts(ahead, money)],
        back=reverse("chain:place", args=[place.pk]),
    )


def summary(setting: Setting, ahead: Forecast, money: Money | None) -> SummaryList:
    """Say what the forecast comes to."""
    lowest = ahead.lowest
    terms = setting.terms
    facts: dict[str, object] = {
        "One more referral brings in all": shown_pounds(ahead.worth_of_referral),
        "Money arrives": f"{setting.wait} months after it is earned",
        "The prime keeps first": percent(terms.management_fee) if terms else None,
    }
    if money is not None:
        facts["Flow at which income covers costs"] = (
            f"{ahead.break_even} referrals a month"
            if ahead.break_even is not None
            else "No flow does: a referral costs more than it brings"
        )
    if lowest is not None:
        facts["Lowest point"] = (
            f"{shown_pounds(lowest.balance)} at the end of {shown_month(lowest.month)}"
        )
        short = [one for one in ahead.months if (one.balance or 0) < 0]
        facts["Reserves last"] = (
            f"until {shown_month(short[0].month)}"
            if short
            else "through the months shown"
        )
    return SummaryList.of(facts)


def charts(ahead: Forecast, money: Money | None) -> list[Any]:
    """Draw income by kind, and the balance where it is known."""
    months = [shown_month(one.month) for one in ahead.months]
    names = {
        "attachment": "Attachments",
        "outcome": "Outcomes",
        "sustainment": "Sustainments",
    }
    drawn: list[Any] = [
        LineChart(
            title="What arrives",
            description="By month and kind of payment.",
            category="Month",
            categories=months,
            series=[
                Series(name=name, values=[one.income[kind] for one in ahead.months])
                for kind, name in names.items()
            ],
            money=True,
        )
    ]
    if money is not None:
        drawn.append(
            LineChart(
                title="Money at hand",
                description="At the end of each month.",
                category="Month",
                categories=months,
                series=[
                    Series(name="Balance", values=[one.balance for one in ahead.months])
                ],
                money=True,
            )
        )
    return drawn
