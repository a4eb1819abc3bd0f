"""Simulated figures beside official ones, with the error and what each was used for."""

from quasimarket.reports import style, wording
from quasimarket.reports.drawing import chart, new_chart, scale_by
from quasimarket.reports.headline import within_tolerance
from quasimarket.reports.markup import (
    Markup,
    badge,
    disclosure,
    element,
    join,
    not_measured,
    paragraph,
    section,
    stacked,
    table,
)
from quasimarket.runs.summary import FitRow, Summary


USES = ("fit", "check", "arithmetic", "forecast")
USE_MEANINGS = {
    "fit": "parameters were chosen to meet it, so meeting it proves little",
    "check": "held out: no parameter was chosen to meet it",
    "arithmetic": "follows from the intake and the prices, whatever people do",
    "forecast": "speaks of a time after the last fact used",
}
MARKERS = {"fit": "o", "check": "D", "arithmetic": "s", "forecast": "^"}
USE_COLOURS = {
    "fit": style.BLUE,
    "check": style.GREEN,
    "arithmetic": style.MUTED,
    "forecast": style.PURPLE,
}


def comparison_section(summary: Summary) -> Markup:
    """Show every official figure beside the simulated one."""
    heading = "Simulated beside official figures"
    if not summary.fit:
        return section(
            "comparison",
            heading,
            not_measured("the official figures speak of the whole programme"),
        )
    rows = [row for use in USES for row in summary.fit if row.use == use]
    meanings = (
        element("li", badge(wording.USE_NAMES[use], use), f" {USE_MEANINGS[use]}.")
        for use in USES
        if any(row.use == use for row in rows)
    )
    return section(
        "comparison",
        heading,
        element("ul", *meanings, class_="meanings"),
        element("div", _errors(rows), _figures(rows), class_="figures"),
        disclosure("Where the official figures were published", _sources(rows)),
    )


def _errors(rows: list[FitRow]) -> Markup:
    measured = [row for row in rows if row.error is not None]
    height = 0.42 * len(measured) + 0.75
    figure, axes = new_chart(height, left=0.2, right=0.2, top=0.1, bottom=0.6)
    widest = max([abs(row.error or 0.0) for row in measured] + [0.12]) * 1.15
    axes.set_xlim(-widest, widest)
    axes.set_ylim(len(measured) - 0.3, -0.75)
    axes.axvline(0, color=style.MUTED, linewidth=1.2)
    places = range(len(measured))
    tolerances = [row.tolerance for row in measured]
    axes.hlines(
        places,
        [-one for one in tolerances],
        tolerances,
        color=style.GRID,
        linewidth=9,
    )
    for use in USES:
        own = [place for place in places if measured[place].use == use]
        axes.scatter(
            [measured[place].error or 0.0 for place in own],
            own,
            marker=MARKERS[use],
            color=USE_COLOURS[use],
            s=48,
            zorder=3,
        )
    for place, row in enumerate(measured):
        axes.text(
            -widest,
            place - 0.46,
            row.label,
            fontsize=style.SMALL_TEXT,
            va="center",
            bbox={"facecolor": style.PAPER, "linewidth": 0, "pad": 1.5},
        )
    axes.set_yticks([])
    axes.xaxis.set_major_formatter(scale_by(0.01, after="%"))
    axes.set_xlabel("error: simulated against official")
    met = sum(within_tolerance(row.error, row.tolerance) for row in rows)
    return chart(
        figure,
        name="errors",
        title="How far off each simulated figure is",
        says=f"{met} of {len(rows)} figures are within the error aimed at, shown as a "
        "grey bar. Circles are fitted, diamonds are checks, squares arithmetic, "
        "triangles forecasts.",
    )


def _figures(rows: list[FitRow]) -> Markup:
    return element(
        "div",
        table(
            "Official and simulated figures",
            ("Figure", "Official", "Simulated", "Error"),
            (
                (
                    stacked(row.label, badge(wording.USE_NAMES[row.use], row.use)),
                    wording.in_unit(row.official, row.unit),
                    wording.in_unit(row.simulated, row.unit),
                    _verdict(row),
                )
                for row in rows
            ),
            look="compact",
        ),
    )


def _verdict(row: FitRow) -> Markup:
    if row.error is None:
        return join([wording.UNKNOWN])
    within = within_tolerance(row.error, row.tolerance)
    words = "within" if within else "outside"
    return stacked(
        element("strong", wording.signed_percent(row.error)),
        element(
            "span",
            f"{words} {wording.percent(row.tolerance, 0)}",
            class_=f"verdict {words}",
        ),
    )


def _sources(rows: list[FitRow]) -> Markup:
    return join(
        paragraph(
            element("strong", row.label),
            f" ({wording.month_name(row.date)}): {row.source}",
        )
        for row in rows
    )
