"""A run's figures: the published measures, counted by hand from its tables."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.core.dates import Month
from quasimarket.evidence.targets import Measure, load_targets
from quasimarket.experiments.moments import compute, facts_of, smooth_median
from quasimarket.simulation.simulate import simulate
from tests.lib.small_programme import small_design
from tests.lib.threads import threads


@given(st.lists(st.integers(0, 26), min_size=1, max_size=400))
def test_smooth_median_stays_within_half_a_step_of_the_median(counts):
    values = np.array(counts)
    ordered = np.sort(values)
    low, high = ordered[(len(values) - 1) // 2], ordered[len(values) // 2]

    smooth = smooth_median(values)

    assert max(0.0, low - 0.5) - 1e-9 <= smooth <= high + 0.5 + 1e-9


@given(st.lists(st.integers(0, 26), min_size=1, max_size=200))
def test_smooth_median_rises_when_somebody_gets_more(counts):
    more = [count + 1 for count in counts]

    assert smooth_median(np.array(more)) > smooth_median(np.array(counts))


def test_smooth_median_moves_with_the_shares_on_either_side():
    below, middle, above = (
        smooth_median(np.array([1] * low + [2] * (100 - low - high) + [3] * high))
        for low, high in ((45, 5), (25, 25), (5, 45))
    )

    assert below < middle < above
    assert middle == pytest.approx(2)


@pytest.fixture(scope="module")
def run():
    with threads(1):
        return simulate(small_design(scale=0.05))


@pytest.fixture(scope="module")
def facts(run):
    return facts_of(run.stage)


def target_of(identity: str):
    return next(one for one in load_targets() if one.id == identity)


def month_of(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m")


def test_job_outcomes_are_those_claimed_up_to_the_month(run, facts):
    target = target_of("outcomes-2013-03")

    found = compute(facts, target)

    outcomes = run.tables["outcomes"].filter("claimed")
    counted = outcomes.filter(month_of("earned") <= "2013-03")
    assert found == pytest.approx(len(counted) * 20)
    assert found > 0


def test_cohort_rate_follows_its_people_for_twelve_months(run, facts):
    target = target_of("cohort-2012-06")

    found = compute(facts, target)

    intake = run.tables["participants"].filter(month_of("referred") == "2012-06")
    placed = run.tables["outcomes"].filter(
        "claimed",
        pl.col("participant").is_in(intake["participant"].implode()),
        month_of("earned") <= "2013-06",
    )
    assert found == pytest.approx(len(placed) / len(intake))


def test_starters_are_people_who_ever_started(run, facts):
    target = target_of("starters-2012-09")

    found = compute(facts, target)

    starts = run.tables["starts"].filter(month_of("first_start") <= "2012-09")
    assert found == pytest.approx(len(starts) * 20)


@pytest.mark.parametrize(
    ("identity", "kind", "group"),
    [
        ("outcome-money-g1", "job-outcome", "1"),
        ("outcome-money-g6", "job-outcome", "6"),
        ("sustainment-money", "sustainment", None),
    ],
)
def test_money_is_that_of_the_settlement(run, facts, identity, kind, group):
    found = compute(facts, target_of(identity))

    payments = run.tables["payments"].filter(
        pl.col("kind").cast(pl.String) == kind,
        pl.col("month").cast(pl.String) <= "2014-03",
    )
    if group:
        payments = payments.filter(pl.col("group").cast(pl.String) == group)
    assert found == pytest.approx(payments["amount"].sum() / 100)
    assert found > 0


def test_flows_of_a_thinned_run_are_not_told(facts):
    flows = {Measure.ZERO_REFERRAL_SHARE, Measure.SECTOR_ATTACHMENT_SHARE}

    found = [compute(facts, one) for one in load_targets() if one.measure in flows]

    assert len(found) > 0
    assert set(found) == {None}


def test_every_target_is_computed_or_openly_left_out(facts):
    last = facts.clock.months[-1]
    for target in load_targets():
        found = compute(facts, target)
        assert found is None or np.isfinite(found), target.id
        assert target.seen_to <= last or found is None
    assert facts.month(Month(2011, 6)) == 0
