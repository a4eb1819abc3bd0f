"""Survival, the mixed model, Theil, Shapley and the money gap, worked out by hand."""

from datetime import date
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from quasimarket.insight import measure_all
from quasimarket.insight.channels import CHANNELS, SETS, set_name, shapley
from quasimarket.insight.lifetimes import lifetimes
from quasimarket.insight.mixed import blocks, fit, no_prime_p, solve
from quasimarket.insight.observed import Observed
from quasimarket.insight.survival import kaplan_meier
from quasimarket.insight.theil import between, theil
from tests.lib.made_market import Made, make_tables


ONE = np.ones((1, 4))


def test_kaplan_meier_is_the_product_of_what_each_month_leaves():
    # four at risk: one ends in month 1, one leaves the log after month 2, one ends in
    # month 3 among the two that are left
    first, last = np.zeros(4, dtype=int), np.array([0, 1, 2, 5])
    has_ended = np.array([True, False, True, False])

    survived = [
        kaplan_meier(ONE, first, last, has_ended, months)[0] for months in range(5)
    ]

    assert survived == pytest.approx([1, 3 / 4, 3 / 4, 3 / 4 * 1 / 2, 3 / 8])


def test_who_comes_later_is_at_risk_from_then():
    # the fourth comes in month 2, when one of the other three has ended
    first, last = np.array([0, 0, 0, 1]), np.array([0, 1, 5, 5])
    has_ended = np.array([True, True, False, False])

    assert kaplan_meier(ONE, first, last, has_ended, 2)[0] == pytest.approx(
        2 / 3 * 2 / 3
    )


def test_lifetimes_are_read_from_events():
    tables = make_tables(Made(primes=2, chain=2, specialists=1, months=6, people=50))
    rows = [
        ("subcontract-ended", "1-01", date(2011, 8, 9)),
        ("exited", None, date(2011, 7, 9)),
        ("accepted", "2-02", date(2011, 9, 1)),
    ]
    events = pl.DataFrame(
        {
            "kind": [kind for kind, _, _ in rows],
            "position": [position for _, position, _ in rows],
            "organisation": ["O0001", "O0002", "O0102"],
            "happened": [day for _, _, day in rows],
        }
    )

    found = lifetimes(Observed({**tables, "organisation_events": events}, times=0))

    names = tables["positions"]["position"].to_list()
    at = {name: names.index(name) for name in ("1-01", "1-02", "2-02", "1-00")}
    assert (found.last[at["1-01"]], found.has_ended[at["1-01"]]) == (2, True)
    assert (found.last[at["1-02"]], found.has_ended[at["1-02"]]) == (1, True)
    assert (found.first[at["2-02"]], found.has_ended[at["2-02"]]) == (3, False)
    assert not found.units[at["1-00"]]


def test_mixed_model_of_even_groups_is_the_analysis_of_variance():
    # two primes of three: within mean square 1, between 13.5; (13.5 - 1) / 3 to 1
    response = np.array([1.0, 2, 3, 4, 5, 6])
    prime = np.repeat([0, 1], 3)

    found = fit(blocks(response, np.ones((6, 1)), prime, np.zeros(6, dtype=int)))

    between_primes, within = (13.5 - 1) / 3, 1.0
    assert found.strengths[0] == pytest.approx(3.5, abs=1e-6)
    assert found.icc_prime == pytest.approx(
        between_primes / (between_primes + within), abs=0.002
    )


def test_criterion_is_that_of_the_whole_covariance_matrix():
    chance = np.random.default_rng(3)
    prime = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    area = np.array([0, 1, 1, 0, 0, 1, 0, 1])
    fixed = np.stack([np.ones(8), chance.normal(size=8)], axis=1)
    response = chance.normal(size=8)

    criteria, strengths = solve(
        blocks(response, fixed, prime, area), np.array([0.7]), np.array([0.4])
    )

    z, v = np.eye(3)[prime], np.eye(2)[area]
    whole = np.eye(8) + 0.7 * z @ z.T + 0.4 * v @ v.T
    inverse = np.linalg.inv(whole)
    information = fixed.T @ inverse @ fixed
    b = np.linalg.solve(information, fixed.T @ inverse @ response)
    rest = response - fixed @ b
    expected = (
        np.linalg.slogdet(whole)[1]
        + np.linalg.slogdet(information)[1]
        + 6 * np.log(rest @ inverse @ rest)
    )
    assert strengths[0] == pytest.approx(b)
    assert criteria[0] == pytest.approx(expected)


