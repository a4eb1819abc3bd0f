"""Rule R9: what practice truly does, at the founding practice nothing."""

import numpy as np

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.market.practice_effect import (
    FOUNDING,
    effect_by_need,
    effect_for_all,
    pace_of_losing,
)
from tests.lib.small_programme import behaviour


def practice(**parts):
    found = FOUNDING.copy()
    for name, step in parts.items():
        found[PRACTICES.index(name)] += step
    return found[None, :]


def test_founding_practice_has_no_effect():
    for effect in (effect_for_all, effect_by_need, pace_of_losing):
        np.testing.assert_allclose(effect(behaviour(), practice()), 1.0)


def test_specialism_helps_those_with_a_need_most():
    more = practice(specialism=0.3)

    table = effect_by_need(behaviour(), more)

    assert table[0, 0] == 1
    assert (table[0, 1:] > effect_for_all(behaviour(), more)).all()
    assert effect_for_all(behaviour(), more)[0] > 1


def test_work_first_helps_the_average_and_harms_those_with_a_need():
    more = practice(work_first=0.2)

    for_all = effect_for_all(behaviour(), more)[0]
    assert for_all > 1 > for_all * effect_by_need(behaviour(), more)[0, 1]


def test_support_in_work_slows_the_loss_of_jobs():
    less, more = (
        pace_of_losing(behaviour(), practice(in_work_support=step))[0]
        for step in (-0.2, 0.2)
    )

    assert more < 1 < less


def test_effect_can_be_switched_off():
    far = practice(specialism=0.5, sanctioning=0.4, in_work_support=0.5)

    for effect in (effect_for_all, effect_by_need, pace_of_losing):
        np.testing.assert_allclose(effect(behaviour(practice__effect=0), far), 1.0)
