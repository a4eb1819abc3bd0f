"""Rule R6: who gets the participant, and who calls a specialist off."""

import numpy as np
import pytest

from quasimarket.evidence.people import NEEDS, locality_shares
from quasimarket.market.chain import build_chain
from quasimarket.market.flow import (
    AllocationMode,
    allocation_now,
    base_allocation,
    call_off_chance,
)
from tests.lib.small_programme import behaviour, work_programme


SLOTS = np.array([[0, 1, 2], [3, 4, -1]])
BASE = np.array([[[0.5, 0.3, 0.2]], [[0.6, 0.4, 0.0]]])
PLANNED = np.full(5, 100.0)


def now(caseload: list[float], base: np.ndarray = BASE) -> np.ndarray:
    cumulative = allocation_now(
        behaviour(), base, SLOTS, np.array(caseload), PLANNED, np.ones(5)
    )
    return np.diff(cumulative, axis=2, prepend=0.0)


@pytest.mark.parametrize("mode", AllocationMode)
def test_shares_of_every_locality_add_up_to_one(mode):
    rulebook = work_programme()
    chain = build_chain(rulebook, behaviour(), seed=2)
    localities = locality_shares(chain.allocation.shape[1])

    shares = base_allocation(chain.allocation, localities, mode)

    assert shares.shape == chain.allocation.shape
    assert (shares >= 0).all()
    assert shares.sum(axis=2) == pytest.approx(np.ones(shares.shape[:2]))
    nobody = np.repeat((chain.slot_position < 0)[:, None, :], shares.shape[1], axis=1)
    assert (shares[nobody] == 0).all()


@pytest.mark.parametrize("mode", [AllocationMode.CHANCE, AllocationMode.SHARE])
def test_place_does_not_matter_by_chance_or_by_share(mode):
    patches = np.array([[[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]])

    shares = base_allocation(patches, np.array([0.7, 0.3]), mode)

    assert (shares[:, 0] == shares[:, 1]).all()


def test_share_keeps_each_positions_part_of_the_area_and_chance_evens_it():
    patches = np.array([[[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]])
    localities = np.array([0.7, 0.3])

    by_share = base_allocation(patches, localities, AllocationMode.SHARE)
    by_chance = base_allocation(patches, localities, AllocationMode.CHANCE)

    assert by_share[0, 0] == pytest.approx([0.5, 0.35, 0.15])
    assert by_chance[0, 0] == pytest.approx([1 / 3] * 3)


def test_allocation_keeps_its_shares_where_nobody_is_full():
    assert now([100] * 5) == pytest.approx(BASE)


def test_full_position_is_passed_over():
    limit = 100 * behaviour()["flow.caseload_limit"]

    shares = now([100, limit + 1, 100, 100, 100])

    assert shares[0, 0, 1] < 0.1 * BASE[0, 0, 1]
    assert (shares[0, 0, [0, 2]] > BASE[0, 0, [0, 2]]).all()
    assert shares[1] == pytest.approx(BASE[1])
    assert shares.sum(axis=2) == pytest.approx(np.ones((2, 1)))


def test_people_are_placed_even_where_everybody_is_full():
    assert now([1e6] * 5) == pytest.approx(BASE)


def test_position_at_its_limit_still_takes_people():
    limit = 100 * behaviour()["flow.caseload_limit"]

    assert now([100, limit, 100, 100, 100]) == pytest.approx(BASE)


def chance(
    expected: float = 100_000.0, has: float = 1.0, money: float = 1.0, **changed: float
) -> np.ndarray:
    return call_off_chance(
        behaviour(**changed),
        np.array([[expected]]),
        np.full((1, len(NEEDS)), has),
        np.array([money]),
        len(NEEDS),
    )[0, 0]


def test_call_off_is_a_chance_and_never_for_those_without_a_need():
    for expected in (0.0, 1.0, 1e9):
        drawn = chance(expected)
        assert drawn[0] == 0
        assert ((drawn[1:] >= 0) & (drawn[1:] <= 1)).all()


def test_call_off_is_likelier_where_more_is_expected_of_it():
    assert (chance(200_000.0)[1:] > chance(100_000.0)[1:]).all()
    small, large = (chance(need__specialist_gain=gain) for gain in (0.2, 0.9))
    assert (large[1:] > small[1:]).all()


def test_call_off_is_rarer_where_it_costs_more():
    cheap, dear = (chance(specialist__price=price) for price in (300, 600))
    assert (dear[1:] < cheap[1:]).all()
    easy, hard = (chance(specialist__slack=slack) for slack in (1, 2))
    assert (hard[1:] < easy[1:]).all()


def test_call_off_is_even_where_the_gain_is_slack_times_the_price():
    assumed = behaviour()
    lift = np.exp(assumed["need.specialist_gain"]) - 1
    price = 100 * assumed["specialist.price"] * assumed["specialist.slack"]

    assert chance(price / lift)[1] == pytest.approx(0.5)


def test_nobody_is_called_off_without_a_specialist_without_money_or_without_gain():
    assert not chance(has=0.0).any()
    assert not chance(money=0.0).any()
    assert not chance(need__specialist_gain=0.0).any()
    assert not chance(expected=0.0).any()


def test_free_specialist_is_called_off_without_an_error():
    assert chance(specialist__price=0.0)[1] == 1
