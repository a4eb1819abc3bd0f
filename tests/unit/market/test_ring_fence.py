"""Lever L08: what a fund for specialists does with what is not spent."""

import numpy as np

from quasimarket.market.ring_fence import Fund


def held(fund: Fund, earned: int, bought: int, year: int = 1) -> int:
    found = fund.hold_back(0.1, np.array([earned]), np.array([bought]), year)
    return int(found[0])


def test_what_is_not_spent_is_held_back_and_let_go_when_it_is():
    fund = Fund(1)

    assert held(fund, 10_000, 400) == 600
    assert held(fund, 10_000, 1_300) == -300
    # what is bought beyond the fund is the prime's own affair
    assert held(fund, 10_000, 9_000) == -300
    assert held(fund, 10_000, 1_000) == 0


def test_what_stands_at_the_year_s_end_is_returned():
    fund = Fund(1)

    assert held(fund, 10_000, 0) == 1_000
    assert held(fund, 10_000, 5_000, year=2) == 0
    assert fund.balance.tolist() == [0]


def test_a_recovery_fences_nothing():
    assert held(Fund(1), -10_000, 0) == 0
