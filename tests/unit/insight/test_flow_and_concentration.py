import pytest

from quasimarket.insight import measure_all
from tests.lib.made_market import Made, make_tables


EVEN = Made(noisy=False, primes=8, chain=4, specialists=2, months=14, people=1_000)


@pytest.fixture(scope="module")
def measures():
    return {one.id: one for one in measure_all(make_tables(EVEN), times=8)}


def test_equal_flow_is_spread_over_all(measures):
    delivering = 8 * 5

    assert measures["dependence.hhi.starts"].value == pytest.approx(1 / delivering)
    assert measures["dependence.cr4.starts"].value == pytest.approx(4 / delivering)
    assert measures["dependence.effective_number.starts"].value == pytest.approx(
        delivering
    )
    assert measures["flow.gini.tier_1"].value == pytest.approx(0)


def test_promises_are_set_against_people(measures):
    assert measures["flow.promised_ratio.tier_1"].value == pytest.approx(2.0)


def test_unused_specialists_are_counted(measures):
    assert measures["flow.zero_share.tier_1"].value == 0
    assert measures["flow.zero_share.tier_2"].value > 0.5


def test_books_give_margins_and_reserves(measures):
    assert measures["viability.reserves_months.median"].value == pytest.approx(4)
    assert measures["viability.negative_margin.month12"].value == 0
    assert measures["viability.income_at_risk.year_1"].value == pytest.approx(0.25)


def test_money_is_told_by_outcome(measures):
    assert measures["additionality.cost_per_outcome"].value == pytest.approx(400)


def test_in_house_share_is_retained(measures):
    assert measures["flow.retained_share"].value == pytest.approx(1 / 5)


def test_commissioning_is_all_clauses(measures):
    assert measures["pressure.share.coercive.commissioning"].value == 1
    source = measures["pressure.source_share.commissioner.commissioning"]
    assert source.value == pytest.approx(0.75, abs=0.1)
    assert measures["pressure.source_share.prime.implementation"].value == 1
