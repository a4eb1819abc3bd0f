"""Who did better: league table, minimum performance levels, moved market shares."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from quasimarket.core.dates import Month
from quasimarket.reports import style, wording
from quasimarket.reports.drawing import (
    chart,
    label_rows,
    new_chart,
    new_panels,
    scale_by,
)
from quasimarket.reports.markup import (
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
from quasimarket.runs.summary import LevelYearRow, Summary


FEW_SHIFTS = 6
"""As many moved shares as are shown at once."""
Row = Mapping[str, Any]
"""A row of a table of the run, as Polars names it."""


def league_section(summary: Summary, tables: Mapping[str, pl.DataFrame]) -> Markup:
    """Rank the contracts, with intervals, leaving out those with too few people."""
    heading = "League table of contracts"
    rows = _national_league(summary, tables)
    if not rows:
        return section("league", heading, not_measured("no contract was ranked"))
    return section(
        "league",
        heading,
        beyond_observed(summary),
        paragraph(
            f"Contract year {summary.league_year}: job outcomes for each referral of "
            "the same year, with 95% intervals. Where intervals overlap, the order may "
            "be luck. Those in brackets have too few people "
            "to rank."
        ),
        element(
            "div",
            _league(summary, rows),
            _league_table(summary, rows),
            class_="figures",
        ),
    )


def levels_section(summary: Summary, tables: Mapping[str, pl.DataFrame]) -> Markup:
    """Set contracts against the minimum performance levels, year by year."""
    heading = "Minimum performance levels"
    if not summary.mpl_by_year:
        return section("levels", heading, not_measured("no level applies"))
    return section(
        "levels",
        heading,
        beyond_observed(summary),
        paragraph(
            "Outcomes of a contract year over referrals of the same year: not the same "
            "people, so the rate starts low and rises as referrals fall. It is no "
            "success rate."
        ),
        element("div", _levels(summary), _level_years(summary), class_="figures"),
        _shifts(summary, tables.get("share_shifts")),
    )


def beyond_observed(summary: Summary) -> Markup:
    """Label institutional results as beyond what the studies observed."""
    return paragraph(
        badge("beyond what was observed", "forecast"),
        " The studies of these institutions end in "
        f"{wording.month_name(summary.institutions_observed_to)} (month "
        f"{_months_between(summary.first_month, summary.institutions_observed_to)}); "
        "later results are the model's alone.",
        class_="label",
    )


def _months_between(first: str, last: str) -> int:
    start, end = Month.parse(first), Month.parse(last)
    return (end.year - start.year) * 12 + end.month - start.month + 1


def _national_league(summary: Summary, tables: Mapping[str, pl.DataFrame]) -> list[Row]:
    league = tables.get("league")
    if league is None or summary.league_year is None:
        return []
    chosen = league.filter(
        (pl.col("scope") == "national")
        & (pl.col("contract_year") == summary.league_year)
        & pl.col("group").is_null()
    )
    return list(chosen.sort("rank", nulls_last=True).iter_rows(named=True))


def _league(summary: Summary, rows: list[Row]) -> Markup:
    height = 0.2 * len(rows) + 0.75
    figure, axes = new_chart(height, left=1.95, top=0.1, bottom=0.6)
    for ranked, colour in ((True, style.BLUE), (False, style.MUTED)):
        own = [
            (place, row)
            for place, row in enumerate(rows)
            if (row["rank"] is not None) == ranked and row["rate"] is not None
        ]
        # a rate above 1 is of other people than its referrals, and has no interval
        with_interval = [one for one in own if one[1]["low"] is not None]
        axes.hlines(
            [place for place, _ in with_interval],
            [row["low"] for _, row in with_interval],
            [row["high"] for _, row in with_interval],
            color=colour,
            linewidth=2,
        )
        axes.scatter(
            [row["rate"] for _, row in own],
            [place for place, _ in own],
            s=26,
            facecolor=colour if ranked else style.PAPER,
            edgecolor=colour,
            zorder=3,
        )
    axes.set_xlim(left=0.0)
    label_rows(axes, [_ranked_label(summary, row) for row in rows])
    axes.xaxis.set_major_formatter(scale_by(0.01, after="%"))
    axes.set_xlabel("outcomes over referrals")
    unranked = sum(row["rank"] is None for row in rows)
    return chart(
        figure,
        name="league",
        title=f"Contracts in contract year {summary.league_year}",
        says=f"Contracts ranked: {len(rows) - unranked}; with too few people to rank: "
        f"{unranked}.",
    )


def _league_table(summary: Summary, rows: list[Row]) -> Markup:
    return element(
        "div",
        table(
            "Outcomes over referrals, with 95% intervals",
            ("Rank and contract", "Outcomes / referrals", "Rate (interval)"),
            (
                (
                    element("span", _ranked_label(summary, row), class_="whole"),
                    f"{wording.count(row['outcomes'])} / "
                    f"{wording.count(row['referrals'])}",
                    element("span", _rate_with_interval(row), class_="whole"),
                )
                for row in rows
            ),
            look="compact dense",
        ),
    )


def _rate_with_interval(row: Row) -> str:
    if row["rate"] is None:
        return "none"
    if row["low"] is None:
        return f"{wording.percent(row['rate'])} (no interval)"
    interval = f"{100 * row['low']:.1f}–{100 * row['high']:.1f}"
    return f"{wording.percent(row['rate'])} ({interval})"


def _ranked_label(summary: Summary, row: Row) -> str:
    label = wording.contract_label(summary, row["contract"])
    return f"({label})" if row["rank"] is None else f"{row['rank']}. {label}"


def _levels(summary: Summary) -> Markup:
    groups = list(dict.fromkeys(row.group for row in summary.mpl_by_year))
    height = 1.75 * len(groups) + 0.75
    figure, panels = new_panels(height, len(groups), bottom=0.6)
    for group, axes in zip(groups, panels, strict=True):
        years = [row for row in summary.mpl_by_year if row.group == group]
        own = [
            row for row in summary.mpl if row.group == group and row.rate is not None
        ]
        places = {contract: at for at, contract in enumerate(summary.by_contract)}
        spread = max(len(places) - 1, 1)
        later = [
            row.contract_year
            for row in years
            if row.last_month >= summary.forecast_from
        ]
        if later:
            axes.axvspan(
                min(later) - 0.5,
                max(later) + 0.5,
                color=style.SHADE,
                linewidth=0,
                zorder=0,
            )
        axes.scatter(
            [
                row.contract_year + 0.5 * (places[row.contract] / spread - 0.5)
                for row in own
            ],
            [row.rate or 0.0 for row in own],
            s=9,
            color=style.BLUE,
            linewidth=0,
        )
        axes.hlines(
            [row.level for row in years],
            [row.contract_year - 0.4 for row in years],
            [row.contract_year + 0.4 for row in years],
            color=style.ORANGE,
            linewidth=2.6,
        )
        axes.set_title(f"Group {wording.group_label(summary, group)}")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(scale_by(0.01, after="%"))
        axes.mark_at(
            "x",
            [row.contract_year for row in years],
            [str(row.contract_year) for row in years],
        )
        axes.grid(visible=False, axis="x")
    panels[-1].set_xlabel("contract year (shaded: forecast)")
    return chart(
        figure,
        name="levels",
        title="Contracts against the level",
        says="Each dot is a contract; the bar is the minimum performance level of the "
        "year. Contract year 1 runs to March of the year after the first referral.",
        numbers=table(
            "Contracts against the minimum performance level",
            ("Contract", "Group", "Year", "Outcomes", "Referrals", "Rate", "Level"),
            (
                (
                    wording.contract_label(summary, row.contract),
                    row.group,
                    str(row.contract_year),
                    wording.count(row.outcomes),
                    wording.count(row.referrals),
                    wording.percent(row.rate),
                    wording.percent(row.level),
                )
                for row in summary.mpl
            ),
        ),
    )


def _level_years(summary: Summary) -> Markup:
    rows = {(row.contract_year, row.group): row for row in summary.mpl_by_year}
    groups = list(dict.fromkeys(row.group for row in summary.mpl_by_year))
    years = {row.contract_year: row.last_month for row in summary.mpl_by_year}
    return element(
        "div",
        table(
            "All contracts together: rate, level, contracts that met it",
            ("Contract year", *(f"Group {group}" for group in groups)),
            (
                (
                    _year_label(summary, year, last_month),
                    *(_level_cell(rows.get((year, group))) for group in groups),
                )
                for year, last_month in years.items()
            ),
            look="compact",
        ),
    )


def _year_label(summary: Summary, year: int, last_month: str) -> Markup:
    lines: list[Markup | str] = [f"{year}, to {wording.short_month(last_month)}"]
    if last_month >= summary.forecast_from:
        lines.append(badge("forecast", "forecast"))
    return stacked(*lines)


def _level_cell(row: LevelYearRow | None) -> Markup | str:
    if row is None:
        return "no level"
    mark = "" if row.evidence == "read" else f", {row.evidence}"
    return stacked(
        element("strong", wording.percent(row.rate)),
        f"level {wording.percent(row.level)}{mark}",
        f"{row.contracts_met} of {row.contracts} met",
    )


def _shifts(summary: Summary, shifts: pl.DataFrame | None) -> Markup:
    if shifts is None or shifts.is_empty():
        return paragraph("No market share was moved.")
    moved = table(
        "Market shares moved from one contract to another",
        ("From", "To", "Group", "Share of referrals"),
        (
            (
                wording.contract_label(summary, row["from_contract"]),
                wording.contract_label(summary, row["to_contract"]),
                row["group"],
                stacked(
                    wording.percent(row["size"]),
                    f"from {row['first_day']:%-d %b %Y}",
                ),
            )
            for row in shifts.iter_rows(named=True)
        ),
        words=3,
        look="compact",
    )
    if len(shifts) <= FEW_SHIFTS:
        return moved
    return disclosure(f"All {len(shifts)} market shares that were moved", moved)
