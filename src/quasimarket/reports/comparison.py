"""Simulated figures beside official ones, with the error and what each was used for."""

from quasimarket.reports import style, wording
from quasimarket.reports.drawing import chart, label_rows, new_chart, scale_by
from quasimarket.reports.markup import (
    Content,
    Markup,
    badge,
    disclosure,
    element,
    not_measured,
    paragraph,
    section,
    stacked,
    table,
)
from quasimarket.runs.summary import FitRow, Summary


SHOWN = 0.5
"""The largest error on the axis."""
FURTHEST = 6
USES = ("fit", "check", "arithmetic", "forecast")
USE_HEADINGS = {
    "fit": "Fitted",
    "check": "Checks",
    "arithmetic": "Arithmetic",
    "forecast": "Forecasts",
}
USE_MEANINGS = {
    "fit": "Parameters were chosen to meet them, so meeting them proves little",
    "check": "Held out: no parameter was chosen to meet them",
    "arithmetic": "They follow from the intake and the prices, whatever people do",
    "forecast": "They speak of a time after the last fact that was fitted",
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
    return section(
        "comparison",
        heading,
        paragraph(
            "Errors are simulated over official figures, less 1. Each figure has an "
            "error aimed at, and the table says which are outside it."
        ),
        element("div", _errors(summary), _furthest(summary), class_="figures"),
        element(
            "div", *(_figures(summary, use) for use in _uses(summary)), class_="figures"
        ),
        disclosure("Where the official figures were published", _sources(summary)),
    )


def _uses(summary: Summary) -> list[str]:
    return [use for use in USES if any(row.use == use for row in summary.fit)]


def _errors(summary: Summary) -> Markup:
    uses = _uses(summary)
    figure, axes = new_chart(0.55 * len(uses) + 0.8, left=1.05, top=0.1, bottom=0.6)
    for place, use in enumerate(uses):
        own = [row for row in summary.fit if row.use == use and row.error is not None]
        axes.scatter(
            [max(-SHOWN, min(SHOWN, row.error or 0.0)) for row in own],
            [place + 0.22 * (at % 5 - 2) / 2 for at in range(len(own))],
            marker=MARKERS[use],
            facecolor=[USE_COLOURS[use] if row.within else style.PAPER for row in own],
            edgecolor=USE_COLOURS[use],
            s=34,
            zorder=3,
            clip_on=False,
        )
    axes.axvline(0, color=style.MUTED, linewidth=1.2)
    axes.set_xlim(-SHOWN, SHOWN)
    label_rows(axes, [USE_HEADINGS[use] for use in uses])
    axes.xaxis.set_major_formatter(scale_by(0.01, after="%"))
    axes.set_xlabel("error: simulated against official")
    met = sum(bool(row.within) for row in summary.fit)
    return chart(
        figure,
        name="errors",
        title="How far off the simulated figures are",
        says=f"{met} of {len(summary.fit)} figures are within the error aimed at: "
        "filled marks. Hollow marks are outside it; those off by more than half stand "
        "at the edge.",
    )


def furthest_off(summary: Summary, count: int) -> list[FitRow]:
    """Give the figures with the largest errors, the largest first."""
    known = [row for row in summary.fit if row.error is not None]
    return sorted(known, key=lambda row: -abs(row.error or 0.0))[:count]


def _furthest(summary: Summary) -> Markup:
    worst = furthest_off(summary, FURTHEST)
    return _table(f"The {len(worst)} figures furthest off", worst, with_use=True)


def _figures(summary: Summary, use: str) -> Markup:
    rows = [row for row in summary.fit if row.use == use]
    met = sum(bool(row.within) for row in rows)
    name = USE_HEADINGS[use]
    count = f"{met} of {len(rows)} within the error aimed at"
    return element(
        "div",
        element("h3", f"{name}: {count}"),
        paragraph(f"{USE_MEANINGS[use]}."),
        _table(f"{name}: figures", rows),
    )


def _table(caption: str, rows: list[FitRow], *, with_use: bool = False) -> Markup:
    def label(row: FitRow) -> Content:
        if not with_use:
            return row.label
        return stacked(row.label, badge(wording.USE_NAMES[row.use], row.use))

    built = table(
        caption,
        ("Figure", "Official", "Simulated", "Error"),
        (
            (
                label(row),
                wording.in_unit(row.official, row.unit),
                wording.in_unit(row.simulated, row.unit),
                _verdict(row),
            )
            for row in rows
        ),
        look="compact",
    )
    return element("div", built, class_="open" if with_use else "boxed")


def _verdict(row: FitRow) -> Content:
    if row.within is None:
        return wording.UNKNOWN
    words = "within" if row.within else "outside"
    aimed_at = "" if row.tolerance is None else f" {wording.percent(row.tolerance, 0)}"
    verdict = element("span", f"{words}{aimed_at}", class_=f"verdict {words}")
    if row.error is None:
        return verdict
    return stacked(element("strong", wording.signed_percent(row.error)), verdict)


def _sources(summary: Summary) -> Markup:
    return element(
        "ul",
        *(
            element(
                "li", element("strong", row.label), f" ({row.evidence}): {row.source}"
            )
            for row in summary.fit
        ),
        class_="sources",
    )
