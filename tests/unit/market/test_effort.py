"""Rule R5: hours follow expected payment inside a caseload."""

import numpy as np
import pytest

from quasimarket.market.effort import (
    believed_odds,
    expected_payment,
    service,
    share_hours,
    share_that_needs_an_outcome,
)
from tests.lib.small_programme import behaviour


GROUPS, BANDS = 2, 3
BELIEF = np.array([0.4, 0.1])
VALUE = np.array([[300_000.0, 900_000.0], [200_000.0, 200_000.0]])
CASELOAD = np.array([[40.0, 50, 60, 10, 0, 5], [7.0, 7, 7, 7, 7, 7]])
HOURS = np.array([1.0, 0.6])


def shared(value=VALUE, caseload=CASELOAD, pay_share=1.0, **changed: float):
    assumed = behaviour(**changed)
    expected = expected_payment(assumed, BELIEF, value)
    return share_hours(assumed, expected, caseload, HOURS, pay_share)


@pytest.mark.parametrize("theta", [0.0, 0.8, 2.0])
def test_average_of_hours_over_the_caseload_is_kept(theta):
    hours = shared(effort__theta=theta)

    average = (hours * CASELOAD).sum(axis=1) / CASELOAD.sum(axis=1)

    assert average == pytest.approx(HOURS)


@pytest.mark.parametrize("segment", range(GROUPS * BANDS))
def test_segment_whose_pay_rises_gets_more_hours_and_the_others_no_more(segment):
    assumed = behaviour(effort__theta=0.8)
    expected = expected_payment(assumed, BELIEF, VALUE)
    caseload = np.full_like(CASELOAD, 10.0)
    raised = expected.copy()
    raised[:, segment] *= 1.5

    before = share_hours(assumed, expected, caseload, HOURS, 1.0)
    after = share_hours(assumed, raised, caseload, HOURS, 1.0)

    assert (after[:, segment] > before[:, segment]).all()
    others = np.arange(GROUPS * BANDS) != segment
    assert (after[:, others] < before[:, others]).all()


def test_hours_are_even_where_payment_is_not_followed():
    assert shared(effort__theta=0.0) == pytest.approx(np.repeat(HOURS[:, None], 6, 1))


def test_hours_are_even_where_no_pay_depends_on_an_outcome():
    assert shared(pay_share=0.0) == pytest.approx(np.repeat(HOURS[:, None], 6, 1))


def test_a_fee_that_comes_anyhow_counts_as_pay_without_a_result():
    assert share_that_needs_an_outcome(600.0, 400.0, 0.0) == 0.6
    assert share_that_needs_an_outcome(600.0, 400.0, 1000.0) == 0.3
    assert share_that_needs_an_outcome(0.0, 0.0, 0.0) == 0


def test_nobody_gets_less_than_the_floor():
    for floor in (0.0, 0.35, 1.0):
        hours = shared(effort__theta=2.0, effort__floor=floor)

        assert (hours >= floor * HOURS[:, None] - 1e-12).all()
    assert hours == pytest.approx(np.repeat(HOURS[:, None], 6, 1))


def test_mission_evens_hours_out():
    def gap(mission: float) -> float:
        return float(np.ptp(shared(effort__mission=mission)[1]))

    assert gap(1.0) < gap(0.5) < gap(0.0)


def test_position_without_people_has_hours_ready_all_the_same():
    hours = shared(caseload=np.zeros_like(CASELOAD))

    assert np.isfinite(hours).all()
    assert hours.mean(axis=1) == pytest.approx(HOURS)


def test_unpaid_group_gets_the_least_and_no_error():
    value = np.array([[0.0, 500_000.0], [0.0, 0.0]])

    hours = shared(value=value, caseload=np.ones_like(CASELOAD))

    assert hours[0, :BANDS].max() < hours[0, BANDS:].min()
    assert hours[1] == pytest.approx(np.full(6, HOURS[1]))


def test_people_who_look_employable_are_expected_to_bring_in_more():
    expected = expected_payment(behaviour(), BELIEF, VALUE).reshape(2, GROUPS, BANDS)

    assert (np.diff(expected, axis=2) > 0).all()
    assert (expected < VALUE[:, :, None]).all()
    assert expected[:, :, 1] == pytest.approx(VALUE * BELIEF)


def test_noise_in_the_score_closes_the_gap_between_bands():
    def gap(noise: float) -> float:
        odds = believed_odds(behaviour(employability__score_noise=noise))
        assert odds[1] == 1
        return float(np.log(odds[2] / odds[0]))

    gaps = [gap(noise) for noise in (0.0, 0.5, 1.0, 5.0, 1000.0)]

    assert gaps == sorted(gaps, reverse=True)
    spread = behaviour()["employability.spread"]
    assert gaps[0] == pytest.approx(2 * 1.0906 * spread, rel=1e-3)
    assert gaps[-1] < 0.005


def test_service_has_diminishing_returns():
    hours = np.array([0.5, 1.0, 2.0, 4.0])

    effect = service(behaviour(effort__returns=0.35), hours)

    assert effect[1] == 1
    assert (np.diff(effect) > 0).all()
    assert effect[1:] / effect[:-1] == pytest.approx(np.full(3, 2**0.35))
