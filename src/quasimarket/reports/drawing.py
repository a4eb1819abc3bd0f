"""From a matplotlib figure to a figure in the page.

Matplotlib is loaded only when a chart is drawn. A chart goes into the page as SVG that
fits any width, with a title and a description, and with its numbers in a table below.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

from quasimarket.core.dates import Month
from quasimarket.reports import style
from quasimarket.reports.markup import Markup, disclosure, element
from quasimarket.reports.wording import MINUS, short_month


if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from quasimarket.reports.panel import Panel


NO_METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}


def load_charts() -> None:
    """Load the drawing library, and list the machine's fonts if nobody has yet.

    Half of a report's time is this. It may be done ahead, on another thread, or once
    for a machine: the list of fonts is kept.
    """
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401 - loaded for those who draw later

    import quasimarket.reports.panel  # noqa: F401 - the same


@contextmanager
def chart_style() -> Iterator[None]:
    """Draw charts in our style, leaving a caller's own settings as they were."""
    import matplotlib

    with matplotlib.rc_context(style.CHART_SETTINGS):
        yield


def new_chart(
    height: float,
    *,
    left: float = 0.6,
    right: float = 0.25,
    top: float = 0.15,
    bottom: float = 0.4,
) -> "tuple[Figure, Panel]":
    """Begin a chart with one panel; all sizes are inches."""
    figure, panels = new_panels(
        height, 1, left=left, right=right, top=top, bottom=bottom
    )
    return figure, panels[0]


def new_panels(
    height: float,
    count: int,
    *,
    left: float = 0.6,
    right: float = 0.25,
    top: float = 0.3,
    bottom: float = 0.4,
    gap: float = 0.5,
    columns: int = 1,
    beside: float = 0.5,
) -> "tuple[Figure, Sequence[Panel]]":
    """Begin a chart with panels one above the other; all sizes are inches.

    With columns, panels stand row by row, `beside` one another.
    """
    from matplotlib.figure import Figure

    from quasimarket.reports.panel import Panel

    figure = Figure(figsize=(style.WIDTH, height))
    rows = -(-count // columns)
    tall = (height - top - bottom - gap * (rows - 1)) / rows
    wide = (style.WIDTH - left - right - beside * (columns - 1)) / columns
    panels: list[Panel] = []
    for place in range(count):
        row, column = divmod(place, columns)
        panel = Panel(
            figure,
            (
                (left + column * (wide + beside)) / style.WIDTH,
                (height - top - (row + 1) * tall - row * gap) / height,
                wide / style.WIDTH,
                tall / height,
            ),
            sharex=panels[0] if panels else None,
        )
        figure.add_axes(panel)
        panels.append(panel)
    return figure, panels


def label_rows(axes: "Panel", labels: Sequence[str]) -> None:
    """Name the rows of a panel, the first at the top."""
    beside = axes.get_yaxis_transform()
    for place, label in enumerate(labels):
        axes.write(
            label,
            (0, place),
            beside,
            (-5, 0),
            ha="right",
            va="center",
            fontsize=style.SMALL_TEXT,
        )
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.mark_at("y", [])


def place_of(month: str) -> float:
    """Give a month's place on an axis of years."""
    parsed = Month.parse(month)
    return parsed.year + (parsed.month - 1) / 12


def scale_by(divisor: float, before: str = "", after: str = "") -> Callable[..., str]:
    """Make a tick label: the value over a divisor, between two texts."""

    def label(value: float, _place: int | None = None) -> str:
        if value == 0:
            return f"{before}0{after if after == '%' else ''}"
        sign = MINUS if value < 0 else ""
        return f"{sign}{before}{abs(value) / divisor:g}{after}"

    return label


def label_amounts(largest: float, before: str = "") -> Callable[..., str]:
    """Make a tick label in millions or thousands, as the largest amount asks."""
    if largest >= 1e6:
        return scale_by(1e6, before, "m")
    return scale_by(1e3, before, "k") if largest >= 1e3 else scale_by(1, before)


def year_axis(axes: "Panel", first: str, last: str) -> None:
    """Mark whole years from one month to another, every second one if many.

    Where no year begins in between, the two months are marked.
    """
    start, end = place_of(first), place_of(last)
    axes.set_xlim(start, end + 1 / 12)
    years = range(int(start) + 1, int(end) + 1)
    if years:
        shown = years[:: 2 if len(years) > 7 else 1]
        axes.mark_at("x", shown, [str(year) for year in shown])
    else:
        axes.mark_at(
            "x", [start, end + 1 / 12], [short_month(first), short_month(last)]
        )
    axes.grid(visible=False, axis="x")


def mark_forecast(
    axes: "Panel",
    forecast_from: str,
    *,
    words: bool = True,
    called: str = "forecast",
) -> None:
    """Shade what lies after the facts, from a dashed line at its first day."""
    first, end = axes.get_xlim()
    start = max(place_of(forecast_from), first)
    if start >= end:
        return
    axes.axvspan(start, end, color=style.SHADE, linewidth=0, zorder=0)
    axes.axvline(start, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    if words:
        axes.write(
            called,
            (start, 1),
            axes.get_xaxis_transform(),
            (5, -11),
            color=style.MUTED,
            fontsize=style.SMALL_TEXT,
        )


def chart(
    figure: "Figure",
    *,
    name: str,
    title: str,
    says: str,
    numbers: Markup | None = None,
) -> Markup:
    """Put a chart into the page with its title, what it says and its numbers.

    Leave the numbers out only where the page shows them right beside the chart.
    """
    drawing = Markup(svg_of(figure, name=name, title=title, says=says))
    behind = [disclosure(f"Numbers: {title}", numbers)] if numbers is not None else []
    return element(
        "figure",
        element("h3", title),
        element("div", drawing, class_="chart"),
        element("figcaption", says),
        *behind,
    )


def svg_of(figure: "Figure", *, name: str, title: str, says: str) -> str:
    """Draw a figure as SVG for inlining: no fixed size, own ids, CSS colours."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    _draw_values(figure)
    drawn = StringIO()
    FigureCanvasSVG(figure)
    figure.savefig(drawn, format="svg", metadata=NO_METADATA)
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<style type="text/css">.*?</style>', "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    for colour, variable in style.COLOUR_VARIABLES.items():
        svg = svg.replace(colour, f"var(--{variable})")
    view_box = re.search(r'viewBox="[^"]*"', svg)
    opening = (
        f"<svg {view_box.group() if view_box else ''} role='img' "
        f"xmlns:xlink='http://www.w3.org/1999/xlink' "
        f"aria-labelledby='{name}-title' aria-describedby='{name}-description'>"
        f"<title id='{name}-title'>{escape(title)}</title>"
        f"<desc id='{name}-description'>{escape(says)}</desc>"
    )
    return opening + svg[svg.index(">") + 1 :]


def _draw_values(figure: "Figure") -> None:
    """Draw the values of every panel, those below only where no panel is under it."""
    from quasimarket.reports.panel import Panel

    panels = [one for one in figure.axes if isinstance(one, Panel)]
    for panel in panels:
        place = panel.get_position()
        covered = any(
            other.get_position().y1 <= place.y0 and other.get_position().x0 == place.x0
            for other in panels
        )
        panel.draw_values(below=not covered)
