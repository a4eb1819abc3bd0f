"""Rule R7: who leaves, why, and who does not."""

import numpy as np

from quasimarket.market.exits import (
    APPROVED_AFTER,
    BELOW,
    IDLE,
    INSOLVENT,
    PATIENCE,
    who_leaves,
)
from tests.lib.small_programme import behaviour


MANY = 1_000
LUCK = np.random.default_rng(3).random((MANY, 3))


def leaving(
    open_now=True, specialist=False, cash=1e6, idle=0, below=0, pressed=0.5,
    outside=0.5, **changed,
):  # fmt: skip
    return who_leaves(
        behaviour(**changed),
        np.full(MANY, open_now),
        np.full(MANY, specialist),
        np.full(MANY, cash),
        np.full(MANY, 1e6),
        np.full(MANY, idle),
        np.full(MANY, below),
        np.full(MANY, pressed),
        np.full(MANY, outside),
        LUCK,
    )


def test_whoever_has_money_work_and_results_stays():
    assert len(leaving().position) == 0


def test_credit_used_up_ends_some():
    gone = leaving(cash=-1.1e6)

    assert 0 < len(gone.position) < MANY / 4
    assert (gone.reason == INSOLVENT).all()


def test_outside_income_bears_a_deeper_overdraft():
    assert len(leaving(cash=-0.9e6, outside=0.1).position)
    assert not len(leaving(cash=-0.9e6, outside=0.9).position)


def test_specialist_waits_nine_months_before_it_may_leave():
    assert not len(leaving(specialist=True, idle=PATIENCE - 1).position)
    gone = leaving(specialist=True, idle=PATIENCE)
    assert len(gone.position)
    assert (gone.reason == IDLE).all()


def test_end_to_end_position_does_not_leave_for_idleness():
    assert not len(leaving(idle=40).position)


def test_results_below_for_long_end_a_subcontract_under_pressure():
    months = int(behaviour()["exit.months_below"])

    assert not len(leaving(below=months - 1, pressed=1.0).position)
    soft, hard = (leaving(below=months, pressed=one) for one in (0.1, 1.0))
    assert len(hard.position) > len(soft.position)
    assert (hard.reason == BELOW).all()
    assert not len(leaving(below=months, pressed=0.0).position)


def test_results_of_specialists_are_not_judged():
    assert not len(leaving(specialist=True, below=40, pressed=1.0).position)


def test_whoever_left_does_not_leave_again():
    gone = leaving(open_now=False, cash=-9e6, idle=40, below=40, specialist=True)

    assert not len(gone.position)


def test_position_that_fails_in_two_ways_leaves_once():
    gone = leaving(cash=-9e6, below=40, pressed=1.0, exit__insolvent=0.5,
                   exit__termination=1.0)  # fmt: skip

    assert len(set(gone.position)) == len(gone.position) == MANY
    assert {INSOLVENT, BELOW} == set(gone.reason)


def test_named_subcontractor_goes_only_after_what_the_department_approves():
    def ended(below: int) -> int:
        gone = who_leaves(
            behaviour(exit__termination=1),
            *(np.full(MANY, one) for one in (True, False)),
            *(np.full(MANY, 1e6) for _ in range(2)),
            np.full(MANY, 0),
            np.full(MANY, below),
            np.full(MANY, 1.0),
            np.full(MANY, 0.5),
            LUCK,
            APPROVED_AFTER,
        )
        return len(gone.position)

    assert ended(APPROVED_AFTER - 1) == 0
    assert ended(APPROVED_AFTER) == MANY
