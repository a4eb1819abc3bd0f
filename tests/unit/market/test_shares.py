"""Market shares as the rulebook states them, and as the kernel reads them."""

import numpy as np
import pytest

from quasimarket.market.shares import (
    area_contracts,
    cumulative_by_area,
    yearly_counts,
)
from tests.lib.small_programme import teaching_pilot, work_programme


def test_contracts_of_an_area_stand_in_the_rulebooks_order():
    rulebook = work_programme()

    table = area_contracts(rulebook)

    for area, row in zip(rulebook.areas, table.tolist(), strict=True):
        mine = [n for n, one in enumerate(rulebook.contracts) if one.area == area.id]
        assert row[: len(mine)] == mine
        assert set(row[len(mine) :]) <= {mine[-1]}
    assert set(table.ravel().tolist()) == set(range(40))


def test_shares_of_every_area_and_group_reach_one():
    rulebook = work_programme()
    table = area_contracts(rulebook)

    prime_count = np.array([len(set(row)) for row in table.tolist()])
    shares = np.zeros((40, 9))
    for row, count in zip(table.tolist(), prime_count, strict=True):
        shares[row] = 1 / count

    cumulative = cumulative_by_area(shares, table)

    assert cumulative.shape == (18, 9, 3)
    assert (np.diff(cumulative, axis=2) >= -1e-12).all()
    assert cumulative[:, :, -1] == pytest.approx(np.ones((18, 9)))


def test_repeated_contract_takes_its_share_once():
    table = np.array([[0, 1, 1]])
    shares = np.array([[0.25], [0.75]])

    assert cumulative_by_area(shares, table)[0, 0].tolist() == [0.25, 1.0, 1.0]


def test_yearly_counts_name_contract_and_group():
    rulebook = teaching_pilot()
    outcomes, referrals = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])

    counts = yearly_counts(rulebook, outcomes, referrals, 2)

    contract, group = rulebook.contracts[1].id, rulebook.groups[0].id
    assert (
        counts[2, contract, group].outcomes,
        counts[2, contract, group].referrals,
    ) == (
        3.0,
        7.0,
    )
    assert len(counts) == 4
