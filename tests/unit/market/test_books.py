"""Rule R7: the books add up to the penny."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.market.books import MonthOfBooks, keep_books
from tests.lib.small_programme import behaviour


MONEY = st.integers(-(10**12), 10**12)
ADVISERS = st.floats(0, 5000)
PEOPLE = st.integers(0, 10**5).map(float)


def month(
    cash: int = 0,
    receipts: int = 0,
    advisers: float = 0.0,
    called_off: float = 0.0,
    served: float = 0.0,
    handed_over: int = 0,
    **changed: float,
) -> MonthOfBooks:
    return keep_books(
        behaviour(**changed),
        np.array([cash]),
        np.array([receipts]),
        np.array([advisers]),
        np.array([called_off]),
        np.array([served]),
        np.array([0]),
        np.array([0]),
        np.array([0]),
        np.array([0.0]),
        np.array([np.inf]),
        np.array([0]),
        np.array([handed_over]),
    )


@given(MONEY, MONEY, ADVISERS, PEOPLE, PEOPLE)
def test_cash_is_what_was_there_and_came_in_less_what_was_spent(
    cash, receipts, advisers, called_off, served
):
    book = month(cash, receipts, advisers, called_off, served)

    costs = ("wages", "premises", "specialist_costs", "administration", "interest")
    spent = sum(getattr(book, name)[0] for name in costs)
    assert book.cash[0] == cash + book.receipts[0] - spent
    assert all(getattr(book, name)[0] >= 0 for name in costs)
    assert all(getattr(book, name).dtype == np.int64 for name in MonthOfBooks.__slots__)


def test_entries_of_a_month():
    book = month(
        cash=-1_200_000,
        receipts=5_000_000,
        advisers=10.0,
        called_off=3.0,
        staffing__wage_month=3000,
        staffing__administration=0.25,
        staffing__premises_month=500,
        specialist__price=450,
        finance__overdraft_year=0.10,
    )

    assert book.receipts.tolist() == [5_000_000]
    assert book.wages.tolist() == [3_000_000]
    assert book.administration.tolist() == [750_000]
    assert book.premises.tolist() == [500_000]
    assert book.specialist_costs.tolist() == [135_000]
    assert book.interest.tolist() == [10_000]
    assert book.cash.tolist() == [-1_200_000 + 5_000_000 - 4_395_000]


def test_cash_in_hand_bears_no_interest():
    assert month(cash=10**9).interest.tolist() == [0]


def test_specialists_are_paid_what_is_spent_on_them():
    buyer = month(called_off=7.0)
    seller = month(served=7.0, specialist__cost_share=1.1)

    assert seller.receipts[0] == buyer.specialist_costs[0] == 7 * 45_000
    assert seller.cash[0] == -round(0.1 * 7 * 45_000)


def test_whoever_takes_a_place_over_begins_at_nought():
    debt, reserve = month(cash=-500, handed_over=-500), month(cash=900, handed_over=900)

    assert debt.cash[0] == reserve.cash[0] == 0
    assert debt.interest[0] == 0
