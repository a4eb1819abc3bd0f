"""Advisers follow the caseload as far as money reaches."""

import numpy as np
import pytest

from quasimarket.market.staffing import adviser_cost, hire, hours_a_participant
from tests.lib.small_programme import behaviour


def hired(
    advisers: float = 10.0,
    caseload: float = 3000.0,
    cash: float = 1e9,
    credit: float = 0.0,
    income: float = 0.0,
    **changed: float,
) -> float:
    given = (np.array([one]) for one in (advisers, caseload, cash, credit, income))
    return float(hire(behaviour(**changed), *given)[0])


def test_advisers_close_a_part_of_the_gap_each_month():
    now = hired(staffing__caseload=150, staffing__speed=0.25)

    assert now == 10 + 0.25 * (3000 / 150 - 10)


def test_advisers_leave_when_the_caseload_falls():
    assert hired(caseload=150.0) < 10


def test_advisers_are_no_more_than_money_pays():
    cost = adviser_cost(behaviour())

    now = hired(cash=0.0, income=12 * cost, staffing__speed=1.0)

    assert now == pytest.approx(12)


def test_credit_pays_as_cash_does():
    assert hired(cash=0.0, credit=5e6) == hired(cash=5e6, credit=0.0)


def test_provider_deep_in_debt_lets_everybody_go_but_owes_nobody_an_adviser():
    assert hired(cash=-1e12, staffing__speed=1.0) == 0


def test_adviser_costs_wage_administration_and_premises():
    assumed = behaviour(
        staffing__wage_month=3000,
        staffing__administration=0.2,
        staffing__premises_month=500,
    )

    assert adviser_cost(assumed) == pytest.approx(100 * (3600 + 500))


def test_hours_are_one_at_the_full_caseload():
    advisers, caseload = np.array([2.0, 2.0]), np.array([300.0, 600.0])

    hours = hours_a_participant(behaviour(staffing__caseload=150), advisers, caseload)

    assert hours.tolist() == [1.0, 0.5]


def test_hours_stay_within_bounds():
    advisers, caseload = np.array([0.0, 50.0, 1.0]), np.array([300.0, 10.0, 0.0])

    hours = hours_a_participant(behaviour(), advisers, caseload)

    assert hours.tolist() == [0.2, 3.0, 3.0]
