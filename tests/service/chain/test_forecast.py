from datetime import date
from decimal import Decimal

import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import SubcontractTerms
from quasimarket.service.chain.forecast import (
    Cohort,
    Curve,
    Flow,
    Money,
    Setting,
    forecast,
)


TODAY = date(2012, 6, 14)


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook("work-programme")


def setting(rulebook, *, lag=0, fee="0.1", curves=None):
    return Setting(
        rulebook=rulebook,
        contract="1",
        position="p",
        terms=SubcontractTerms(
            contract="1",
            position="p",
            first_day=date(2011, 6, 1),
            management_fee=Decimal(fee),
            passed_down={
                "job-outcome": Decimal(1),
                "sustainment": Decimal(1),
                "attachment": Decimal(1),
            },
            lag_months=lag,
        ),
        curves=curves or {"2": Curve(outcome={3: 0.5}, later={1: 1.0, 2: 1.0})},
        today=TODAY,
    )


def price(rulebook, milestone):
    return rulebook.unit_price(milestone, "1", "2", date(2012, 3, 1))


def cohort(people=10.0, months=2, *, has_outcome=False):
    return Cohort(
        group="2",
        months=months,
        has_outcome=has_outcome,
        people=people,
        priced_on=date(2012, 3, 1),
    )


def test_outcome_and_sustainments_arrive_in_their_months(rulebook):
    # Two months since attachment now: the outcome comes in the month after this one.
    found = forecast(setting(rulebook), [cohort()], [], None)

    outcome = round(5 * price(rulebook, "job-outcome") * Decimal("0.9"))
    kept = round(5 * price(rulebook, "sustainment") * Decimal("0.9"))
    assert [month.income["outcome"] for month in found.months[:4]] == [0, outcome, 0, 0]
    assert [month.income["sustainment"] for month in found.months[:5]] == [
        0, 0, kept, kept, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_terms_delay_everything_by_their_lag(rulebook, lag):
    found = forecast(setting(rulebook, lag=lag), [cohort()], [], None)

    first = next(
        place for place, month in enumerate(found.months) if month.income["outcome"]
    )
    assert first == 1 + lag


def test_what_was_earned_before_is_on_its_way(rulebook):
    # With a lag of two, what was earned last month arrives in two months' time.
    found = forecast(
        setting(rulebook, lag=2),
        [],
        [],
        None,
        on_its_way=[{"outcome": Decimal(700)}, {"outcome": Decimal(500)}],
    )

    assert [month.total for month in found.months[:4]] == [500, 700, 0, 0]


def test_person_with_an_outcome_brings_no_second_one(rulebook):
    found = forecast(setting(rulebook), [cohort(months=0, has_outcome=True)], [], None)

    assert sum(month.income["outcome"] for month in found.months) == 0
    assert sum(month.income["sustainment"] for month in found.months) == 2 * round(
        10 * price(rulebook, "sustainment") * Decimal("0.9")
    )


def test_reserves_run_down_by_costs_and_up_by_income(rulebook):
    money = Money(reserves=1_000_00, monthly_cost=400_00, cost_each=0)
    found = forecast(setting(rulebook), [], [], money)

    assert [month.balance for month in found.months[:3]] == [600_00, 200_00, -200_00]
    assert found.lowest is found.months[-1]
    assert found.break_even is None


def test_break_even_flow_covers_costs_exactly(rulebook):
    flows = [Flow(group="2", people=10.0, attached_share=1.0)]
    bare = forecast(setting(rulebook), [], flows, None)
    money = Money(reserves=0, monthly_cost=bare.worth_of_referral * 25, cost_each=0)

    found = forecast(setting(rulebook), [], flows, money)

    assert found.break_even == 25.0
    per_month = bare.months[-1].total
    assert per_month == pytest.approx(bare.worth_of_referral * 10, rel=0.4)


def test_higher_fee_brings_less(rulebook):
    flows = [Flow(group="2", people=10.0, attached_share=1.0)]

    low, high = (
        forecast(setting(rulebook, fee=fee), [cohort()], flows, None)
        for fee in ("0.1", "0.2")
    )

    assert high.worth_of_referral * 9 == pytest.approx(low.worth_of_referral * 8, abs=9)
