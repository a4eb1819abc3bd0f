"""Paired differences, and the columns that they are taken of."""

from dataclasses import replace

import polars as pl
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.experiments.compare import (
    Named,
    Task,
    differences,
    refuse_designs,
)
from quasimarket.experiments.compare_measures import (
    COLUMN_BY_ID,
    COLUMNS,
    excess_pay,
    headline,
)
from quasimarket.rulebook import load_rulebook


POSITIONS = pl.DataFrame(
    {
        "position": ["1-00", "1-01", "1-02", "1-03", "1-04"],
        "tier": [0, 1, 1, 2, 2],
        "sector": ["private", "third", "private", "third", "third"],
        "contracted": [True, True, True, True, False],
    }
)
PROVIDERS = pl.DataFrame(
    {
        "position": ["1-00", "1-01", "1-01", "1-02"],
        "month": ["2011-06", "2011-06", "2011-07", "2011-07"],
        "caseload": [100.0, 50.0, 50.0, 10.0],
        "referrals": [60.0, 30.0, 10.0, 0.0],
        "specialist_referrals": [0.0, 0.0, 0.0, 0.0],
        "outcomes": [10.0, 5.0, 5.0, 0.0],
        "service_low": [0.5, 0.5, 0.5, 1.0],
        "service_high": [1.0, 1.0, 1.0, 1.0],
        "sanction_referrals": [20.0, 10.0, 0.0, 0.0],
        "cash": [0, 500, 900, -100],
        "wages": [100, 200, 400, 50],
    }
)
EVENTS = pl.DataFrame(
    {
        "kind": ["exited", "directive-answered", "directive-answered", "complained"],
        "code": ["idle", "defy:refuse", "acquiesce:comply", None],
        "number": [1, 1, 3, 2],
    }
)
TABLES = {
    "positions": POSITIONS,
    "providers": PROVIDERS,
    "organisation_events": EVENTS,
}


@pytest.fixture(scope="module")
def columns():
    rulebook = replace(
        load_rulebook("teaching-pilot"), service_fees=(), excess_payments=()
    )
    return headline(TABLES, rulebook, 400_000, weight=1.0)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("outcomes", 20.0),
        ("paid", 4000.0),
        ("cost_per_outcome", 200.0),
        ("outcome_rate", 0.2),
        ("third_sector", 0.4),
        ("sent_nobody_tier_1", 0.5),
        ("sent_nobody_tier_2", 1.0),
        ("exits", 1.0),
        ("complaints", 2.0),
        ("resistance", 0.25),
        ("sanction_referrals", 30.0),
        ("service_gap", 1 - 110 / 210),
        ("reserves", (900 / 300 - 100 / 50) / 2),
    ],
)
def test_a_column_is_read_from_tables(columns, column, expected):
    assert columns[column] == pytest.approx(expected)


def test_a_column_without_its_table_cannot_be_told(columns):
    assert columns["parked"] is None
    assert columns.keys() == COLUMN_BY_ID.keys()


def test_what_is_paid_whatever_the_results_is_paid():
    rulebook = load_rulebook("work-programme", {"market.accelerator": "50"})
    above = pl.DataFrame({"payment": ["market-accelerator-1"], "above": [10.0]})

    granted = PROVIDERS.with_columns(grants=pl.Series([900, 300, 0, -200]))

    paid = headline(
        TABLES | {"excess": above, "providers": granted}, rulebook, 50, weight=2.0
    )["paid"]

    assert excess_pay(rulebook, {"excess": above}) == 564_000
    assert paid == pytest.approx(1.0 + 10.0 + 5640.0)


def found_of(*pairs):
    values = {}
    for seed, (before, after) in enumerate(pairs, 1):
        for name, one in (("A", before), ("B", after)):
            values[name, seed] = dict.fromkeys(COLUMN_BY_ID) | {"exits": one}
    return values


def test_a_difference_is_taken_within_each_seed():
    (row,) = differences(["A", "B"], found_of((10, 13), (100, 103), (50, 53)))

    assert (row.difference, row.low, row.high) == (3.0, 3.0, 3.0)
    assert row.base == pytest.approx(160 / 3)
    assert row.is_clear
    assert row.share == pytest.approx(9 / 160)


def test_the_interval_is_students():
    (row,) = differences(["A", "B"], found_of((0, 1), (0, 2), (0, 3)))

    # mean 2, standard deviation 1, t of 2 degrees of freedom at 97.5% is 4.3027
    assert row.high - row.difference == pytest.approx(4.302652730 / 3**0.5)
    assert not row.is_clear


def test_one_seed_gives_no_interval():
    (row,) = differences(["A", "B"], found_of((0, 5)))

    assert (row.low, row.high, row.is_clear) == (None, None, False)


def test_a_seed_that_one_design_cannot_tell_is_left_out_of_the_pairs():
    (row,) = differences(["A", "B"], found_of((1, 2), (None, 90), (3, 5)))

    assert (row.seeds, row.difference) == (2, 1.5)


def test_every_column_of_every_design_but_the_first_is_compared():
    values = {(name, 1): dict.fromkeys(COLUMN_BY_ID, 1.0) for name in "ABC"}

    rows = differences(["A", "B", "C"], values)

    assert [(row.column.id, row.design) for row in rows] == [
        (column.id, name) for column in COLUMNS for name in "BC"
    ]


def test_faults_of_all_designs_are_reported_together():
    tasks = [
        Task(
            named=Named(name=key, programme=programme, rules=((key, value),)),
            seed=1,
            areas=None,
            scale=1.0,
        )
        for programme, key, value in (
            ("teaching-pilot", "market.stewardship", "900"),
            ("teaching-pilot", "market.stewardshp", "1"),
            ("probation-pilot", "market.stewardship", "10"),
        )
    ]

    with pytest.raises(InputFault) as raised:
        refuse_designs(tasks)

    found = " ".join(str(fault) for fault in raised.value.faults)
    assert "900%" in found
    assert "did you mean stewardship?" in found
    assert "days-in-work" in found
