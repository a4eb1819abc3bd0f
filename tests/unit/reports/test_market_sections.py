import re
from dataclasses import replace

import polars as pl
import pytest

from quasimarket.insight.observed import Observed
from quasimarket.reports.drawing import chart_style
from quasimarket.reports.fates import fates_section, fates_seen
from quasimarket.reports.market import market_section
from quasimarket.reports.money_flow import chain_money_section
from quasimarket.reports.practice_map import practice_section
from quasimarket.reports.pressure import pressure_section
from quasimarket.reports.promises import promises_section
from quasimarket.reports.resistance import complaints_section, resistance_section
from quasimarket.reports.wording import MINUS, pence
from quasimarket.runs.summary import Summary
from tests.lib.made_market import Made, make_tables
from tests.lib.sample_run import sample_summary


SECTIONS = {
    "market": market_section,
    "chain-money": chain_money_section,
    "pressure": pressure_section,
    "practice": practice_section,
    "resistance": resistance_section,
    "complaints": complaints_section,
}


@pytest.fixture(scope="module")
def summary() -> Summary:
    return sample_summary(contracts=2)


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    made = make_tables(Made(primes=3, people=600))
    band = pl.col("months_out_of_work").rank("dense") % 3
    fate = pl.when(pl.col("weeks_in_work") > 26).then(pl.lit("lasting-work"))
    made["participants"] = made["participants"].with_columns(
        score_band=band.cast(pl.Int8), fate=fate.otherwise(pl.lit("untouched"))
    )
    return made


@pytest.fixture(scope="module")
def observed(tables) -> Observed:
    return Observed(tables, times=0)


def rendered(name: str, summary: Summary, observed: Observed) -> str:
    with chart_style():
        return SECTIONS[name](summary, observed)


@pytest.mark.parametrize("name", SECTIONS)
def test_section_draws_what_the_tables_hold(name, summary, observed):
    html = rendered(name, summary, observed)

    assert "Not measured in this run" not in html
    assert html.count("<svg") == html.count("<desc") >= 1
    assert "beyond what was observed" in html


@pytest.mark.parametrize("name", SECTIONS)
def test_section_of_an_older_run_says_in_a_line_what_is_missing(name, summary):
    html = rendered(name, summary, Observed({}, times=0))

    assert html.count("Not measured in this run: there is no table") == 1
    assert "<svg" not in html


def test_hidden_truth_is_never_drawn(summary, tables):
    blind = {name: one for name, one in tables.items() if name != "truth_practice"}

    html = rendered("practice", summary, Observed(tables, times=0))

    assert html == rendered("practice", summary, Observed(blind, times=0))


def test_map_says_what_was_only_reported_and_shades_later_months(summary):
    long = make_tables(Made(primes=3, months=40, people=60))

    html = rendered("practice", summary, Observed(long, times=0))

    assert f">Month {MINUS}6, reported</text>" in html
    assert ">Month 36</text>" in html
    assert ">Month 72</text>" not in html
    assert "seen over months 34 to 36 (extrapolation)" in html
    assert "seen over months 11 to 13</th>" in html


def test_series_mark_where_the_studies_end(summary, observed):
    assert rendered("pressure", summary, observed).count(">extrapolation</text>") == 2
    later = replace(summary, institutions_observed_to="2030-01")
    assert ">extrapolation</text>" not in rendered("pressure", later, observed)


def test_streams_hold_what_the_books_do(summary, observed):
    html = rendered("chain-money", summary, observed)

    received = observed.total("receipts")[observed.positions["tier"].to_numpy() == 1]
    assert pence(int(received.sum())) in html
    assert "Reserves at the end" in html


def test_promises_have_one_number_each(summary, observed):
    html = promises_section(summary, observed, fates_seen(observed))

    assert html.count("<li>") == 4
    assert html.count("Kept:") == 4
    assert re.search(r"\d+% parked", html)


def test_promises_of_an_older_run_are_not_measured():
    summary = replace(sample_summary(contracts=1), mpl_by_year=())
    nothing = Observed({}, times=0)

    html = promises_section(summary, nothing, fates_seen(nothing))

    assert html.count(">not measured<") == 4


def test_fates_are_shares_of_those_attached(summary, observed):
    with chart_style():
        html = fates_section(summary, fates_seen(observed))

    assert "Lasting work" in html
    assert "Days between support contacts" in html
    assert "were parked" in html


def test_fates_of_an_older_run_are_missing(summary):
    html = fates_section(summary, fates_seen(Observed({}, times=0)))

    assert "Not measured in this run" in html
