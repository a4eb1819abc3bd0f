"""Cohort measures: a month's referrals, followed for 12 and 24 months."""

import polars as pl

from quasimarket.performance import measure
from quasimarket.runs.tables import TABLES
from tests.lib.people import referrals_in
from tests.lib.programmes import programme


RULEBOOK = programme().rulebook
JUNE = """
people | contract | group | referred   | outcome
1      | 1        | 1     | 2011-06-01 | 2012-06-30
1      | 1        | 2     | 2011-06-30 | 2012-07-01
2      | 2        | 1     | 2011-06-30 |
"""


def rows(data_to: str, months: int) -> list[tuple[object, ...]]:
    cohorts = measure(referrals_in(JUNE, RULEBOOK, data_to=data_to)).cohorts
    assert cohorts.schema == pl.Schema(TABLES["cohorts"])
    wanted = cohorts.filter(pl.col("months") == months)
    return wanted.select(
        "month", "group", "contract", "outcomes", "referrals", "rate"
    ).rows()


def test_outcome_counts_to_the_last_day_of_the_month_twelve_later():
    assert rows("2012-06-30", 12) == [
        ("2011-06", None, None, 1.0, 4.0, 0.25),
        ("2011-06", None, "1", 1.0, 2.0, 0.5),
        ("2011-06", None, "2", 0.0, 2.0, 0.0),
        ("2011-06", "1", None, 1.0, 3.0, 1 / 3),
        ("2011-06", "2", None, 0.0, 1.0, 0.0),
    ]


def test_cohort_is_censored_until_the_data_reach_its_last_day():
    assert rows("2012-06-29", 12)[0] == ("2011-06", None, None, 0.0, 4.0, None)


def test_longer_cohort_counts_what_the_shorter_one_misses():
    assert rows("2012-07-31", 24)[0] == ("2011-06", None, None, 2.0, 4.0, None)
    assert rows("2013-06-30", 24)[0] == ("2011-06", None, None, 2.0, 4.0, 0.5)
