"""Quarters of contract years, and rates as they are printed."""

from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from quasimarket.performance.periods import (
    contract_year_of,
    first_day_of_quarter,
    last_day_of_quarter,
    quarters_of,
)
from quasimarket.performance.rates import format_rate
from tests.lib.programmes import programme


RULEBOOK = programme().rulebook


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2011, 6, 1), -4),
        (date(2012, 3, 31), -1),
        (date(2012, 4, 1), 0),
        (date(2013, 3, 31), 3),
        (date(2013, 4, 1), 4),
        (date(2016, 12, 31), 18),
    ],
)
def test_day_lies_in_its_quarter_and_year(day, quarter):
    found = quarters_of(pl.Series([day, None]), RULEBOOK, date(2016, 12, 31))

    assert found.to_list() == [quarter, None]
    assert first_day_of_quarter(RULEBOOK, quarter) <= day
    assert day <= last_day_of_quarter(RULEBOOK, quarter)
    assert contract_year_of(quarter) == RULEBOOK.contract_year(day)


@pytest.mark.parametrize(
    ("rate", "printed"),
    [
        (Fraction(1, 3), "33.3%"),
        (Fraction(165, 1000), "16.5%"),
        (Fraction(5, 10_000), "0.1%"),
        (Fraction(4, 10_000), "0.0%"),
        (Fraction(5, 4), "125.0%"),
        (None, "-"),
    ],
)
def test_rate_is_printed_to_one_decimal_half_up(rate, printed):
    assert format_rate(rate) == printed
