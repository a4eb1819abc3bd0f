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
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


NO_METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}


def load_charts() -> None:
    """Load the drawing library, and list the machine's fonts if nobody has yet.

    Half of a report's time is this. It may be done ahead, on another thread, or once
    for a machine: the list of fonts is kept.
    """
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401 - loaded for those who draw later


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
) -> "tuple[Figure, Axes]":
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
    share_values: bool = False,
) -> "tuple[Figure, Sequence[Axes]]":
    """Begin a chart with panels one above the other; all sizes are inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.WIDTH, height))
    panels = figure.subplots(
        count, 1, squeeze=False, sharex=count > 1, sharey=share_values
    )
    figure.subplots_adjust(
        left=left / style.WIDTH,
        right=1 - right / style.WIDTH,
        top=1 - top / height,
        bottom=bottom / height,
        hspace=gap / max((height - top - bottom - gap * (count - 1)) / count, 0.1),
    )
    return figure, list(panels[:, 0])


def label_rows(axes: "Axes", labels: Sequence[str]) -> None:
    """Name the rows of a panel, the first at the top.

    Plain text, not ticks: a tick is five artists, and there are many rows.
    """
    for place, label in enumerate(labels):
        axes.annotate(
            label,
            (0, place),
            xycoords=("axes fraction", "data"),
            xytext=(-5, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.SMALL_TEXT,
        )
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks([])


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


def year_axis(axes: "Axes", first: str, last: str) -> None:
    """Mark whole years from one month to another, every second one if many.

    Where no year begins in between, the two months are marked.
    """
    start, end = place_of(first), place_of(last)
    axes.set_xlim(start, end + 1 / 12)
    years = range(int(start) + 1, int(end) + 1)
    if years:
        axes.set_xticks(list(years[:: 2 if len(years) > 7 else 1]))
        axes.xaxis.set_major_formatter("{x:.0f}")
    else:
        axes.set_xticks([start, end + 1 / 12], [short_month(first), short_month(last)])
    axes.grid(visible=False, axis="x")


def mark_forecast(axes: "Axes", forecast_from: str, *, words: bool = True) -> None:
    """Shade what lies after the facts, from a dashed line at its first day."""
    first, end = axes.get_xlim()
    start = max(place_of(forecast_from), first)
    if start >= end:
        return
    axes.axvspan(start, end, color=style.SHADE, linewidth=0, zorder=0)
    axes.axvline(start, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    if words:
        axes.annotate(
            "forecast",
            (start, 1),
            xycoords=("data", "axes fraction"),
            xytext=(5, -11),
            textcoords="offset points",
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
