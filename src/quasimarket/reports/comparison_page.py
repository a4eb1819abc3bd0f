"""`comparison.html`: designs beside the first, in one page that needs nothing else."""

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from quasimarket.reports import comparison_words, style
from quasimarket.reports.drawing import chart, chart_style, new_chart, scale_by
from quasimarket.reports.markup import (
    Markup,
    element,
    join,
    paragraph,
    section,
    stacked,
    table,
)


FURTHEST = 1.0
"""The largest relative difference on the axis; what is beyond stands at the edge."""
COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.PURPLE)
MARKS = ("o", "s", "D", "^")
MOST_DESIGNS = len(COLOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One column of one design beside the first's."""

    label: str
    unit: str
    design: str
    base: float
    value: float
    difference: float
    low: float | None
    high: float | None
    is_clear: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the page shows."""

    designs: tuple[str, ...]
    """The first is the one that the others are set beside."""
    seeds: int
    extent: str
    """How much of the programme was played."""
    rows: tuple[Row, ...]
    unmeasured: tuple[str, ...] = ()
    """Columns that no run could tell."""
    hashes: tuple[tuple[str, str], ...] = ()


def render_comparison(comparison: Comparison) -> str:
    """Render a comparison as one HTML page."""
    first, *others = comparison.designs
    with chart_style():
        picture = _picture(comparison)
    parts = [("picture", "At a glance", picture)]
    parts += [
        (f"design-{place}", name, _table(comparison, name))
        for place, name in enumerate(others, 1)
    ]
    parts.append(("reading", "How to read it", _reading(comparison)))
    folder = files("quasimarket.reports")
    template = Template((folder / "page.html").read_text(encoding="utf-8"))
    return (
        template.substitute(
            title=join([f"{' and '.join(others)} beside {first}"]),
            span=join([f"{comparison.seeds} seeds, {comparison.extent}"]),
            css=(folder / "page.css").read_text(encoding="utf-8"),
            contents=element(
                "ol",
                *(
                    element("li", element("a", heading, href=f"#{name}"))
                    for name, heading, _ in parts
                ),
            ),
            body=join(section(name, heading, body) for name, heading, body in parts),
        )
        .replace(": a simulated run</title>", ": simulated designs compared</title>")
        .replace("Quasimarket: simulated run", "Quasimarket: designs compared")
    )


def _picture(comparison: Comparison) -> Markup:
    others = comparison.designs[1:]
    labels = list(dict.fromkeys(row.label for row in comparison.rows if row.base))
    figure, axes = new_chart(
        (0.46 + 0.14 * len(others)) * len(labels) + 0.9 + 0.27 * len(others),
        left=0.3,
        right=0.35,
        top=0.2 + 0.27 * len(others),
        bottom=0.55,
    )
    for at, name in enumerate(others):
        shown = [row for row in comparison.rows if row.design == name and row.base]
        for row in shown:
            _mark(axes, row, labels.index(row.label) + 0.18 * (at + 1), at)
        axes.plot([], [], MARKS[at], color=COLOURS[at], label=name)
    for place, label in enumerate(labels):
        axes.annotate(
            label,
            (0, place - 0.12),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=style.SMALL_TEXT,
        )
    axes.axvline(0, color=style.MUTED, linewidth=1.2)
    axes.set_xlim(-FURTHEST, FURTHEST)
    axes.set_ylim(len(labels) - 0.3, -0.5)
    axes.set_yticks([])
    axes.set_xticks([-1.0, -0.5, 0.0, 0.5, 1.0])
    axes.xaxis.set_major_formatter(scale_by(0.01, after="%"))
    axes.set_xlabel(f"difference from {comparison.designs[0]}")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    clear = sum(row.is_clear for row in comparison.rows)
    return chart(
        figure,
        name="differences",
        title="Paired differences with their intervals",
        says=f"{clear} of {len(comparison.rows)} differences are clear of chance: "
        "filled marks. Hollow marks may be chance. Each is in per cent of the first "
        "design's own; what is off by more than as much again stands at the edge.",
    )


def _mark(axes, row: Row, place: float, at: int) -> None:  # type: ignore[no-untyped-def]  # matplotlib is loaded late
    size = abs(row.base)
    middle = _inside(row.difference / size)
    if row.low is not None and row.high is not None:
        ends = [_inside(row.low / size), _inside(row.high / size)]
        axes.plot(ends, [place, place], color=COLOURS[at], linewidth=2)
    axes.plot(
        [middle],
        [place],
        MARKS[at],
        color=COLOURS[at],
        markerfacecolor=COLOURS[at] if row.is_clear else style.PAPER,
        markersize=6,
        clip_on=False,
        zorder=3,
    )


def _inside(share: float) -> float:
    return max(-FURTHEST, min(FURTHEST, share))


def _table(comparison: Comparison, name: str) -> Markup:
    rows = [row for row in comparison.rows if row.design == name]
    return table(
        f"{name} beside {comparison.designs[0]}",
        ("Column", "First", "This", "Difference"),
        (
            (
                row.label,
                comparison_words.level(row.base, row.unit),
                comparison_words.level(row.value, row.unit),
                stacked(
                    element("strong", _change(row)),
                    comparison_words.verdict(row.difference, row.low, row.high),
                ),
            )
            for row in rows
        ),
        look="compact",
    )


def _change(row: Row) -> str:
    return comparison_words.change(row.difference, row.low, row.high, row.unit)


def _reading(comparison: Comparison) -> Markup:
    parts: list[Markup] = [
        paragraph(
            "Every design was played with the same seeds. Runs of one seed share their "
            "luck: the same people come in the same weeks and draw the same thresholds "
            "for finding and losing work. A difference is taken within a seed; the "
            "interval, of 95 per cent, is of its mean over seeds."
        ),
        paragraph(
            "The interval says what chance leaves. It covers neither what is assumed "
            "of people and organisations nor what the parameters are unsure of: play "
            "the same comparison under other beliefs before you rely on it."
        ),
    ]
    if comparison.unmeasured:
        parts.append(
            paragraph(
                f"Not measured: {', '.join(comparison.unmeasured)}.", class_="note"
            )
        )
    parts.append(
        element(
            "ul",
            *(
                element("li", element("strong", name), f" {digest}")
                for name, digest in comparison.hashes
            ),
            class_="sources",
        )
    )
    return join(parts)
