"""The page of a comparison: whole in itself, readable, and true to its rows."""

import re
from html.parser import HTMLParser

import pytest

from quasimarket.reports.comparison_page import Comparison, Row, render_comparison
from quasimarket.reports.comparison_words import change, level, verdict
from quasimarket.reports.wording import MINUS


ROWS = tuple(
    Row(
        label=label,
        unit=unit,
        design=design,
        base=base,
        value=base + gap,
        difference=gap,
        low=gap - reach,
        high=gap + reach,
        is_clear=abs(gap) > reach,
    )
    for design in ("gentle & kind", "work-programme,market.stewardship=60")
    for label, unit, base, gap, reach in (
        ("Job outcomes", "people", 600_000.0, 12_000.0, 900.0),
        ("Paid by the commissioner", "GBP", 2.1e9, -4e7, 6e7),
        ("Service gap", "share", 0.4, 0.9, 0.2),
        ("Complaints", "number", 0.0, 3.0, 1.0),
    )
)
COMPARISON = Comparison(
    designs=("work-programme", *dict.fromkeys(row.design for row in ROWS)),
    seeds=10,
    extent="6 areas, everybody",
    rows=ROWS,
    unmeasured=("Resistance",),
    hashes=(("work-programme", "ab" * 32),),
)


@pytest.fixture(scope="module")
def page():
    return render_comparison(COMPARISON)


class Checked(HTMLParser):
    VOID = frozenset({"meta", "link", "br", "img", "input", "path", "use", "line"})

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links = [], [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[key] for key in ("href", "src") if key in given]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_page_needs_nothing_else(page):
    checked = Checked()
    checked.feed(page)

    assert checked.open == []
    assert all(link.startswith("#") for link in checked.links)
    assert {link[1:] for link in checked.links} <= set(checked.ids)
    assert len(set(checked.ids)) == len(checked.ids)
    assert "<script" not in page


def test_the_page_fits_a_phone(page):
    assert 'name="viewport" content="width=device-width' in page
    (drawing,) = re.findall(r"<svg[^>]*>", page)
    assert "width=" not in drawing
    assert 'class="compact"' in page


def test_every_difference_is_written_with_its_interval(page):
    assert "+12,000 (+11,100 to +12,900)" in page
    assert f"{MINUS}£40.0m ({MINUS}£100.0m to +£20.0m)" in page
    assert "+90.0 (+70.0 to +110.0) points" in page
    assert "gentle &amp; kind" in page
    assert "Not measured: Resistance" in page


def test_the_chart_says_what_it_shows_and_how_many_are_clear(page):
    assert "6 of 8 differences are clear of chance" in page
    assert page.count("<desc") == 1


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (-2.0, "months", f"{MINUS}2.0 months"),
        (1234.0, "number", "1,234"),
        (0.5, "share", "50.0%"),
        (2_500.0, "GBP", "£2,500"),
    ],
)
def test_a_level_is_written_in_its_unit(number, unit, expected):
    assert level(number, unit) == expected


def test_a_difference_of_one_seed_has_no_interval():
    assert change(-1.5, None, None, "months") == f"{MINUS}1.5 months"
    assert verdict(-1.5, None, None) == "cannot tell"


def test_a_difference_that_rounds_to_nothing_has_no_sign():
    assert change(-0.0001, -0.04, 0.0002, "share") == f"0.0 ({MINUS}4.0 to 0.0) points"


def test_verdicts():
    assert verdict(2, 1, 3) == verdict(-2, -3, -1) == "clear"
    assert verdict(0.1, -1, 1.2) == "may be chance"
    assert verdict(0, 0, 0) == "the same"
