import csv
from importlib.resources import files

import polars as pl
import pytest

from quasimarket.insight import CATALOGUE, measure_all
from quasimarket.insight import catalogue as page
from tests.lib.made_market import Made, make_tables


FEW = 8
"""Resamples, where intervals do not matter."""
SMALL = Made(primes=7, chain=5, specialists=3, months=15, people=1_500)


@pytest.fixture(scope="module")
def tables():
    return make_tables(SMALL)


def test_every_measure_of_every_module_is_in_the_catalogue_once():
    text = (files("quasimarket.insight") / "catalogue.csv").read_text("utf-8")
    listed = [row["id"] for row in csv.DictReader(text.splitlines())]
    modules = [one for one in vars(page).values() if hasattr(one, "MEASURES")]
    worked_out = {name for module in modules for name in module.MEASURES}

    assert sorted(listed) == sorted(worked_out)
    assert len(listed) == len(set(listed))


def test_every_measure_says_what_it_is():
    silent = [
        one.id
        for one in CATALOGUE.values()
        if not (one.name and one.unit and one.meaning.endswith((".", "]")))
    ]

    assert silent == []


def test_no_tables_give_no_values_and_reasons():
    measures = measure_all({})

    assert {one.value for one in measures} == {None}
    assert all(one.note for one in measures)


@pytest.mark.parametrize(
    "name",
    [
        "positions",
        "organisations",
        "providers",
        "staff_moves",
        "organisation_events",
        "participants",
        "payments",
    ],
)
def test_missing_table_leaves_values_out_and_raises_nothing(tables, name):
    fewer = {other: one for other, one in tables.items() if other != name}

    measures = measure_all(fewer, times=FEW)

    assert all(one.note for one in measures if one.value is None)


def test_empty_tables_raise_nothing(tables):
    empty = {name: one.clear() for name, one in tables.items()}

    assert all(one.note for one in measure_all(empty, times=FEW) if one.value is None)


def test_values_are_the_same_without_resamples(tables):
    full = {one.id: one.value for one in measure_all(tables, times=FEW)}
    fast = {one.id: one for one in measure_all(tables, times=0)}

    for name, value in full.items():
        near = None if value is None else pytest.approx(value, rel=1e-6, abs=1e-9)
        assert fast[name].value == near, name
    assert fast["flow.mean.tier_1"].low is None


def test_prefix_chooses(tables):
    measures = measure_all(tables, prefix="flow.")

    assert {one.id.split(".")[0] for one in measures} == {"flow"}


def test_intervals_hold_their_values(tables):
    outside = [
        one.id
        for one in measure_all(tables, prefix="flow.mean")
        if one.value is not None and not one.low <= one.value <= one.high
    ]

    assert outside == []


def test_what_looks_past_month_13_is_marked(tables):
    marks = {one.id: one.extrapolated for one in measure_all(tables, times=FEW)}

    assert marks["convergence.homogeneity.month36"]
    assert not marks["convergence.homogeneity.month13"]
    assert marks["flow.third_share.people"]


def test_until_is_as_far_as_is_looked(tables):
    early = {one.id: one for one in measure_all(tables, prefix="flow.", until=6)}

    assert early["flow.third_share.people.after_year_1"].value is None
    assert not early["flow.third_share.people"].extrapolated


def test_same_seed_gives_same_intervals(tables):
    one, other = (measure_all(tables, prefix="flow.", seed=3) for _ in range(2))

    assert one == other


def test_non_intervention_rates_make_outcomes_additional(tables):
    (share,) = measure_all(
        tables, prefix="additionality.share", non_intervention={"1": 0.1}
    )
    people = tables["participants"].filter(pl.col("group") == "1")

    assert share.value == pytest.approx(1 - 0.1 * len(people) / (7 * 10))


def test_month_13_is_the_thirteenth_month_with_referrals(tables):
    # June 2011 is the first: June 2012 is month 13, as in the summary and study-view
    late = tables["providers"].filter(pl.col("month") <= "2012-06")
    early = tables["providers"].filter(pl.col("month") <= "2012-05")
    name = "convergence.gower.month13"

    (seen,) = measure_all({**tables, "providers": late}, prefix=name, times=0)
    (short,) = measure_all({**tables, "providers": early}, prefix=name, times=0)
    (until,) = measure_all(tables, prefix=name, until=13, times=0)

    assert seen.value == until.value
    assert short.value is None
    assert short.note == "the run is seen to month 12, not 13"
