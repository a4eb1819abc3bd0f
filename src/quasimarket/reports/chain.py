"""The supply chains: where people went, who got nobody, and who has cash."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from quasimarket.reports import style, wording
from quasimarket.reports.drawing import (
    chart,
    label_amounts,
    label_rows,
    mark_forecast,
    new_chart,
    new_panels,
    place_of,
    scale_by,
    year_axis,
)
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
from quasimarket.runs.summary import CashRow, Summary


if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from quasimarket.reports.panel import Panel


SECTOR_KEY = [
    (wording.SECTOR_NAMES[sector], colour)
    for sector, colour in style.SECTOR_COLOURS.items()
]


def flows_section(summary: Summary) -> Markup:
    """Show who delivered, and which subcontractors got no referral."""
    heading = "Flows down the supply chains"
    flow = summary.flow
    if not flow.attachments and not flow.organisations:
        return section(
            "flows", heading, not_measured("flows need every person, not a sample")
        )
    share = wording.percent(flow.third_sector_share_of_attachments)
    return section(
        "flows",
        heading,
        beyond_observed(summary),
        paragraph(f"Third-sector organisations had {share} of all attachments."),
        element("div", _attachments(summary), _zero(summary), class_="figures"),
    )


def cash_section(summary: Summary) -> Markup:
    """Show how much cash providers have, by size and sector."""
    heading = "Cash positions"
    if not summary.cash:
        return section("cash", heading, not_measured("no books were kept"))
    return section(
        "cash",
        heading,
        beyond_observed(summary),
        paragraph(
            "Cash at the end of each quarter: the line is the median position, the "
            "band holds the middle half. Below the line at zero a provider lives on "
            "credit."
        ),
        element("div", _cash(summary), _below_zero(summary), class_="figures"),
    )


def _attachments(summary: Summary) -> Markup:
    rows = summary.flow.attachments
    tiers = list(wording.TIER_NAMES)
    figure, axes = new_chart(2.0, left=1.55, top=0.35)
    starts = dict.fromkeys(tiers, 0.0)
    for sector, colour in style.SECTOR_COLOURS.items():
        for row in rows:
            if row.sector != sector:
                continue
            end = starts[row.tier] + row.share
            axes.hlines(row.tier, starts[row.tier], end, color=colour, linewidth=20)
            starts[row.tier] = end
    for tier, end in starts.items():
        axes.text(end + 0.01, tier, wording.percent(end, 0), va="center")
    axes.set_xlim(0, max(starts.values(), default=1.0) * 1.2 or 1.0)
    label_rows(axes, [wording.TIER_NAMES[tier].split(" (")[0] for tier in tiers])
    axes.xaxis.set_major_formatter(scale_by(0.01, after="%"))
    word_key(axes, SECTOR_KEY)
    return chart(
        figure,
        name="attachments",
        title="Who delivered: share of attachments",
        says="By tier, and within a tier by sector. Specialists (tier 2) are called "
        "off for people whom another position keeps.",
        numbers=table(
            "Attachments by tier and sector",
            ("Tier", "Sector", "Attachments", "Share"),
            (
                (
                    wording.TIER_NAMES[row.tier],
                    wording.SECTOR_NAMES[row.sector],
                    wording.count(row.attachments),
                    wording.percent(row.share),
                )
                for row in rows
            ),
            words=2,
        ),
    )


def _zero(summary: Summary) -> Markup:
    rows = summary.flow.organisations
    shares = [
        summary.flow.zero_referral_share.get(row.sector, {}).get(str(row.tier), 0.0)
        for row in rows
    ]
    figure, axes = new_chart(0.32 * len(rows) + 0.8, left=1.75, top=0.2)
    for place, (row, share) in enumerate(zip(rows, shares, strict=True)):
        colour = style.SECTOR_COLOURS[row.sector]
        axes.hlines(place, 0, share, color=colour, linewidth=13)
        axes.text(share + 0.012, place, wording.percent(share, 0), va="center")
    axes.set_xlim(0, max([*shares, 0.1]) * 1.2)
    label_rows(
        axes, [f"{wording.SECTOR_NAMES[row.sector]}, tier {row.tier}" for row in rows]
    )
    axes.xaxis.set_major_formatter(scale_by(0.01, after="%"))
    return chart(
        figure,
        name="zero-referrals",
        title="Contracted and never sent anybody, at month 15",
        says="Share of contracted organisations that had no referral at all by the end "
        "of month 15.",
        numbers=table(
            "Subcontracted organisations at month 15",
            ("Sector", "Tier", "Listed", "Contracted", "No referral", "Share"),
            (
                (
                    wording.SECTOR_NAMES[row.sector],
                    wording.TIER_NAMES[row.tier],
                    wording.count(row.listed),
                    wording.count(row.contracted),
                    wording.count(row.without_referrals),
                    wording.percent(share),
                )
                for row, share in zip(rows, shares, strict=True)
            ),
            words=2,
        ),
    )


def _cash(summary: Summary) -> Markup:
    def draw(axes: "Panel", rows: list[CashRow], colour: str) -> None:
        places = [place_of(row.month) for row in rows]
        axes.fill_between(
            places,
            [float(row.lower_quartile_gbp) for row in rows],
            [float(row.upper_quartile_gbp) for row in rows],
            color=colour,
            alpha=0.13,
            linewidth=0,
        )
        axes.plot(places, [float(row.median_gbp) for row in rows], color=colour)

    def finish(axes: "Panel") -> None:
        axes.axhline(0, color=style.INK, linewidth=1)
        largest = max(abs(value) for value in axes.get_ylim())
        axes.yaxis.set_major_formatter(label_amounts(largest, "£"))

    return chart(
        _panels_by_size(summary, draw, finish),
        name="cash",
        title="Cash by size and sector",
        says="Medians with the middle half of positions; each panel has its own scale.",
        numbers=_cash_table(summary),
    )


def _below_zero(summary: Summary) -> Markup:
    def draw(axes: "Panel", rows: list[CashRow], colour: str) -> None:
        places = [place_of(row.month) for row in rows]
        axes.plot(places, [row.share_below_zero for row in rows], color=colour)

    def finish(axes: "Panel") -> None:
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(scale_by(0.01, after="%"))

    return chart(
        _panels_by_size(summary, draw, finish),
        name="below-zero",
        title="Share of positions with cash below zero",
        says="By size and sector, at the end of each quarter. The numbers are in the "
        "table of cash by size and sector.",
    )


def _panels_by_size(
    summary: Summary,
    draw: Callable[["Panel", list[CashRow], str], None],
    finish: Callable[["Panel"], None],
) -> "Figure":
    sizes = [
        size
        for size in wording.SIZE_NAMES
        if any(row.size == size for row in summary.cash)
    ]
    months = sorted({row.month for row in summary.cash})
    figure, panels = new_panels(
        1.75 * len(sizes) + 0.8, len(sizes), left=0.75, top=0.65
    )
    for size, axes in zip(sizes, panels, strict=True):
        for sector, colour in style.SECTOR_COLOURS.items():
            own = [
                row for row in summary.cash if (row.size, row.sector) == (size, sector)
            ]
            draw(axes, own, colour)
        finish(axes)
        axes.set_title(f"{wording.SIZE_NAMES[size]} organisations")
        year_axis(axes, months[0], months[-1])
        mark_forecast(axes, summary.forecast_from, words=size == sizes[0])
    word_key(panels[0], SECTOR_KEY, above=26)
    return figure


def _cash_table(summary: Summary) -> Markup:
    return table(
        "Cash at the end of each quarter",
        (
            "Quarter to",
            "Size",
            "Sector",
            "Positions",
            "Lower quartile",
            "Median",
            "Upper quartile",
            "Below zero",
        ),
        (
            (
                wording.short_month(row.month),
                wording.SIZE_NAMES[row.size],
                wording.SECTOR_NAMES[row.sector],
                wording.count(row.positions),
                wording.pounds(row.lower_quartile_gbp),
                wording.pounds(row.median_gbp),
                wording.pounds(row.upper_quartile_gbp),
                wording.percent(row.share_below_zero, 0),
            )
            for row in summary.cash
        ),
        words=3,
    )
