"""A commissioner ends contracts that stay below their levels."""

import numpy as np

from quasimarket.market.standing import ended


AREAS = np.array([[0, 1, 1], [2, 3, 4]])


def test_contract_ends_after_so_many_years():
    years = np.array([0, 2, 1, 0, 3])

    assert ended(years, np.ones(5), 2, AREAS).tolist() == [1, 4]
    assert ended(years, np.ones(5), 4, AREAS).tolist() == []


def test_area_keeps_the_contract_that_missed_for_the_fewest_years():
    years = np.array([3, 2, 2, 4, 3])

    assert ended(years, np.ones(5), 2, AREAS).tolist() == [0, 3, 4]


def test_contract_ends_once():
    years = np.array([5, 0, 0, 0, 0])
    kept = np.array([0.0, 1, 1, 1, 1])

    assert ended(years, kept, 2, AREAS).tolist() == []
