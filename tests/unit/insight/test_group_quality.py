"""Group quality, the outcome split and places, worked out by hand."""

import numpy as np
import polars as pl
import pytest

from quasimarket.insight.groups import auc, overlap, pseudo_r2
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.places import slope_inside, spatial_slope
from quasimarket.insight.split import split
from tests.lib.made_market import Made, make_tables


SMALL = Made(primes=7, chain=3, specialists=1, months=3, people=800)


def test_auc_is_the_share_of_pairs_that_stand_in_order():
    # rates 3/4 and 1/2: of 5 x 3 pairs, 3 x 2 in order, 2 x 1 the other way round,
    # and 3 x 1 and 2 x 2 ties, which count half
    found = auc(np.array([[3.0, 2.0]]), np.array([[1.0, 2.0]]))

    assert found[0] == pytest.approx((6 + 7 / 2) / 15)


def test_groups_that_part_people_wholly_have_an_auc_of_1_and_one_group_half():
    assert auc(np.array([[0.0, 5.0]]), np.array([[4.0, 0.0]]))[0] == 1.0
    assert auc(np.array([[5.0]]), np.array([[4.0]]))[0] == 0.5


def test_pseudo_r2_compares_with_one_rate_for_all():
    # log likelihoods: four halves apart from a quarter and three quarters
    won, lost = np.array([[1.0, 3.0]]), np.array([[3.0, 1.0]])
    fitted = 2 * (3 * np.log(3 / 4) + np.log(1 / 4))

    assert pseudo_r2(won, lost)[0] == pytest.approx(1 - fitted / (8 * np.log(1 / 2)))


def test_overlap_is_the_area_that_two_share():
    assert overlap(np.array([1.0, 1, 2]), np.array([0.0, 3, 1])) == pytest.approx(0.5)
    assert overlap(np.array([2.0, 0]), np.array([0.0, 7])) == 0.0


def sums(people):
    e, y = np.array(people, dtype=float).T
    return np.array([[len(e), e.sum(), (e * e).sum(), y.sum(), (e * y).sum()]])


def test_split_of_a_gap_adds_up():
    # A: y = 0.1 + 2 e, its mean e 0.3; B: y = 0.2 + 1 e, its mean e 0.2
    one = sums([(0.2, 0.5), (0.4, 0.9)])
    other = sums([(0.1, 0.3), (0.3, 0.5)])

    parts = split(one, other)

    assert parts["composition"][0] == pytest.approx(0.1 * 1)
    assert parts["service"][0] == pytest.approx((0.1 - 0.2) + (2 - 1) * 0.2)
    assert parts["interaction"][0] == pytest.approx(0.1 * (2 - 1))
    assert parts["gap"][0] == pytest.approx(0.7 - 0.4)


def test_split_of_people_all_alike_is_not_known():
    assert np.isnan(
        split(sums([(0.2, 1), (0.2, 0)]), sums([(0.1, 1), (0.3, 0)]))["gap"]
    )


def test_slope_inside_holds_another_column():
    # y = 2 x - 3 z, with two rows for each of two clusters
    x, z = np.array([1.0, -1, 2, -2]), np.array([1.0, 2, -1, -2])
    columns = np.stack([x, z, 2 * x - 3 * z], axis=1)
    cluster, size = np.array([0, 0, 1, 1]), np.array([1.0, 2, 1, 3])

    found = slope_inside(np.ones((1, 2)), cluster, size, columns)

    assert found[0] == pytest.approx(2.0, rel=1e-6)


def test_places_without_a_table_are_as_deprived_as_their_people_were_out_of_work():
    tables = make_tables(SMALL)
    without = {name: one for name, one in tables.items() if name != "localities"}

    told = spatial_slope(Observed(tables, times=4), "outcomes").note
    proxied = spatial_slope(Observed(without, times=4), "outcomes").note

    assert "two years out of work" not in told
    assert "two years out of work" in proxied


def test_places_all_as_deprived_say_nothing():
    tables = make_tables(SMALL)
    alike = tables["localities"].with_columns(deprivation=pl.lit(3.0))

    with pytest.raises(NotSeen, match="as deprived"):
        spatial_slope(Observed({**tables, "localities": alike}, times=0), "outcomes")


def test_local_demand_is_held_where_it_is_known():
    tables = make_tables(Made(**{**vars_of(SMALL), "deprived_outcomes": 0.1}))
    alone = spatial_slope(Observed(tables, times=0), "outcomes").value
    # demand that goes wholly with deprivation leaves nothing for it to say
    told = tables["localities"].with_columns(demand=-(pl.col("deprivation") ** 2))
    beside = spatial_slope(
        Observed({**tables, "localities": told}, times=0), "outcomes"
    )

    assert alone < -0.05
    assert beside.value != pytest.approx(alone, abs=0.01)


def vars_of(made):
    return {name: getattr(made, name) for name in made.__dataclass_fields__}
