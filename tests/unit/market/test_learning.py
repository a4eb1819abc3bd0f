"""Rule R9: a place works better the longer the programme runs, up to a level."""

import math

import pytest

from quasimarket.market.learning import learning
from tests.lib.small_programme import behaviour


def test_learning_begins_at_its_start_and_levels_off_at_one():
    assumed = behaviour(learning__start=0.45, learning__months=9)

    assert learning(assumed, 0) == 0.45
    assert learning(assumed, 9) == pytest.approx(1 - 0.55 / math.e)
    assert learning(assumed, 500) == pytest.approx(1)


def test_learning_never_falls():
    course = [learning(behaviour(), month) for month in range(120)]

    assert course == sorted(course)


def test_nothing_is_learnt_where_the_start_is_mature():
    assert {learning(behaviour(learning__start=1.0), m) for m in range(50)} == {1.0}
