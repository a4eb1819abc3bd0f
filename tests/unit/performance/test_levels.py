"""Levels of a contract year, and the flags of those that miss them."""

from datetime import date

import polars as pl

from quasimarket.performance import measure
from quasimarket.runs.tables import TABLES
from tests.lib.people import referrals_in
from tests.lib.programmes import programme


LEVELS = """
group | year | level | non-intervention
1     | 1    | 0.3   | 0.2
"""
RULEBOOK = programme(levels=LEVELS).rulebook


def test_level_is_met_on_the_exact_fraction():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome
        3      | 1        | 1     | 2011-07-01 | 2012-02-01
        7      | 1        | 1     | 2011-07-01 |
        2      | 2        | 1     | 2011-07-01 | 2012-02-01
        8      | 2        | 1     | 2011-07-01 |
        """,
        RULEBOOK,
        data_to="2012-03-31",
    )

    levels = measure(people).levels

    assert levels.schema == pl.Schema(TABLES["levels"])
    assert levels.rows() == [
        (1, "1", "1", 3.0, 10.0, 0.0, 0.3, 0.3, True),
        (1, "1", "2", 2.0, 10.0, 0.0, 0.2, 0.3, False),
    ]


def test_outcome_counts_in_the_year_earned_at_the_contract_of_that_day():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome    | at
        1      | 1        | 1     | 2012-03-31 | 2012-10-01 | 2
        1      | 2        | 1     | 2012-04-01 |            |
        """,
        RULEBOOK,
        data_to="2013-03-31",
    )

    levels = measure(people).levels

    assert levels.select(
        "contract_year", "contract", "outcomes", "referrals"
    ).rows() == [
        (1, "1", 0.0, 1.0),
        (2, "2", 1.0, 1.0),
    ]


def test_year_without_referrals_is_neither_met_nor_missed():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome
        1      | 1        | 1     | 2012-03-31 | 2012-10-01
        """,
        RULEBOOK,
        data_to="2013-03-31",
    )

    second = measure(people).levels.filter(pl.col("contract_year") == 2)

    assert second.select("outcomes", "referrals", "rate", "met").rows() == [
        (1.0, 0.0, None, None)
    ]


def test_year_is_not_judged_before_its_end():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome
        1      | 1        | 1     | 2011-07-01 |
        """,
        RULEBOOK,
        data_to="2012-03-30",
    )

    assert measure(people).levels["met"].to_list() == [None]
    assert measure(people).improvement.is_empty()


def test_outcome_not_claimed_is_left_out_and_listed():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome
        1      | 1        | 1     | 2011-07-01 | 2012-02-01
        2      | 1        | 1     | 2011-07-01 | (2012-02-01)
        """,
        RULEBOOK,
        data_to="2012-03-31",
    )

    measures = measure(people)

    assert measures.levels["outcomes"].to_list() == [1.0]
    assert measures.exclusions.rows() == [("outcomes", 1, "1", "1", "not-claimed", 2.0)]


def test_weighted_people_count_by_their_weight():
    table = """
        people | contract | group | referred   | outcome
        3      | 1        | 1     | 2011-07-01 | 2012-02-01
        7      | 1        | 1     | 2011-07-01 |
        """

    people = referrals_in(table, RULEBOOK, data_to="2012-03-31", weight=100)

    [row] = measure(people).levels.rows(named=True)
    assert (row["outcomes"], row["referrals"], row["met"]) == (300.0, 1000.0, True)


def test_contract_is_flagged_each_quarter_until_the_level_is_met():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome
        10     | 1        | 1     | 2011-08-01 |
        10     | 1        | 1     | 2012-05-01 |
        1      | 1        | 1     | 2012-05-02 | 2012-08-31
        9      | 1        | 1     | 2012-06-02 | 2012-12-31
        10     | 2        | 1     | 2011-08-01 | 2012-03-31
        """,
        RULEBOOK,
        data_to="2013-06-30",
    )

    flags = measure(people).improvement

    assert flags.rows() == [
        ("1", "1", date(2011, 6, 1), date(2012, 3, 31), 0.0, 10.0, 0.0, 0.3),
        ("1", "1", date(2011, 7, 1), date(2012, 6, 30), 0.0, 30.0, 0.0, 0.3),
        ("1", "1", date(2011, 10, 1), date(2012, 9, 30), 1.0, 20.0, 0.05, 0.3),
    ]


def test_year_that_misses_again_is_flagged_again():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome
        2      | 1        | 1     | 2011-08-01 | 2012-01-31
        2      | 1        | 1     | 2012-08-01 |
        """,
        RULEBOOK,
        data_to="2013-03-31",
    )

    assert measure(people).improvement["last_day"].to_list() == [date(2013, 3, 31)]
