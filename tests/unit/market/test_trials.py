"""Rule R9: trials begin by choice, last half a year, and are kept by results."""

import numpy as np

from quasimarket.market.trials import LENGTH, STEP, no_trials, turn
from tests.lib.small_programme import behaviour


MANY = 500
LUCK = np.random.default_rng(5).random((MANY, 3))
FULL = np.ones(MANY)


def begun(free_to=1.0, reserves=10.0, rate=1.0, **changed):
    trials = no_trials(MANY)
    found = turn(
        behaviour(**({"innovation__rate": 0.5} | changed)), trials, 0,
        free_to * FULL, reserves * FULL, rate * FULL, LUCK,
    )  # fmt: skip
    return trials, found


def ended(month, rate):
    trials, first = begun()
    found = turn(
        behaviour(innovation__rate=0.0), trials, month, FULL, 10 * FULL, rate * FULL,
        LUCK,
    )  # fmt: skip
    return trials, first, found


def test_trial_moves_one_part_by_a_step():
    trials, found = begun()

    assert 0 < len(found.begun) < MANY
    moved = found.shift[found.begun]
    np.testing.assert_array_equal((moved != 0).sum(axis=1), 1)
    assert set(moved[moved != 0]) == {-STEP, STEP}
    assert not found.shift[trials.part < 0].any()


def test_without_room_or_money_nobody_tries():
    assert not len(begun(free_to=0.0)[1].begun)
    assert not len(begun(reserves=0.0)[1].begun)
    assert not len(begun(innovation__rate=0.0)[1].begun)


def test_more_room_lets_more_try():
    assert len(begun(free_to=1.0)[1].begun) > 1.5 * len(begun(free_to=0.4)[1].begun)


def test_trial_is_not_judged_before_its_end():
    trials, first, found = ended(LENGTH - 1, rate=2.0)

    assert not len(found.kept)
    assert not found.shift.any()
    assert (trials.part >= 0).sum() == len(first.begun)


def test_trial_is_kept_if_and_only_if_the_rate_rose():
    _, first, better = ended(LENGTH, rate=1.01)
    trials, _, worse = ended(LENGTH, rate=1.0)

    np.testing.assert_array_equal(better.kept, first.begun)
    assert not better.shift.any()
    assert not len(worse.kept)
    np.testing.assert_allclose(worse.shift, -first.shift)
    assert (trials.part < 0).all()


def test_kept_part_is_the_one_that_was_tried():
    _, first, found = ended(LENGTH, rate=2.0)

    tried = np.abs(first.shift[found.kept]).argmax(axis=1)
    np.testing.assert_array_equal(found.kept_part, tried)


def test_nobody_tries_two_things_at_once():
    trials, first = begun()
    part = trials.part.copy()

    again = turn(
        behaviour(innovation__rate=0.5), trials, 1, FULL, 10 * FULL, FULL, LUCK * 0
    )

    assert not set(first.begun) & set(again.begun)
    np.testing.assert_array_equal(trials.part[first.begun], part[first.begun])
