"""The map of practice: where providers stand, before the start and as years pass."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quasimarket.insight.measure import OBSERVED_TO_MONTH
from quasimarket.insight.observed import Observed
from quasimarket.insight.portrait_practice import (
    MAP_MONTHS,
    PracticeMap,
    practice_maps,
)
from quasimarket.reports import style, wording
from quasimarket.reports.drawing import chart, new_panels
from quasimarket.reports.markup import Markup, element, paragraph, table
from quasimarket.reports.measures import measures_table, section_or_why
from quasimarket.reports.ranking import beyond_observed
from quasimarket.runs.summary import Summary


if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from quasimarket.reports.panel import Panel


IN_NUMBERS = {
    "Nearer to the prime's practice by month 13 (below 0)": (
        "convergence.distance_to_template.change"
    ),
    "The same by month 36": "convergence.distance_to_template.change.month36",
    "Alike as they ever were: spread gone by month 13": (
        "convergence.homogeneity.month13"
    ),
    "How far subcontractors moved by month 13": "convergence.moved",
    "What they report, off what is seen": "decoupling.gap",
}
MANY = 120
"""From so many providers on, dots are small."""
ROOM = 0.06
"""How far the map goes on past its scale, so that no dot is cut."""


def practice_section(summary: Summary, observed: Observed) -> Markup:
    """Show providers on two axes of practice, month by month."""

    def build() -> tuple[Markup, ...]:
        maps = practice_maps(observed)
        return (
            beyond_observed(summary),
            paragraph(
                "Each dot is a tier 1 provider, placed by what it is seen to do: the "
                "further right, the more it sends people straight to any job; the "
                "higher, the more of its support is its own specialist help. A ringed "
                "diamond is a prime's own unit, the template that its chain is held to."
            ),
            element(
                "div",
                _maps(maps),
                element("div", _spreads(maps), _numbers(observed), class_="stack"),
                class_="figures",
            ),
        )

    return section_or_why("practice", "The map of practice", build)


def _maps(maps: Sequence[PracticeMap]) -> Markup:
    figure, panels = new_panels(
        7.6,
        len(maps),
        left=0.4,
        right=0.1,
        top=0.35,
        bottom=0.45,
        gap=0.5,
        columns=2,
        beside=0.35,
    )
    for place, (panel, one) in enumerate(zip(panels, maps, strict=True)):
        _draw(panel, one, is_left=place % 2 == 0, is_last=place >= len(maps) - 2)
    if len(maps) % 2:
        _key(figure, panels[-1])
    ends = [one for one in maps if one.spread is not None]
    says = "Small panels, one a month."
    if len(ends) > 1:
        says = (
            f"The dots' spread about their middle is {ends[0].spread:.2f} in month "
            f"{_month(ends[0])} and {ends[-1].spread:.2f} in month {_month(ends[-1])}, "
            "on scales of 0 to 1."
        )
    says += (
        " Month \N{MINUS SIGN}6 is what providers reported of themselves, since nobody "
        "had yet been served. Shaded panels are extrapolation."
    )
    return chart(figure, name="practice-map", title="Who does what", says=says)


def _draw(panel: "Panel", one: PracticeMap, *, is_left: bool, is_last: bool) -> None:
    size = 4.5 if len(one.dots) < MANY else 3.2
    for sector, colour in style.SECTOR_COLOURS.items():
        dots = [dot for dot in one.dots if dot.sector == sector and not dot.is_prime]
        panel.plot(
            [dot.across for dot in dots],
            [dot.up for dot in dots],
            color=colour,
            linestyle="",
            marker=style.SECTOR_MARKERS[sector],
            markersize=size,
            markeredgewidth=0,
            alpha=0.75,
        )
    primes = [dot for dot in one.dots if dot.is_prime]
    panel.plot(
        [dot.across for dot in primes],
        [dot.up for dot in primes],
        linestyle="",
        marker="D",
        markersize=1.45 * size,
        markerfacecolor="none",
        markeredgecolor=style.INK,
        markeredgewidth=0.3 * size,
    )
    panel.set_xlim(-ROOM, 1 + ROOM)
    panel.set_ylim(-ROOM, 1 + ROOM)
    for axis in ("x", "y"):
        panel.mark_at(axis, (0, 0.5, 1), ("", "", ""))
    panel.set_title(_name(one))
    if one.month > OBSERVED_TO_MONTH:
        panel.set_facecolor(style.SHADE)
    if is_left:
        panel.write(
            "specialist help \N{RIGHTWARDS ARROW}",
            (0, 0.5),
            panel.transAxes,
            (-6, 0),
            rotation=90,
            ha="right",
            va="center",
            fontsize=style.SMALL_TEXT,
        )
    if is_last:
        panel.write(
            "straight to any job \N{RIGHTWARDS ARROW}",
            (0.5, 0),
            panel.transAxes,
            (0, -6),
            ha="center",
            va="top",
            fontsize=style.SMALL_TEXT,
        )


def _key(figure: "Figure", beside: "Panel") -> None:
    """Say in the free place what the marks are."""
    place = beside.get_position()
    left = place.x1 + 0.35 / style.WIDTH
    lines = [
        *(
            (f"{sign} {wording.SECTOR_NAMES[sector]}", style.SECTOR_COLOURS[sector])
            for sector, sign in style.SECTOR_SIGNS.items()
        ),
        ("\N{WHITE DIAMOND} Prime's own unit", style.INK),
        ("Shaded: extrapolation", style.MUTED),
    ]
    for number, (text, colour) in enumerate(lines):
        figure.text(
            left,
            place.y1 - 0.02 - 0.035 * number,
            text,
            color=colour,
            va="top",
            fontsize=style.TEXT,
        )


def _month(one: PracticeMap) -> str:
    return str(one.month).replace("-", wording.MINUS)


def _name(one: PracticeMap) -> str:
    return f"Month {_month(one)}{', reported' if one.is_reported else ''}"


def _spreads(maps: Sequence[PracticeMap]) -> Markup:
    seen = {one.month: one for one in maps}
    return table(
        "How far apart providers stand on the map",
        ("Month", "Providers", "Spread", "To own prime"),
        (
            _spread_cells(month, seen[month])
            if month in seen
            else (f"Month {month}", wording.UNKNOWN, "", "")
            for month in MAP_MONTHS
        ),
        look="compact",
    )


def _spread_cells(month: int, one: PracticeMap) -> tuple[str, ...]:
    first, last = one.months
    over = f"month {first}" if first == last else f"months {first} to {last}"
    name = _name(one) if one.is_reported else f"{_name(one)}, seen over {over}"
    if month > OBSERVED_TO_MONTH:
        name += " (extrapolation)"
    return (
        name,
        wording.count(len(one.dots)),
        wording.number(one.spread),
        wording.number(one.to_template),
    )


def _numbers(observed: Observed) -> Markup:
    return measures_table(
        observed, "Over all seven parts of practice, scales of 0 to 1", IN_NUMBERS
    )
