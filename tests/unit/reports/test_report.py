import csv
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from quasimarket.reports import render_report, write_report
from quasimarket.reports.headline import headline_section
from quasimarket.reports.ranking import levels_section
from quasimarket.runs.summary import Summary
from quasimarket.runs.tables import TABLES
from tests.lib.sample_run import (
    bare_summary,
    sample_summary,
    sample_tables,
    thinned_summary,
    with_every_target,
)


VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Collects what a page holds, and refuses tags that do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes.append((tag, {name: value or "" for name, value in attrs}))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "svg"} & set(self.open):
            self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.attributes if name in attrs]


@pytest.fixture(scope="module")
def summary() -> Summary:
    return with_every_target(sample_summary(contracts=5))


@pytest.fixture(scope="module")
def html(summary: Summary) -> str:
    return render_report(summary, sample_tables(summary))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_page_fetches_nothing(page, html):
    outside = [
        value
        for name in ("src", "href", "xlink:href", "action", "data", "srcset")
        for value in page.values(name)
        if not value.startswith("#")
    ]

    assert outside == []
    assert not {"script", "link", "iframe", "img", "object"} & set(page.tags)
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []


def test_ids_are_unique_and_every_reference_is_met(page, html):
    ids = page.values("id")
    named = [
        one
        for name in ("aria-labelledby", "aria-describedby")
        for value in page.values(name)
        for one in value.split()
    ]
    pointed = [value[1:] for value in page.values("href") if value.startswith("#")]
    used = [value[1:] for value in page.values("xlink:href")]
    clipped = re.findall(r"url\(#([^)]*)\)", html)

    assert max(Counter(ids).values()) == 1
    assert set(named + pointed + used + clipped) <= set(ids)


def test_page_can_be_walked_by_landmark_and_heading(page):
    assert page.tags["main"] == page.tags["header"] == page.tags["footer"] == 1
    assert page.tags["nav"] == page.tags["h1"] == 1
    assert page.headings[0] == 1
    assert all(
        later <= earlier + 1
        for earlier, later in zip(page.headings, page.headings[1:], strict=False)
    )
    assert page.values("lang") == ["en-GB"]
    first_link = next(attrs for tag, attrs in page.attributes if tag == "a")
    assert first_link == {"class": "skip", "href": "#main"}


def test_every_chart_has_a_title_a_description_and_numbers(page):
    svgs = [attrs for tag, attrs in page.attributes if tag == "svg"]

    assert len(svgs) == page.tags["figure"] == page.tags["figcaption"] >= 11
    assert all(attrs["role"] == "img" for attrs in svgs)
    assert all("width" not in attrs and attrs["viewbox"] for attrs in svgs)
    assert page.tags["desc"] == len(svgs)
    assert page.tags["table"] >= len(svgs)


def test_charts_take_their_colours_and_type_from_the_page(html):
    drawings = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)

    assert ".chart text { font-family: var(--font) !important; }" in html
    for drawing in drawings:
        assert set(re.findall(r"#[0-9a-f]{6}\b", drawing)) <= {"#ffffff", "#000000"}


def test_forecasts_and_results_beyond_the_studies_are_labelled(html):
    assert "behaviour was fitted to facts up to March 2014" in html
    assert html.count("The studies of these institutions end in June 2012") == 5
    assert html.count("includes forecast") == 6
    assert "everything else from April 2014 is a forecast" in html


def test_contracts_stand_by_area_and_number(page):
    text = " ".join(page.text)

    assert "Area 2, contract 3" in text
    assert "(Area 2, contract 4)" in text or "too few people" in text


def test_no_real_prime_is_named(page):
    primes = files("quasimarket") / "programmes" / "work-programme" / "primes.csv"
    rows = csv.DictReader(primes.read_text(encoding="utf-8").splitlines())
    names = [row["name"] for row in rows]

    assert len(names) >= 18
    text = " ".join(page.text)
    assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)] == []


def test_error_outside_the_aim_is_said_in_words(html, summary):
    outside = sum(row.within is False for row in summary.fit)

    assert outside > 0
    assert html.count('class="verdict outside"') >= outside


def test_text_of_a_rulebook_cannot_break_the_page():
    hostile = "</title><script>alert(1)</script> & $css ${body}"
    summary = sample_summary(contracts=2)
    groups = {
        group: replace(row, name=hostile) for group, row in summary.by_group.items()
    }
    contracts = {
        one: replace(row, area_name=hostile) for one, row in summary.by_contract.items()
    }
    fit = tuple(replace(row, label=hostile, source=hostile) for row in summary.fit)
    summary = replace(
        summary,
        title=hostile,
        by_group=groups,
        by_contract=contracts,
        fit=fit,
        notes=(hostile,),
    )

    page = Page(render_report(summary, sample_tables(summary)))

    assert page.tags["script"] == 0
    assert page.tags["title"] > 1


@pytest.mark.parametrize(
    "summary", [bare_summary(), thinned_summary()], ids=["bare", "thinned"]
)
def test_what_a_run_cannot_give_is_said_to_be_missing(summary):
    html = render_report(summary, {})

    assert "Not measured in this run" in html
    assert "flows are not measured" in html
    assert Page(html).tags["section"] == 19


def test_part_of_the_nation_is_said_to_be_one():
    html = headline_section(sample_summary(contracts=2))

    assert "This run covers 1 of 18 areas: totals are not national." in html


def test_short_programme_is_drawn():
    summary = bare_summary()
    short = replace(
        summary,
        referrals=12.0,
        job_starters=0.0,
        by_month=summary.by_month[:2],
        paid_by_month=summary.paid_by_month[:2],
        last_month="2011-07",
        forecast_from="2011-06",
    )

    html = render_report(short, {})

    assert ">Jun 2011</text>" in html
    assert ">Jul 2011</text>" in html
    assert ">forecast</text>" in html


def test_no_moved_share_is_said():
    shifts = pl.DataFrame(schema=TABLES["share_shifts"])

    html = levels_section(sample_summary(contracts=2), {"share_shifts": shifts})

    assert "No market share was moved." in html


def test_same_run_gives_the_same_page(html, summary):
    assert render_report(summary, sample_tables(summary)) == html


def test_caller_keeps_own_chart_settings():
    import matplotlib

    before = matplotlib.rcParams["font.size"]
    summary = bare_summary()

    render_report(summary, {})

    assert matplotlib.rcParams["font.size"] == before


def test_report_is_written_whole(tmp_path: Path):
    path = tmp_path / "report.html"
    path.write_text("an older one")

    write_report(bare_summary(), {}, path)

    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
