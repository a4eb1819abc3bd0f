"""A panel of a chart whose grid and values are plain lines and texts.

Matplotlib makes five artists for each value on an axis, and measures most of them. A
panel makes one text for each, and draws a whole grid at once; a report takes a third
less time for it. Matplotlib is loaded with this module, so load it only to draw.
"""

from collections.abc import Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XAxis, YAxis
from matplotlib.collections import LineCollection
from matplotlib.markers import TICKDOWN
from matplotlib.ticker import FixedFormatter, FixedLocator
from matplotlib.transforms import ScaledTranslation, Transform

from quasimarket.reports import style


NEAR = 1e-9
"""A value this share of the axis beyond its end still stands on it."""
MARK = 3.0
"""Points a mark below an axis of years hangs down."""
BELOW, BESIDE, NAME_BELOW = 6.0, 4.0, 20.0
"""Points from the panel to the values below, the values beside, the axis's name."""


class _Tickless:
    """An axis that never makes a tick, which matplotlib does for every setting of one.

    Its locator and its formatter work all the same.
    """

    majorTicks = minorTicks = property(lambda self: [])

    def get_major_ticks(self, numticks: int | None = None) -> list[Tick]:
        """Give no tick."""
        return []

    def get_minor_ticks(self, numticks: int | None = None) -> list[Tick]:
        """Give no tick."""
        return []


class _AcrossAxis(_Tickless, XAxis):
    """The axis below a panel."""

    def get_ticks_position(self) -> Literal["bottom"]:
        """Say where values stand, which matplotlib would ask a tick."""
        return "bottom"


class _UpAxis(_Tickless, YAxis):
    """The axis beside a panel."""

    def get_ticks_position(self) -> Literal["left"]:
        """Say where values stand."""
        return "left"


class Panel(Axes):
    """Axes that draw their values when they are told to, once all else is drawn."""

    name = "quasimarket.panel"

    def _init_axis(self) -> None:
        """Give the panel axes of its own, as matplotlib's projections do."""
        self.xaxis = _AcrossAxis(self, clear=False)
        self.yaxis = _UpAxis(self, clear=False)
        self.spines["bottom"].register_axis(self.xaxis)
        self.spines["top"].register_axis(self.xaxis)
        self.spines["left"].register_axis(self.yaxis)
        self.spines["right"].register_axis(self.yaxis)

    def grid(
        self,
        visible: bool | None = None,
        which: str = "major",
        axis: str = "both",
        **kwargs: Any,  # as the class above has it
    ) -> None:
        """Ask for a grid, or for none; only whole grids are drawn."""
        self._gridded = getattr(self, "_gridded", set()) | {"x", "y"}
        if not visible:
            self._gridded -= {"x", "y"} if axis == "both" else {axis}

    def mark_at(
        self, axis: str, places: Sequence[float], labels: Sequence[str] | None = None
    ) -> None:
        """Put values at these places and nowhere else."""
        one = self.xaxis if axis == "x" else self.yaxis
        one.set_major_locator(FixedLocator(list(places)))
        if labels is not None:
            one.set_major_formatter(FixedFormatter(list(labels)))

    def write(
        self,
        text: str,
        place: tuple[float, float],
        over: Transform,
        shift: tuple[float, float],
        **looks: Any,  # what matplotlib's Text takes
    ) -> None:
        """Write a text at a place, moved by points; dearer annotations do the same."""
        inches = self.get_figure(root=True).dpi_scale_trans  # type: ignore[union-attr]  # a panel is in a figure
        moved = ScaledTranslation(shift[0] / 72, shift[1] / 72, inches)
        self.text(*place, text, transform=over + moved, **looks)

    def write_above(self, text: str, inch: float, above: float, **looks: Any) -> None:
        """Write a text above the panel, so many inches from the chart's left edge."""
        edge = self.get_position().x0 * style.WIDTH
        self.write(text, (0, 1), self.transAxes, (72 * (inch - edge), above), **looks)

    def draw_values(self, *, below: bool) -> None:
        """Draw grid, values and names of the axes; values below only if asked to."""
        self.spines["bottom"].set_position(("outward", 0.0))  # as a tick would have
        across, up = self.get_xaxis_transform(), self.get_yaxis_transform()
        places = _inside(self.xaxis, self.get_xlim())
        heights = _inside(self.yaxis, self.get_ylim())
        if "x" in self._gridded:
            self._rule([[(x, 0), (x, 1)] for x in places], across)
        else:
            self.plot(
                places,
                [0] * len(places),
                transform=across,
                color=style.MUTED,
                linestyle="",
                marker=TICKDOWN,
                markersize=MARK,
                markeredgewidth=0.8,
                clip_on=False,
                scalex=False,
                scaley=False,
            )
        if "y" in self._gridded:
            self._rule([[(0, y), (1, y)] for y in heights], up)
        small = {"fontsize": style.SMALL_TEXT}
        if below:
            for x, label in zip(places, _labels(self.xaxis, places), strict=True):
                self.write(
                    label, (x, 0), across, (0, -BELOW), ha="center", va="top", **small
                )
        for y, label in zip(heights, _labels(self.yaxis, heights), strict=True):
            self.write(
                label, (0, y), up, (-BESIDE, 0), ha="right", va="center", **small
            )
        self._name_axes()
        for axis in (self.xaxis, self.yaxis):
            axis.set_visible(False)

    def _rule(
        self, lines: list[list[tuple[float, float]]], transform: Transform
    ) -> None:
        self.add_collection(
            LineCollection(
                lines,
                colors=style.GRID,
                linewidths=0.7,
                transform=transform,
                zorder=0.5,
            ),
            autolim=False,
        )

    def _name_axes(self) -> None:
        name = self.xaxis.get_label_text()
        if name:
            self.write(
                name,
                (0.5, 0),
                self.transAxes,
                (0, -NAME_BELOW),
                ha="center",
                va="top",
                fontsize=style.TEXT,
            )


def _inside(axis: Axis, limits: tuple[float, float]) -> list[float]:
    low, high = sorted(limits)
    near = NEAR * (high - low)
    return [
        float(at) for at in axis.get_majorticklocs() if low - near <= at <= high + near
    ]


def _labels(axis: Axis, places: list[float]) -> list[str]:
    """Label places; fixed labels go by all places, of which some may lie outside."""
    every = [float(at) for at in axis.get_majorticklocs()]
    written = axis.get_major_formatter().format_ticks(every)
    return [label for at, label in zip(every, written, strict=True) if at in places]
