"""What the commissioner paid: by kind and month, and by contract."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from quasimarket.reports import style, wording
from quasimarket.reports.drawing import (
    chart,
    label_amounts,
    label_rows,
    mark_forecast,
    new_chart,
    place_of,
    year_axis,
)
from quasimarket.reports.markup import Markup, element, paragraph, section, table
from quasimarket.runs.summary import Paid, PaidMonthRow, Summary


if TYPE_CHECKING:
    from quasimarket.reports.panel import Panel


MARK = "\N{BLACK SQUARE}"


def money_section(summary: Summary) -> Markup:
    """Show what was paid, for what, when and to which contract."""
    kinds = _kinds_paid(summary.paid_gbp)
    charts = [element("div", _by_month(summary, kinds), _totals(summary, kinds))]
    if summary.by_contract:
        charts.append(_by_contract(summary, kinds))
    return section(
        "money",
        "Money",
        paragraph(
            "Paid by the commissioner to the primes, settled line by line. Payments "
            f"from {wording.month_name(summary.forecast_from)} on are a forecast."
        ),
        element("div", *charts, class_="figures"),
    )


def _totals(summary: Summary, kinds: Iterable[str]) -> Markup:
    return table(
        "Paid over the whole programme, forecast included",
        ("For", "Amount"),
        [
            *(
                (
                    style.KIND_NAMES[kind],
                    wording.pounds(getattr(summary.paid_gbp, kind)),
                )
                for kind in kinds
            ),
            ("Total", wording.pounds(summary.paid_gbp.total)),
        ],
        look="compact",
    )


def _kinds_paid(paid: Paid) -> list[str]:
    return [kind for kind in style.KIND_COLOURS if getattr(paid, kind)]


def _by_month(summary: Summary, kinds: Iterable[str]) -> Markup:
    kinds = list(kinds)
    figure, axes = new_chart(3.5, top=0.35)
    rows = summary.paid_by_month
    places = [place_of(row.month) for row in rows]
    for kind in kinds:
        values = [float(getattr(row, kind)) for row in rows]
        axes.plot(places, values, color=style.KIND_COLOURS[kind], linewidth=1.8)
    axes.yaxis.set_major_formatter(label_amounts(axes.get_ylim()[1], "£"))
    year_axis(axes, rows[0].month, rows[-1].month)
    mark_forecast(axes, summary.forecast_from)
    colour_key(axes, kinds)
    paid = summary.paid_gbp
    return chart(
        figure,
        name="paid-by-month",
        title="Paid in each month, by kind",
        says=f"Attachment fees bring {wording.compact_pounds(paid.attachment)}, job "
        f"outcomes {wording.compact_pounds(paid.job_outcome)}, sustainments "
        f"{wording.compact_pounds(paid.sustainment)} and the incentive "
        f"{wording.compact_pounds(paid.incentive)}.",
        numbers=table(
            "Paid by statement month",
            ("Month", *(style.KIND_NAMES[kind] for kind in kinds)),
            (_month_cells(row, kinds) for row in rows),
        ),
    )


def _month_cells(row: PaidMonthRow, kinds: Iterable[str]) -> tuple[str, ...]:
    return (
        wording.short_month(row.month),
        *(wording.pounds(getattr(row, kind)) for kind in kinds),
    )


def _by_contract(summary: Summary, kinds: list[str]) -> Markup:
    contracts = summary.by_contract
    height = 0.2 * len(contracts) + 0.85
    figure, axes = new_chart(height, left=1.75, top=0.35)
    places = range(len(contracts))
    starts = [0.0] * len(contracts)
    for kind in kinds:
        ends = [
            start + float(getattr(row.paid_by_kind_gbp, kind))
            for start, row in zip(starts, contracts.values(), strict=True)
        ]
        axes.hlines(places, starts, ends, color=style.KIND_COLOURS[kind], linewidth=9)
        starts = ends
    axes.set_xlim(left=0)
    label_rows(axes, [wording.contract_label(summary, one) for one in contracts])
    axes.xaxis.set_major_formatter(label_amounts(axes.get_xlim()[1], "£"))
    colour_key(axes, kinds)
    return chart(
        figure,
        name="paid-by-contract",
        title="Paid to each contract",
        says="Whole programme, forecast included. Contracts stand by area and number.",
        numbers=table(
            "Contracts over the whole programme",
            (
                "Contract",
                "Referrals",
                "Job outcomes",
                "In 24 months",
                *(style.KIND_NAMES[kind] for kind in kinds),
                "Paid",
            ),
            (
                (
                    f"{wording.contract_label(summary, one)}, {row.area_name}",
                    wording.count(row.referrals),
                    wording.count(row.job_outcomes),
                    wording.percent(row.rate_24m),
                    *(
                        wording.pounds(getattr(row.paid_by_kind_gbp, kind))
                        for kind in kinds
                    ),
                    wording.pounds(row.paid_gbp),
                )
                for one, row in contracts.items()
            ),
        ),
    )


def colour_key(axes: "Panel", kinds: Iterable[str]) -> None:
    """Name the kinds in their colours, in a row above the panel."""
    word_key(
        axes, [(style.KIND_NAMES[kind], style.KIND_COLOURS[kind]) for kind in kinds]
    )


def word_key(axes: "Panel", names: list[tuple[str, str]], *, above: float = 8) -> None:
    """Write coloured words in a row above the panel, from the chart's left edge.

    A pale colour marks its word, which itself is written to be read.
    """
    start = 0.08
    for name, colour in names:
        is_pale = colour in (style.PALE_BLUE, style.GRID)
        for text, shift, paint in (
            [(MARK, 0.0, colour), (name, 0.17, style.INK)]
            if is_pale
            else [(f"{MARK} {name}", 0.0, colour)]
        ):
            axes.write_above(
                text,
                start + shift,
                above,
                color=paint,
                fontsize=style.SMALL_TEXT,
            )
        start += 0.32 + sum(_wide(letter) for letter in name)


def _wide(letter: str) -> float:
    """Give about how many inches wide a letter is."""
    if letter in "ijltfrI '.,":
        return 0.052
    return 0.112 if letter in "mwMW" or letter.isupper() else 0.085
