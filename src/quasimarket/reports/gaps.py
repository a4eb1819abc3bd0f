"""Who is served and who is parked: payment groups, and near and far from work."""

from collections.abc import Callable

from quasimarket.reports import style, wording
from quasimarket.reports.drawing import chart, label_rows, new_chart, scale_by
from quasimarket.reports.markup import (
    Markup,
    element,
    not_measured,
    paragraph,
    section,
    table,
)
from quasimarket.reports.money import word_key
from quasimarket.reports.ranking import beyond_observed
from quasimarket.runs.summary import GapRow, Summary


BAND_COLOURS = {0: style.ORANGE, 1: style.MUTED, 2: style.BLUE}
BAND_MARKERS = {0: "o", 1: "|", 2: "D"}


def gaps_section(summary: Summary) -> Markup:
    """Show outcomes and service by payment group and by what the provider saw."""
    heading = "Payment groups: who is served, who is parked"
    parts: list[Markup] = [_groups(summary)]
    if summary.gaps:
        parts.append(
            element(
                "div", _outcome_gap(summary), _service_gap(summary), class_="figures"
            )
        )
    else:
        parts.append(not_measured("service was not recorded by score"))
    return section(
        "gaps",
        heading,
        beyond_observed(summary),
        paragraph(
            "Providers see a score that says, with noise, how near a person is to "
            "work. Within a payment group everybody brings the same price, so effort "
            "that follows the score is creaming at one end and parking at the other."
        ),
        *parts,
    )


def _groups(summary: Summary) -> Markup:
    return table(
        "Payment groups over the whole programme, forecast included",
        ("Payment group", "Referrals", "Job outcomes", "In 24 months", "Paid"),
        (
            (
                f"{group} {row.name}",
                wording.count(row.referrals),
                wording.count(row.job_outcomes),
                wording.percent(row.rate_24m),
                wording.compact_pounds(row.paid_gbp),
            )
            for group, row in summary.by_group.items()
        ),
        look="compact",
    )


def _outcome_gap(summary: Summary) -> Markup:
    return _dumbbells(
        summary,
        name="outcome-gap",
        title="Job outcome within 24 months",
        says="Share of people with an outcome, by how near to work the provider "
        "thought them. The wider the line, the wider the gap.",
        value_of=lambda row: row.rate_24m,
        shown=wording.percent,
        tick=scale_by(0.01, after="%"),
    )


def _service_gap(summary: Summary) -> Markup:
    return _dumbbells(
        summary,
        name="service-gap",
        title="Intensity of service",
        says="1 is the founding average. People far from work who get much less than "
        "those near to it are parked.",
        value_of=lambda row: row.service,
        shown=lambda value: wording.UNKNOWN if value is None else f"{value:.2f}",
        tick=scale_by(1),
    )


def _dumbbells(
    summary: Summary,
    *,
    name: str,
    title: str,
    says: str,
    value_of: Callable[[GapRow], float | None],
    shown: Callable[[float | None], str],
    tick: Callable[..., str],
) -> Markup:
    groups = list(dict.fromkeys(row.group for row in summary.gaps))
    values = {(row.group, row.score_band): value_of(row) for row in summary.gaps}
    figure, axes = new_chart(0.34 * len(groups) + 0.8, left=2.0, top=0.35)
    for place, group in enumerate(groups):
        known = [
            value
            for band in BAND_COLOURS
            if (value := values.get((group, band))) is not None
        ]
        if known:
            axes.hlines(place, min(known), max(known), color=style.GRID, linewidth=4)
    for band, colour in BAND_COLOURS.items():
        points = [
            (value, place)
            for place, group in enumerate(groups)
            if (value := values.get((group, band))) is not None
        ]
        axes.scatter(
            [value for value, _ in points],
            [place for _, place in points],
            color=colour,
            marker=BAND_MARKERS[band],
            s=44,
            zorder=3,
        )
    axes.set_xlim(left=0)
    label_rows(axes, [wording.short_group_label(summary, one) for one in groups])
    axes.xaxis.set_major_formatter(tick)
    word_key(
        axes,
        [(wording.BAND_NAMES[band], colour) for band, colour in BAND_COLOURS.items()],
    )
    return chart(
        figure,
        name=name,
        title=title,
        says=says,
        numbers=table(
            f"{title}, by what the provider saw",
            ("Payment group", *wording.BAND_NAMES.values()),
            (
                (
                    wording.group_label(summary, group),
                    *(shown(values.get((group, band))) for band in wording.BAND_NAMES),
                )
                for group in groups
            ),
        ),
    )
