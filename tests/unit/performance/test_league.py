"""League tables: order, ties, too few to rank, and intervals."""

from decimal import Decimal

import polars as pl
import pytest

from quasimarket.performance import measure
from quasimarket.performance.rates import Counts, wilson_interval
from quasimarket.runs.tables import TABLES
from tests.lib.people import referrals_in
from tests.lib.programmes import programme


RULEBOOK = programme(minimum_ranked=4).rulebook


def league(table: str, scope: str = "national") -> list[tuple[object, ...]]:
    measured = measure(referrals_in(table, RULEBOOK, data_to="2012-03-31")).league
    assert measured.schema == pl.Schema(TABLES["league"])
    wanted = measured.filter(pl.col("group").is_null(), pl.col("scope") == scope)
    return wanted.select("contract", "rank", "outcomes", "referrals").rows()


def test_equal_rates_share_a_rank_and_the_larger_stands_first():
    assert league(
        """
        people | contract | group | referred   | outcome
        2      | 1        | 1     | 2011-07-01 | 2012-02-01
        2      | 1        | 1     | 2011-07-01 |
        3      | 2        | 2     | 2011-07-01 | 2012-02-01
        3      | 2        | 1     | 2011-07-01 |
        1      | 3        | 1     | 2011-07-01 | 2012-02-01
        3      | 3        | 1     | 2011-07-01 |
        """
    ) == [("2", 1, 3.0, 6.0), ("1", 1, 2.0, 4.0), ("3", 3, 1.0, 4.0)]


def test_too_few_people_stand_last_without_a_rank():
    table = """
        people | contract | group | referred   | outcome
        3      | 1        | 1     | 2011-07-01 | 2012-02-01
        4      | 2        | 1     | 2011-07-01 |
        """

    assert league(table) == [("2", 1, 0.0, 4.0), ("1", None, 3.0, 3.0)]


def test_table_of_an_area_holds_its_own_contracts():
    table = """
        people | contract | group | referred   | outcome
        4      | 1        | 1     | 2011-07-01 |
        4      | 3        | 1     | 2011-07-01 | 2012-02-01
        """

    assert league(table, "A") == [("1", 1, 0.0, 4.0)]
    assert league(table, "B") == [("3", 1, 4.0, 4.0)]


@pytest.mark.parametrize(
    ("outcomes", "referrals", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)],
)
def test_interval_is_wilsons(outcomes, referrals, low, high):
    counts = Counts(outcomes=outcomes, referrals=referrals, squared_weights=referrals)

    assert wilson_interval(counts, Decimal("1.96")) == pytest.approx(
        (low, high), abs=5e-5
    )


def test_interval_of_a_thinned_run_is_that_of_the_people_seen():
    seen = Counts(outcomes=5, referrals=10, squared_weights=10)
    weighted = Counts(outcomes=500, referrals=1000, squared_weights=100_000)

    assert wilson_interval(weighted, Decimal("1.96")) == pytest.approx(
        wilson_interval(seen, Decimal("1.96"))
    )
    assert weighted.people == 10


@pytest.mark.parametrize(("outcomes", "referrals"), [(0, 0), (3, 2)])
def test_no_interval_where_there_is_no_share(outcomes, referrals):
    counts = Counts(outcomes=outcomes, referrals=referrals, squared_weights=referrals)

    assert wilson_interval(counts, Decimal("1.96")) is None
