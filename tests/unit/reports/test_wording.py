from dataclasses import replace
from decimal import Decimal

import pytest

from quasimarket.reports import wording
from tests.lib.sample_run import sample_summary


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "£0"),
        ("-2500", "\N{MINUS SIGN}£2,500"),
        ("999999", "£999,999"),
        ("12300000", "£12.3m"),
        ("-1372000000", "\N{MINUS SIGN}£1.37bn"),
    ],
)
def test_compact_pounds(amount, written):
    assert wording.compact_pounds(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("number", "unit", "written"),
    [
        (0.085, "fraction", "8.5%"),
        (502_200_000, "GBP", "£502.2m"),
        (18_270, "people", "18,270"),
        (7.5, "payments", "7.5 payments"),
        (None, "people", "not measured"),
    ],
)
def test_figure_in_its_unit(number, unit, written):
    assert wording.in_unit(number, unit) == written


def test_error_carries_its_sign():
    assert wording.signed_percent(0.013) == "+1.3%"
    assert wording.signed_percent(-0.08) == "\N{MINUS SIGN}8.0%"
    assert wording.signed_percent(None) == "not measured"


def test_months():
    assert wording.month_name("2014-03") == "March 2014"
    assert wording.short_month("2014-03") == "Mar 2014"
    assert wording.month_name("year 2") == "year 2"
    assert wording.short_month("year 2") == "year 2"


def test_last_fact_month_over_a_new_year():
    summary = replace(sample_summary(contracts=1), forecast_from="2014-01")

    assert wording.last_fact_month(summary) == "2013-12"


def test_contract_stands_by_area_and_number():
    summary = sample_summary()

    assert wording.contract_label(summary, "16") == "Area 7, contract 16"


def test_group_not_in_the_summary_keeps_its_id():
    summary = sample_summary(contracts=1)

    assert wording.group_label(summary, "1") == "1 JSA 18-24"
    assert wording.group_label(summary, "x") == "x"
