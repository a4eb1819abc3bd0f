"""Rule R3: money and misses make a prime press harder, with no end to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.market.management import intensity, margin
from quasimarket.market.stance import draw_stances
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.small_programme import SEED, behaviour, work_programme


STANCES = draw_stances(work_programme(1), behaviour(), seed=SEED)
CONTRACTS = len(STANCES.strictness)


def pressed(margins=0.05, shortfall=0.0, settled=1.0, market=None, **changed):
    return intensity(
        behaviour(**changed),
        market or MarketDesign(),
        STANCES,
        np.full(CONTRACTS, margins),
        np.full(CONTRACTS, shortfall),
        settled,
    )


def test_margin_is_what_is_left_of_receipts():
    found = margin(np.array([200.0, 100.0, 100.0]), np.array([150.0, 100.0, 900.0]))

    np.testing.assert_allclose(found, [0.25, 0.0, -1.0])


def test_margin_before_any_money_is_none():
    np.testing.assert_array_equal(margin(np.zeros(1), np.array([500.0])), [0.0])


@given(st.floats(-0.95, 0.049), st.floats(1e-3, 0.5))
def test_less_margin_always_presses_harder(worse, step):
    better = min(worse + step, 0.05)

    assert (pressed(margins=worse) > pressed(margins=better)).all()


@given(st.floats(0, 0.99), st.floats(1e-3, 0.5))
def test_more_shortfall_always_presses_harder(less, step):
    assert (pressed(shortfall=less + step) > pressed(shortfall=less)).all()


def test_margin_beyond_the_target_changes_nothing():
    np.testing.assert_array_equal(pressed(margins=0.05), pressed(margins=0.4))


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 3))
def test_intensity_stays_below_1(margins, shortfall, coercion):
    found = pressed(margins, shortfall, institution__coercion=coercion)

    assert ((found >= 0) & (found < 1)).all()


def test_without_gain_money_does_not_press():
    rich, poor = (
        pressed(margins=one, institution__pressure_gain=0) for one in (0.3, -0.5)
    )

    np.testing.assert_array_equal(rich, poor)


@pytest.mark.parametrize(
    "off", [{"institution__coercion": 0}, {"market": MarketDesign(stewardship=1)}]
)
def test_pressure_can_be_switched_off(off):
    np.testing.assert_array_equal(pressed(-0.5, 0.8, **off), np.zeros(CONTRACTS))


def test_a_new_contract_is_managed_more_gently():
    assert (pressed(settled=1 / 6) < pressed(settled=1.0)).all()
