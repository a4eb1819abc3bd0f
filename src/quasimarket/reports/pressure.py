"""Pressure over time, and where it comes from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quasimarket.insight.observed import Observed
from quasimarket.insight.portrait_practice import (
    PressureRow,
    SourceRow,
    demands_by_source,
    pressure_over_time,
)
from quasimarket.reports import style, wording
from quasimarket.reports.drawing import (
    chart,
    mark_forecast,
    new_chart,
    place_of,
    scale_by,
    year_axis,
)
from quasimarket.reports.markup import Markup, element, paragraph, table
from quasimarket.reports.measures import measures_table, section_or_why
from quasimarket.reports.money import word_key
from quasimarket.reports.ranking import beyond_observed
from quasimarket.runs.summary import Summary


if TYPE_CHECKING:
    from quasimarket.reports.panel import Panel


KIND_NAMES = {
    "coercive": "Coercive",
    "normative": "Normative",
    "mimetic": "Mimetic",
}
KIND_MEANINGS = {
    "coercive": "requests, directives, reviews and notices",
    "normative": "staff who come and go with other norms",
    "mimetic": "moves towards a visible peer with better results",
}
IN_NUMBERS = {
    "Requests for information": "pressure.requests_a_week",
    "Requests answered late": "pressure.late_returns",
    "Reviews held before the whole chain": "pressure.public_review_share",
    "Subcontractors under notice by month 13": "pressure.notice_share",
    "Demands that come from the prime, before the start": (
        "pressure.source_share.prime.commissioning"
    ),
    "The same, months 1 to 13": "pressure.source_share.prime.implementation",
}


def pressure_section(summary: Summary, observed: Observed) -> Markup:
    """Show pressure by kind and by source, quarter by quarter."""

    def build() -> tuple[Markup, ...]:
        kinds, sources = pressure_over_time(observed), demands_by_source(observed)
        first = min([row.first_month for row in sources] + [0])
        span = (
            wording.month_at(summary, first),
            wording.month_at(summary, observed.last_month),
        )
        meanings = "; ".join(
            f"{KIND_NAMES[kind].lower()}: {KIND_MEANINGS[kind]}"
            for kind in KIND_MEANINGS
        )
        return (
            beyond_observed(summary),
            paragraph(f"What presses tier 1 subcontractors. {meanings.capitalize()}."),
            element(
                "div",
                _by_kind(summary, kinds, span),
                _by_source(summary, sources, span),
                measures_table(observed, "Pressure in numbers", IN_NUMBERS),
                class_="figures",
            ),
        )

    return section_or_why("pressure", "Pressures over time, and their sources", build)


def mark_extrapolation(axes: "Panel", summary: Summary) -> None:
    """Shade what lies after the last month that the studies saw."""
    mark_forecast(
        axes,
        wording.month_after(summary.institutions_observed_to),
        called="extrapolation",
    )


def _by_kind(
    summary: Summary, rows: Sequence[PressureRow], span: tuple[str, str]
) -> Markup:
    figure, axes = new_chart(3.0, top=0.35)
    for kind, colour in style.PRESSURE_COLOURS.items():
        known = [row for row in rows if getattr(row, kind) is not None]
        axes.plot(
            [_middle(summary, row.first_month) for row in known],
            [getattr(row, kind) for row in known],
            color=colour,
        )
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(scale_by(1))
    year_axis(axes, *span)
    mark_extrapolation(axes, summary)
    word_key(
        axes, [(KIND_NAMES[one], style.PRESSURE_COLOURS[one]) for one in KIND_NAMES]
    )
    return chart(
        figure,
        name="pressure-kinds",
        title="Exposure to each kind of pressure",
        says="Mean over delivering tier 1 positions, each kind on its own scale of 0 "
        "to 1: lines say when a kind grows, not which is the larger.",
        numbers=table(
            "Mean exposure by quarter",
            ("Quarter from", *KIND_NAMES.values()),
            (
                (
                    wording.short_month(wording.month_at(summary, row.first_month)),
                    *(wording.number(getattr(row, kind)) for kind in KIND_NAMES),
                )
                for row in rows
            ),
        ),
    )


def _by_source(
    summary: Summary, rows: Sequence[SourceRow], span: tuple[str, str]
) -> Markup:
    figure, axes = new_chart(3.0, top=0.35)
    starts: dict[int, float] = {}
    sources = [
        one for one in style.SOURCE_COLOURS if any(row.source == one for row in rows)
    ]
    for source in sources:
        own = [row for row in rows if row.source == source]
        low = [starts.get(row.first_month, 0.0) for row in own]
        high = [start + row.units for start, row in zip(low, own, strict=True)]
        axes.vlines(
            [_middle(summary, row.first_month) for row in own],
            low,
            high,
            color=style.SOURCE_COLOURS[source],
            linewidth=5,
        )
        starts |= {row.first_month: end for row, end in zip(own, high, strict=True)}
    axes.set_ylim(bottom=0)
    year_axis(axes, *span)
    mark_extrapolation(axes, summary)
    word_key(
        axes,
        [(wording.SOURCE_NAMES[one], style.SOURCE_COLOURS[one]) for one in sources],
    )
    return chart(
        figure,
        name="pressure-sources",
        title="Demands by source, each quarter",
        says="Clauses, requests, directives, reviews and notices, weighed so that one "
        "directive is 1 and 25 requests are 1. The first bars are the negotiations, "
        "before the first referral: there the commissioner's clauses are passed on.",
        numbers=table(
            "Demands by quarter and source, in directives",
            ("Quarter from", "Source", "Demands"),
            (
                (
                    wording.short_month(wording.month_at(summary, row.first_month)),
                    wording.SOURCE_NAMES.get(row.source, row.source),
                    wording.count(row.units),
                )
                for row in rows
            ),
            words=2,
        ),
    )


def _middle(summary: Summary, first_month: int) -> float:
    return place_of(wording.month_at(summary, first_month)) + 1.5 / 12