def test_prime_drawn_twice_is_two_primes():
    response, prime = np.array([1.0, 3, 2, 7, 5]), np.array([0, 0, 1, 1, 1])
    area, fixed = np.zeros(5, dtype=int), np.ones((5, 1))
    twice = blocks(response, fixed, prime, area, times=np.array([2.0, 1.0]))
    again = np.array([0, 1, 0, 1, 2, 3, 4])
    spelt_out = blocks(
        response[again], np.ones((7, 1)), np.array([0, 0, 2, 2, 1, 1, 1]), area[[0] * 7]
    )
    at = np.array([0.5]), np.array([0.2])

    assert solve(twice, *at)[0] == pytest.approx(solve(spelt_out, *at)[0])


def test_no_difference_between_primes_has_a_large_p():
    response, prime = np.array([1.0, 2, 3] * 4), np.repeat(range(4), 3)
    found = blocks(response, np.ones((12, 1)), prime, np.zeros(12, dtype=int))

    assert no_prime_p(found, fit(found)) > 0.4


def test_theil_of_two_is_by_the_formula_and_parts_add_up():
    values = np.array([1.0, 3.0, 2.0, 2.0])
    sectors = np.array([0, 0, 1, 1])
    expected = (0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 4

    assert theil(ONE, values)[0] == pytest.approx(expected)
    # both sectors have the mean of all
    assert between(ONE, values, sectors)[0] == pytest.approx(0)
    # means 2 and 2 again, but now 1 and 2 against 3 and 2
    parted = between(ONE, values, np.array([0, 1, 0, 1]))[0]
    assert parted == pytest.approx(3 / 8 * np.log(1.5 / 2) + 5 / 8 * np.log(2.5 / 2))


def test_theil_counts_who_gives_nothing():
    assert theil(np.ones((1, 2)), np.array([0.0, 4.0]))[0] == pytest.approx(np.log(2))


def test_shapley_averages_what_a_channel_adds_over_all_orders():
    worth = {one: np.zeros(1) for one in SETS}
    worth |= {frozenset(CHANNELS): np.array([1.0])}
    worth |= {frozenset({"coercive", "normative"}): np.array([0.6])}
    worth |= {frozenset({"coercive"}): np.array([0.3])}
    worth |= {frozenset({"coercive", "mimetic"}): np.array([0.3])}

    # coercive: 1/3 of 0.3, 1/6 of 0.6 and of 0.3, 1/3 of 1
    assert shapley(worth, "coercive")[0] == pytest.approx(0.1 + 0.1 + 0.05 + 1 / 3)
    assert sum(shapley(worth, one)[0] for one in CHANNELS) == pytest.approx(1.0)


def test_eight_sets_have_names():
    assert len(SETS) == 8
    assert set_name(frozenset()) == "none"
    pairs = {set_name(frozenset(pair)) for pair in combinations(CHANNELS, 2)}
    assert pairs == {"coercive+normative", "coercive+mimetic", "normative+mimetic"}


def test_shapley_of_one_run_says_what_it_takes():
    (alone,) = measure_all({}, prefix="pressure.shapley.coercive")
    (fewer,) = measure_all({}, prefix="pressure.shapley.coercive", by_channels={})

    assert "it takes eight" in alone.note
    assert "none, coercive" in fewer.note


def test_money_is_shared_out_by_contacts():
    tables = make_tables(Made(primes=7, chain=2, specialists=1, months=3, people=300))
    people = tables["participants"]
    spent = 7 * 2 * 3 * 1_000.0  # pounds: 100,000 pence a month for each subcontractor

    (pooled,) = measure_all(
        tables,
        prefix="creaming.money_gap.pooled",
        planned_spend=dict.fromkeys(("1", "2", "3"), 50.0),
    )
    (first,) = measure_all(
        tables, prefix="creaming.money_gap.group_1", planned_spend={"1": 50.0}
    )
    (untold,) = measure_all(tables, prefix="creaming.money_gap.group_2")

    assert pooled.value == pytest.approx(spent / (300 * 50))
    own = people.with_columns(
        share=pl.col("contacts") / pl.col("contacts").sum().over("position") * 3_000
    ).filter(group="1")
    assert first.value == pytest.approx(own["share"].sum() / (len(own) * 50))
    assert "planned" in untold.note


def test_planned_spend_may_be_a_table():
    tables = make_tables(Made(primes=7, chain=2, specialists=1, months=3, people=300))
    planned = pl.DataFrame(
        {"contract": ["1"] * 3, "group": ["1", "2", "3"], "amount": [5_000] * 3}
    )

    (pooled,) = measure_all(
        {**tables, "planned_spend": planned}, prefix="creaming.money_gap.pooled"
    )

    here = tables["participants"].filter(contract="1")
    assert pooled.value == pytest.approx(2 * 3 * 1_000 / (len(here) * 50))
