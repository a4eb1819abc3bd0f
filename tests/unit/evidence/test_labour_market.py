"""Unemployment by month and area."""

import numpy as np
import pytest

from quasimarket.core.dates import Month
from quasimarket.core.errors import InputFault
from quasimarket.core.identifiers import AreaId
from quasimarket.evidence.labour_market import (
    load_labour_market,
    make_labour_market,
    parse_levels,
    parse_readings,
)


READINGS = "first_month,last_month,percent,evidence,source,note\n"
LEVELS = "area,name,relative_level,evidence,source,note\n"


def test_the_shipped_table_covers_every_month_and_area():
    market = load_labour_market()

    assert market.rates.shape == (127, 18)
    assert (market.months[0], market.months[-1]) == (Month(2011, 6), Month(2021, 12))
    assert market.areas == tuple(str(number) for number in range(1, 19))
    assert np.all((market.rates > 0.02) & (market.rates < 0.15))


def test_the_north_east_stands_highest_and_the_south_lowest():
    market = load_labour_market()
    month = Month(2012, 3)

    rates = {area: market.unemployment(area, month) for area in market.areas}

    assert max(rates, key=rates.__getitem__) == "5"
    assert {area for area in rates if rates[area] == min(rates.values())} == {
        AreaId(area) for area in ("9", "10", "11", "12")
    }
    assert rates[AreaId("5")] == pytest.approx(0.113, abs=0.003)  # published: 11.3%


def test_a_month_between_readings_lies_on_the_line_between_them():
    readings = parse_readings(
        READINGS
        + "2011-06,2011-08,8.0,read,ONS,\n"
        + "2011-10,2011-12,9.0,read,ONS,\n",
        "r.csv",
    )
    levels = parse_levels(LEVELS + "1,East,0.5,read,ONS,\n", "l.csv")

    market = make_labour_market(readings, levels)

    assert market.unemployment(AreaId("1"), Month(2011, 9)) == pytest.approx(0.0425)
    assert market.unemployment(AreaId("1"), Month(2011, 6)) == pytest.approx(0.04)
    assert market.unemployment(AreaId("1"), Month(2021, 12)) == pytest.approx(0.045)


def test_a_month_outside_the_table_is_refused():
    with pytest.raises(ValueError, match="from 2011-06 to 2021-12"):
        load_labour_market().unemployment(AreaId("1"), Month(2022, 1))


def test_all_faults_of_the_readings_are_told_at_once():
    sheet = (
        READINGS
        + "2012-06,2012-04,8.0,read,ONS,\n"
        + "2011-06,2011-08,800,assumed,ONS,\n"
    )

    with pytest.raises(InputFault) as caught:
        parse_readings(sheet, "r.csv")

    assert [fault.where for fault in caught.value.faults] == [
        "r.csv:3, note",
        "r.csv:2, last_month",
        "r.csv:3, percent",
        "r.csv:3, first_month",
    ]


def test_all_faults_of_the_levels_are_told_at_once():
    sheet = LEVELS + "2,West,0,read,ONS,\n1,East,one,read,ONS,\n"

    with pytest.raises(InputFault) as caught:
        parse_levels(sheet, "l.csv")

    assert [fault.where for fault in caught.value.faults] == [
        "l.csv:3, relative_level",
        "l.csv:2, relative_level",
        "l.csv:3, area",
    ]
