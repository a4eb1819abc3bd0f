"""What happened to people over time: the programme's totals and its monthly intakes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from quasimarket.reports import style, wording
from quasimarket.reports.drawing import (
    chart,
    label_amounts,
    mark_forecast,
    new_chart,
    place_of,
    scale_by,
    year_axis,
)
from quasimarket.reports.markup import (
    Markup,
    element,
    not_measured,
    paragraph,
    section,
    table,
)
from quasimarket.runs.summary import Summary


if TYPE_CHECKING:
    from quasimarket.reports.panel import Panel


def outcomes_section(summary: Summary) -> Markup:
    """Show how outcomes grew, and the share of each month's intake that had one."""
    charts = [_people(summary)]
    if summary.cohort_12m:
        charts.append(_cohorts(summary))
    else:
        charts.append(not_measured("no intake was followed for 12 months"))
    return section(
        "outcomes",
        "Outcomes over time, and cohort by cohort",
        paragraph(
            "The shaded part is a forecast: it lies after "
            f"{wording.month_name(wording.last_fact_month(summary))}, the last month "
            "whose facts were fitted. Referrals are an input throughout. Rings are "
            "official figures."
        ),
        element("div", *charts, class_="figures"),
    )


def _people(summary: Summary) -> Markup:
    figure, axes = new_chart(3.4)
    series = (
        ("cumulative_referrals", "Referrals", style.BLUE, "-", 6),
        ("cumulative_attachments", "Attachments", style.GREEN, "--", -15),
        ("cumulative_job_starters", "Ever started a job", style.PURPLE, "-", 6),
        ("cumulative_job_outcomes", "Job outcomes", style.ORANGE, "-", 6),
    )
    for column, name, colour, dashes, above in series:
        _line(axes, summary, column, name, colour, dashes, above)
        _official(axes, summary, column, colour)
    axes.set_ylim(bottom=0, top=max(summary.referrals, 1.0) * 1.15)
    axes.yaxis.set_major_formatter(label_amounts(summary.referrals))
    _over_months(axes, summary)
    return chart(
        figure,
        name="people",
        title="People so far",
        says=f"Of {wording.count(summary.referrals)} people referred, "
        f"{wording.count(summary.job_starters)} start a job of any length and "
        f"{wording.count(summary.job_outcomes)} stay in work long enough for a job "
        "outcome.",
        numbers=_months_table(summary),
    )


def _cohorts(summary: Summary) -> Markup:
    figure, axes = new_chart(3.4)
    measures: tuple[tuple[str, str, Mapping[str, float], str], ...] = (
        ("cohort_12m", "within 12 months", summary.cohort_12m, style.BLUE),
        ("cohort_24m", "within 24 months", summary.cohort_24m, style.ORANGE),
    )
    for column, name, rates, colour in measures:
        if not rates:
            continue
        months = sorted(rates)
        axes.plot(
            [place_of(month) for month in months],
            [rates[month] for month in months],
            color=colour,
        )
        axes.annotate(
            name,
            (place_of(months[-1]), rates[months[-1]]),
            xytext=(0, 8),
            textcoords="offset points",
            ha="right",
            color=colour,
        )
        _official(axes, summary, column, colour)
    top = max([*summary.cohort_12m.values(), *summary.cohort_24m.values()])
    axes.set_ylim(bottom=0, top=max(top, 0.01) * 1.2)
    axes.yaxis.set_major_formatter(scale_by(0.01, after="%"))
    every = sorted({*summary.cohort_12m, *summary.cohort_24m})
    year_axis(axes, every[0], every[-1])
    mark_forecast(axes, summary.forecast_from)
    first = every[0]
    return chart(
        figure,
        name="cohorts",
        title="Share with a job outcome, by month of referral",
        says="An outcome counts if it came by the end of the month 12 or 24 months "
        f"later. Of the intake of {wording.month_name(first)}, "
        f"{wording.percent(summary.cohort_12m.get(first))} had one in 12 months and "
        f"{wording.percent(summary.cohort_24m.get(first))} in 24. The last intakes "
        "before the shaded part reach into the forecast too.",
        numbers=table(
            "Share of each intake with a job outcome",
            ("Referred", "Within 12 months", "Within 24 months"),
            (
                (
                    wording.short_month(month),
                    wording.percent(summary.cohort_12m.get(month)),
                    wording.percent(summary.cohort_24m.get(month)),
                )
                for month in every
            ),
        ),
    )


def _line(
    axes: "Panel",
    summary: Summary,
    column: str,
    name: str,
    colour: str,
    dashes: str,
    above: int,
) -> None:
    places = [place_of(row.month) for row in summary.by_month]
    values = [float(getattr(row, column)) for row in summary.by_month]
    axes.plot(places, values, color=colour, linestyle=dashes)
    axes.annotate(
        name,
        (places[-1], values[-1]),
        xytext=(0, above),
        textcoords="offset points",
        ha="right",
        color=colour,
    )


def _official(axes: "Panel", summary: Summary, column: str, colour: str) -> None:
    points = [
        (place_of(row.series_month), row.official)
        for row in summary.fit
        if row.series == column and row.series_month
    ]
    if points:
        axes.scatter(
            [place for place, _ in points],
            [value for _, value in points],
            s=44,
            facecolor=style.PAPER,
            edgecolor=colour,
            linewidth=1.8,
            zorder=4,
            clip_on=False,
        )


def _over_months(axes: "Panel", summary: Summary) -> None:
    year_axis(axes, summary.by_month[0].month, summary.by_month[-1].month)
    mark_forecast(axes, summary.forecast_from)


def _months_table(summary: Summary) -> Markup:
    return table(
        "Totals at the end of each month; from "
        f"{wording.month_name(summary.forecast_from)} a forecast",
        (
            "Month",
            "Referrals",
            "Attachments",
            "Started a job",
            "Job outcomes",
            "Paid",
        ),
        (
            (
                wording.short_month(row.month),
                wording.count(row.cumulative_referrals),
                wording.count(row.cumulative_attachments),
                wording.count(row.cumulative_job_starters),
                wording.count(row.cumulative_job_outcomes),
                wording.pounds(row.cumulative_paid_gbp),
            )
            for row in summary.by_month
        ),
    )
