"""`report.html`: one page, opened offline, in the order in which it is read."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

import polars as pl

from quasimarket.insight.observed import Observed
from quasimarket.reports import wording
from quasimarket.reports.chain import cash_section, flows_section
from quasimarket.reports.comparison import comparison_section
from quasimarket.reports.drawing import chart_style
from quasimarket.reports.fates import fates_section, fates_seen
from quasimarket.reports.gaps import gaps_section
from quasimarket.reports.headline import headline_section
from quasimarket.reports.market import market_section
from quasimarket.reports.markup import Markup, element, join
from quasimarket.reports.money import money_section
from quasimarket.reports.money_flow import chain_money_section
from quasimarket.reports.outcomes import outcomes_section
from quasimarket.reports.practice_map import practice_section
from quasimarket.reports.pressure import pressure_section
from quasimarket.reports.promises import promises_section
from quasimarket.reports.provenance import made_section, trust_section
from quasimarket.reports.ranking import league_section, levels_section
from quasimarket.reports.resistance import complaints_section, resistance_section
from quasimarket.runs.summary import Summary


CONTENTS = {
    "headline": "In short",
    "promises": "Four promises",
    "comparison": "Against official figures",
    "outcomes": "Outcomes and cohorts",
    "money": "Money",
    "league": "League table",
    "levels": "Minimum levels",
    "gaps": "Payment groups",
    "fates": "Who is parked",
    "market": "The market",
    "flows": "Supply chains",
    "chain-money": "Money in the chain",
    "cash": "Cash",
    "pressure": "Pressures",
    "practice": "Practice map",
    "resistance": "Resistance",
    "complaints": "Complaints",
    "trust": "How far to trust it",
    "made": "How it was made",
}
"""Section -> what the table of contents calls it."""


def write_report(
    summary: Summary, tables: Mapping[str, pl.DataFrame], path: Path
) -> None:
    """Write a run's report; nothing is left half-written.

    A section whose table is missing says so.
    """
    page = render_report(summary, tables)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(page, encoding="utf-8")
    beside.replace(path)


def render_report(summary: Summary, tables: Mapping[str, pl.DataFrame]) -> str:
    """Render a run's report as one HTML page that needs nothing else."""
    observed = Observed(tables, times=0)
    fates = fates_seen(observed)
    with chart_style():
        sections = (
            headline_section(summary),
            promises_section(summary, observed, fates),
            comparison_section(summary),
            outcomes_section(summary),
            money_section(summary),
            league_section(summary, tables),
            levels_section(summary, tables),
            gaps_section(summary),
            fates_section(summary, fates),
            market_section(summary, observed),
            flows_section(summary),
            chain_money_section(summary, observed),
            cash_section(summary),
            pressure_section(summary, observed),
            practice_section(summary, observed),
            resistance_section(summary, observed),
            complaints_section(summary, observed),
            trust_section(summary),
            made_section(summary),
        )
    return _page(summary, join(sections))


def _page(summary: Summary, body: Markup) -> str:
    folder = files("quasimarket.reports")
    template = Template((folder / "page.html").read_text(encoding="utf-8"))
    contents = element(
        "ol",
        *(
            element("li", element("a", name, href=f"#{section}"))
            for section, name in CONTENTS.items()
        ),
    )
    span = (
        f"{wording.month_name(summary.first_month)} to "
        f"{wording.month_name(summary.last_month)}, seed {summary.seed}"
    )
    return template.substitute(
        title=join([summary.title]),
        span=join([span]),
        css=(folder / "page.css").read_text(encoding="utf-8"),
        contents=contents,
        body=body,
    )
