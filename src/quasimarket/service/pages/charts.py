"""Bar and line charts as SVG, with their figures in a table beneath.

They carry no style attribute and no script, which the content security policy refuses:
colours are attributes of the shapes. What a chart says is in its title and description,
and every figure of it is in the table, so that nobody needs to see it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quasimarket.service.pages.chart_scale import Scale, short, steps
from quasimarket.service.pages.shown import shown, shown_pounds
from quasimarket.service.pages.table import Column, Table


WIDTH = 640.0
PALETTE = ("#1d70b8", "#b84e00", "#00703c", "#4c2c92", "#801650", "#505a5f")
"""GOV.UK's blue, brown-orange, green, purple, magenta and grey: each at least 3:1 on
white, and told apart by those who see red and green alike."""
DASHES = ("none", "8 4", "2 4", "12 4 2 4", "4 4", "16 4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One set of figures, a figure for each category; None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What bar and line charts share: words, categories and figures."""

    title: str
    description: str
    category: str  # what a category is: "Month", "Prime"
    categories: Sequence[str]
    series: Sequence[Series]
    unit: str = ""  # after a figure: "%", " people"
    money: bool = False  # whole pence
    export_url: str = ""

    @property
    def id(self) -> str:
        """Name the chart on its page."""
        words = f"{self.title}|{self.categories}|{self.series}"
        return "chart-" + hashlib.sha256(words.encode()).hexdigest()[:8]

    @property
    def has_legend(self) -> bool:
        """Whether there is more than one set of figures to tell apart."""
        return len(self.series) > 1

    def figure(self, value: float | None) -> str:
        """Write a figure in full."""
        if value is None:
            return shown(None)
        if self.money:
            return shown_pounds(round(value))
        places = 0 if value == round(value) else 1
        return f"{value:,.{places}f}{self.unit}"

    def on_axis(self, value: float) -> str:
        """Write a figure shortly."""
        if self.money:
            sign = "\u2212" if value < 0 else ""
            return f"{sign}£{short(abs(value) / 100)}"
        return short(value).replace("-", "\u2212") + self.unit

    def axis(self) -> list[float]:
        """Give the round values of the axis."""
        known = [
            value for one in self.series for value in one.values if value is not None
        ]
        if not any(known):  # nothing but nought: four steps of a whole pound, or of one
            known = [400 if self.money else 4]
        return steps(min(known), max(known))

    def table(self) -> Table[int]:
        """Give the figures as a table."""
        return Table(
            caption=self.title,
            columns=[
                Column(heading=self.category, cell=lambda row: self.categories[row]),
                *(self.column(one) for one in self.series),
            ],
            rows=range(len(self.categories)),
            caption_hidden=True,
            export_url=self.export_url,
        )

    def column(self, series: Series) -> Column[int]:
        """Give one set of figures as a column."""
        return Column(
            heading=series.name,
            cell=lambda row: self.figure(series.values[row]),
            export=lambda row: series.values[row],
            numeric=True,
        )

    def legend(self) -> list[dict[str, object]]:
        """Say which colour and dash is which."""
        return [
            {"name": one.name, "colour": PALETTE[place % 6], "dash": DASHES[place % 6]}
            for place, one in enumerate(self.series)
        ]

    def render(self, template: str, **drawing: object) -> SafeString:
        """Write the chart with its template."""
        return render_to_string(
            f"pages/parts/{template}.html",
            {"chart": self, "width": WIDTH, "details": _("See the figures"), **drawing},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart(Chart):
    """Bars from left to right, one for each category and set of figures."""

    def __html__(self) -> SafeString:
        """Write the chart."""
        bar, gap, name = 22.0, 14.0, 24.0
        axis = self.axis()
        scale = Scale(low=axis[0], high=axis[-1], start=4.0, end=WIDTH - 90)
        group = name + bar * len(self.series) + gap
        bottom = group * len(self.categories)
        return self.render(
            "bar_chart",
            height=bottom + 28,
            bottom=bottom,
            zero=scale.place(0),
            ticks=[(scale.place(one), self.on_axis(one)) for one in axis],
            labels=[
                (group * place + 17, text) for place, text in enumerate(self.categories)
            ],
            bars=[
                {
                    "x": min(scale.place(value), scale.place(0)),
                    "y": group * place + name + bar * number,
                    "width": round(abs(scale.place(value) - scale.place(0)), 1),
                    "height": bar - 2,
                    "colour": PALETTE[number % 6],
                    "text_x": max(scale.place(value), scale.place(0)) + 6,
                    "text_y": group * place + name + bar * number + 16,
                    "text": self.on_axis(value),
                }
                for number, one in enumerate(self.series)
                for place, value in enumerate(one.values)
                if value is not None
            ],
        )

    __str__ = __html__


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart(Chart):
    """Lines through time; a gap where there is no figure."""

    def __html__(self) -> SafeString:
        """Write the chart."""
        left, top, bottom = 84.0, 12.0, 280.0
        axis = self.axis()
        down = Scale(low=axis[0], high=axis[-1], start=bottom, end=top)
        last = max(len(self.categories) - 1, 1)
        along = Scale(low=0, high=last, start=left, end=WIDTH - 36)
        every = max(1, -(-len(self.categories) // 6))
        return self.render(
            "line_chart",
            height=bottom + 30,
            left=left,
            bottom=bottom,
            ticks=[(down.place(one), self.on_axis(one)) for one in axis],
            labels=[
                (along.place(place), name)
                for place, name in enumerate(self.categories)
                if place % every == 0
            ],
            lines=[
                {
                    "path": path(one.values, along, down),
                    "points": points(one.values, along, down),
                    "colour": PALETTE[number % 6],
                    "dash": DASHES[number % 6],
                }
                for number, one in enumerate(self.series)
            ],
        )

    __str__ = __html__


def path(values: Sequence[float | None], along: Scale, down: Scale) -> str:
    """Write a line as SVG, lifting the pen over gaps."""
    parts = []
    drawing = False
    for place, value in enumerate(values):
        if value is not None:
            move = "L" if drawing else "M"
            parts.append(f"{move}{along.place(place)} {down.place(value)}")
        drawing = value is not None
    return " ".join(parts)


def points(
    values: Sequence[float | None], along: Scale, down: Scale
) -> list[tuple[float, float]]:
    """Give where each known figure stands."""
    return [
        (along.place(place), down.place(value))
        for place, value in enumerate(values)
        if value is not None
    ]
