"""Rule R3: pulls, anchors, and who is spared."""

import numpy as np
import pytest

from quasimarket.market.practice_change import (
    Pulls,
    changed,
    coercive_pull,
    confidence,
    mimetic_pull,
    resistance,
    taken_over,
)
from tests.lib.small_programme import behaviour


ONE = np.ones(1)


def moved(free=False, held=0.0, practice=0.2, **pulls):
    rates = {"coercive": 0.0, "normative": 0.0, "mimetic": 0.0, "anchor": 0.0} | pulls
    return changed(
        np.full((1, 2), practice),
        np.full((1, 2), 0.1),
        np.full((1, 2), 0.9),
        np.full((1, 2), 0.6),
        np.full((1, 2), 0.8),
        Pulls(**{name: np.full(1, rate) for name, rate in rates.items()}),
        np.array([[False, free]]),
        np.array([held]),
    )[0]


@pytest.mark.parametrize(
    ("source", "towards"),
    [("coercive", 0.9), ("normative", 0.6), ("mimetic", 0.8), ("anchor", 0.1)],
)
def test_each_source_pulls_its_share_of_the_distance(source, towards):
    found = moved(**{source: 0.1})

    np.testing.assert_allclose(found, 0.2 + 0.1 * (towards - 0.2))


def test_free_part_is_not_pulled_by_the_template():
    bound, free = moved(free=True, coercive=0.1)

    assert bound > free == 0.2


def test_free_part_is_open_to_all_other_pulls():
    assert moved(free=True, normative=0.1)[1] > 0.2


def test_resistance_holds_against_coercion_only():
    np.testing.assert_allclose(moved(held=1.0, coercive=0.1), 0.2)
    np.testing.assert_allclose(moved(held=1.0, mimetic=0.1), moved(mimetic=0.1))


def test_practice_stays_between_0_and_1():
    found = moved(coercive=3.0, normative=3.0)

    assert ((found >= 0) & (found <= 1)).all()


def test_the_dependent_are_pulled_harder_and_the_idle_not_at_all():
    need = np.array([0.1, 0.5, 0.9, 0.9])
    active = np.array([True, True, True, False])

    pull = coercive_pull(behaviour(), np.full(4, 0.6), need, active)

    assert pull[0] < pull[1] < pull[2]
    assert pull[3] == 0


def test_confidence_is_slow_then_steep_and_half_at_its_month():
    months = behaviour()["pressure.mimetic_months"]

    assert confidence(behaviour(), 0) == 0
    assert confidence(behaviour(), 9) < 0.03
    assert confidence(behaviour(), int(months)) == pytest.approx(0.5)
    assert confidence(behaviour(), 4 * int(months)) > 0.95


def mimicry(month=36, pressed=0.3, visible=5.0, short=True, **changed):
    return mimetic_pull(
        behaviour(**changed),
        month,
        np.full(1, pressed),
        np.full(1, visible),
        np.array([short]),
    )[0]


def test_peers_are_copied_where_they_are_seen_and_needed():
    assert mimicry() > 0
    assert mimicry(visible=0.0) == 0
    assert mimicry(short=False) == 0
    assert mimicry(month=0) == 0
    assert mimicry(institution__mimicry=0) == 0


def test_demands_crowd_peers_out():
    assert mimicry(pressed=0.1) > mimicry(pressed=0.5) > mimicry(pressed=0.95) == 0


def test_resistance_takes_mission_power_and_money():
    def held(mission=0.7, strength=0.2, months=2.0):
        return resistance(mission * ONE, strength * ONE, months * ONE)[0]

    assert held(mission=0.9) > held() > held(mission=0.3)
    assert held(strength=0.6) > held() > held(strength=-0.4)
    assert held(months=3.0) > held() > held(months=0.5) > held(months=0.0) == 0
    assert held(months=3.0) == held(months=50.0) < 1


def test_steps_towards_a_peer_are_seen_once_they_add_up():
    seen = []
    copied = np.zeros((2, 2))
    step = np.array([[0.02, 0.0], [0.0, -0.06]])

    for _ in range(4):
        copied, (position, part) = taken_over(copied, step)
        seen.append(list(zip(position.tolist(), part.tolist(), strict=True)))

    assert seen == [[(1, 1)], [(1, 1)], [(0, 0), (1, 1)], [(1, 1)]]
    assert copied[0, 0] == pytest.approx(0.02)


def test_steps_there_and_back_are_not_seen():
    copied, (position, _) = taken_over(np.full((1, 1), 0.04), np.full((1, 1), -0.03))

    assert copied[0, 0] == pytest.approx(0.01)
    assert len(position) == 0
