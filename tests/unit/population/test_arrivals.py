"""Who comes when: the intake exactly, spread over weeks, thinned by weight."""

import numpy as np
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.population.arrivals import (
    CELL,
    monthly_counts,
    spread_over_weeks,
    thin,
)
from quasimarket.population.participants import build_population
from quasimarket.simulation.clock import build_clock
from tests.lib.small_programme import behaviour, teaching_pilot, work_programme


def test_every_row_of_the_intake_is_counted():
    rulebook = work_programme()
    clock = build_clock(rulebook)

    counts = monthly_counts(rulebook, clock.months)

    areas = [area.id for area in rulebook.areas]
    groups = [group.id for group in rulebook.groups]
    assert counts.sum() == sum(row.referrals for row in rulebook.intake)
    for row in rulebook.intake[::97]:
        cell = clock.months.index(row.month), areas.index(row.area)
        assert counts[cell][groups.index(row.group)] == row.referrals


def test_forecast_is_counted_apart():
    rulebook = work_programme()
    months = build_clock(rulebook).months

    foreseen = monthly_counts(rulebook, months, forecast=True)

    assert foreseen.sum() == sum(row.forecast for row in rulebook.intake)
    assert foreseen.sum() != monthly_counts(rulebook, months).sum()


def test_weeks_of_a_month_hold_the_months_people():
    rulebook = work_programme()
    clock = build_clock(rulebook)
    counts = monthly_counts(rulebook, clock.months)

    weekly = spread_over_weeks(counts, clock.month_of_week)

    by_month = np.add.reduceat(weekly, clock.first_week[:-1], axis=1)
    assert (by_month.transpose(1, 0, 2) == counts).all()


def test_weeks_of_a_month_differ_by_one_person_at_most():
    counts = np.array([[[7, 3, 0]], [[11, 1, 4]]])
    month_of_week = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])

    weekly = spread_over_weeks(counts, month_of_week)

    for month in (0, 1):
        inside = weekly[:, month_of_week == month]
        assert (inside.max(axis=1) - inside.min(axis=1)).max() <= 1


def test_no_week_of_a_month_is_favoured():
    counts = np.ones((1, 18, 9), np.int64)

    weekly = spread_over_weeks(counts, np.zeros(4, np.int64))

    assert weekly.sum(axis=(0, 2)).max() - weekly.sum(axis=(0, 2)).min() <= 9


@pytest.mark.parametrize("programme", [teaching_pilot, lambda: work_programme(2)])
def test_population_reproduces_the_intake(programme):
    rulebook = programme()
    clock = build_clock(rulebook)
    counts = monthly_counts(rulebook, clock.months)

    people = build_population(
        rulebook, behaviour(), spread_over_weeks(counts, clock.month_of_week), seed=3
    )

    found = np.zeros_like(counts)
    for area in range(len(rulebook.areas)):
        inside = slice(people.area_start[area], people.area_start[area + 1])
        month = clock.month_of_week[people.referral_week[inside]]
        np.add.at(found, (month, area, people.group[inside]), 1)
    assert (found == counts).all()
    assert people.weight == 1
    assert len(np.unique(people.number)) == len(people)


def test_people_stand_in_order_of_area_and_week():
    rulebook = work_programme(2)
    clock = build_clock(rulebook)
    counts = thin(monthly_counts(rulebook, clock.months), 0.02, 1)

    people = build_population(
        rulebook, behaviour(), spread_over_weeks(counts, clock.month_of_week), seed=3
    )

    for area in (0, 1):
        weeks = people.referral_week[
            people.area_start[area] : people.area_start[area + 1]
        ]
        assert (np.diff(weeks) >= 0).all()
        ends = np.searchsorted(weeks, np.arange(clock.weeks), side="right")
        assert (people.week_end[area] == people.area_start[area] + ends).all()


def test_thinning_keeps_its_share_of_each_cell():
    counts = np.arange(3000).reshape(10, 30, 10)

    kept = thin(counts, 0.037, seed=4)

    assert np.abs(kept - counts * 0.037).max() < 1
    # a cell's rounding has variance 1/4 at most: six standard deviations
    assert abs(kept.sum() - counts.sum() * 0.037) < 6 * np.sqrt(counts.size / 4)
    assert np.unique(kept - np.floor(counts * 0.037)).tolist() == [0, 1]


def test_thinning_by_one_keeps_everybody():
    counts = np.arange(12).reshape(2, 2, 3)

    assert (thin(counts, 1.0, seed=4) == counts).all()


def test_thinning_of_a_cell_depends_on_no_other_area():
    few, many = work_programme(1), work_programme(3)
    months = build_clock(many).months

    alone = thin(monthly_counts(few, months), 0.01, seed=4)
    among = thin(monthly_counts(many, months), 0.01, seed=4)

    assert (alone[:, 0] == among[:, 0]).all()


def test_more_people_in_a_cell_than_it_has_numbers_for_are_refused():
    weekly = np.zeros((1, 2, 9), np.int64)
    weekly[0, 1, 3] = CELL

    with pytest.raises(InputFault) as raised:
        build_population(work_programme(1), behaviour(), weekly, seed=1)

    assert str(CELL) in str(raised.value)
