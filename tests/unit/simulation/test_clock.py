"""Weeks start on Mondays; a month's block is the weeks that start in it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from quasimarket.core.dates import Month, nth_working_day_after
from quasimarket.rulebook.rulebook import Basis
from quasimarket.simulation.clock import EPOCH, Clock, build_clock
from quasimarket.simulation.prices import milestone_of
from tests.lib.small_programme import teaching_pilot, work_programme


PROGRAMMES = {"work-programme": work_programme, "teaching-pilot": teaching_pilot}


@pytest.fixture(params=PROGRAMMES)
def programme(request):
    return PROGRAMMES[request.param]()


def monday(clock: Clock, week: int) -> date:
    return EPOCH + timedelta(days=int(clock.monday[week]))


def test_weeks_run_on_from_the_first_monday_of_the_programme(programme):
    clock = build_clock(programme)

    first = monday(clock, 0)
    assert first.weekday() == 0
    assert timedelta() <= first - programme.first_day < timedelta(days=7)
    assert set(np.diff(clock.monday)) == {7}


def test_month_holds_the_four_or_five_weeks_that_start_in_it(programme):
    clock = build_clock(programme)

    for number, month in enumerate(clock.months):
        weeks = range(clock.first_week[number], clock.first_week[number + 1])
        assert [Month.of(monday(clock, week)) for week in weeks] == [month] * len(weeks)
        assert (clock.month_of_week[list(weeks)] == number).all()
    lengths = Counter(np.diff(clock.first_week).tolist())
    assert lengths.keys() <= {4, 5}
    assert lengths[4] > lengths[5] > 0
    assert clock.first_week[-1] == clock.weeks


def test_months_are_all_there_and_the_last_is_whole(programme):
    clock = build_clock(programme)

    assert list(clock.months) == [
        clock.months[0].plus(n) for n in range(len(clock.months))
    ]
    after = monday(clock, clock.weeks - 1) + timedelta(weeks=1)
    assert Month.of(after) == clock.months[-1].plus(1)


def test_clock_outlasts_every_payment(programme):
    clock = build_clock(programme)
    last = max(group.last_referral for group in programme.groups)

    assert monday(clock, clock.weeks - 1) > last + timedelta(programme.allotted_days)


def test_contract_years_are_those_of_the_weeks_first_and_last_day(programme):
    clock = build_clock(programme)

    for week in range(clock.weeks):
        first = monday(clock, week)
        assert clock.contract_year_monday[week] == programme.contract_year(first)
        assert clock.contract_year_sunday[week] == programme.contract_year(
            first + timedelta(days=6)
        )


def test_prices_hold_all_through_a_period(programme):
    clock = build_clock(programme)
    contract = programme.contracts[0].id

    for week in range(clock.weeks):
        first = monday(clock, week)
        start = clock.price_days[clock.price_period[week]]
        assert start <= first
        for group in programme.groups:
            if first > group.last_referral + timedelta(days=60):
                continue
            for milestone in programme.milestones:
                asked = (milestone.id, contract, group.id)
                at = max(start, programme.first_day)
                assert programme.unit_price(*asked, first) == programme.unit_price(
                    *asked, at
                )


def test_new_rate_begins_a_period_on_its_day():
    rulebook = teaching_pilot()
    row = replace(rulebook.rates[0], first_day=date(2024, 9, 9))
    changed = replace(rulebook, rates=(*rulebook.rates, row))

    clock = build_clock(changed)

    week = next(w for w in range(clock.weeks) if monday(clock, w) >= date(2024, 9, 9))
    assert clock.price_period[week] == clock.price_period[week - 1] + 1


def test_claim_days_are_counted_in_working_days(programme):
    clock = build_clock(programme)

    for kind, basis in ((1, Basis.DAYS_IN_WORK), (2, Basis.FOLLOWING_DAYS)):
        milestone = milestone_of(programme, basis)
        for week in range(clock.weeks):
            sunday = monday(clock, week) + timedelta(days=6)
            day = nth_working_day_after(
                sunday, milestone.claim_after_working_days, programme.holidays
            )
            assert EPOCH + timedelta(days=int(clock.claimable_day[kind, week])) == day
            month = clock.months[0].plus(int(clock.payable_month[kind, week]))
            assert month == Month.of(day)


def test_attachment_is_claimed_on_its_monday(programme):
    clock = build_clock(programme)

    assert (clock.claimable_day[0] == clock.monday).all()
    assert (clock.payable_month[0] == clock.month_of_week).all()


def test_christmas_puts_claims_off():
    clock = build_clock(work_programme())
    week = next(w for w in range(clock.weeks) if monday(clock, w) == date(2011, 12, 12))

    # 15 working days after 18 December 2011; the 26th, 27th and 2nd are holidays
    assert clock.claimable_day[2, week] == (date(2012, 1, 11) - EPOCH).days


def test_programme_that_begins_on_a_monday_begins_that_day():
    rulebook = replace(teaching_pilot(), first_day=date(2024, 4, 1))

    assert monday(build_clock(rulebook), 0) == date(2024, 4, 1)
