"""The clock of a run: weeks that start on Mondays, in months that they start in.

Week 0 is the first Monday of the programme. Everything happens on the first day of a
week (referral, attachment, job start) or its last (job end, milestone).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month, nth_working_day_after
from quasimarket.rulebook.rulebook import Basis, Rulebook


EPOCH = date(1970, 1, 1)
RUN_OFF_WEEKS = 30
"""Weeks after the last possible milestone in which the last payments arrive."""
LONGEST_MONTH = 5
"""Most weeks that start in a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Weeks and months of a run, with what the rulebook says of each week."""

    months: tuple[Month, ...]
    first_week: NDArray[np.int64]
    """First week of each month; one entry more than there are months."""
    month_of_week: NDArray[np.int64]
    monday: NDArray[np.int32]
    """Day number, from 1 January 1970, of each week's first day."""
    contract_year_monday: NDArray[np.int64]
    contract_year_sunday: NDArray[np.int64]
    price_period: NDArray[np.uint8]
    """Index into `price_days` of the prices in force on each Monday."""
    price_days: tuple[date, ...]
    """First day of each stretch in which no price changes."""
    payable_month: NDArray[np.int16]
    """Month in which an attachment, an outcome and a following milestone of each week
    become payable, by kind and week."""
    claimable_day: NDArray[np.int32]
    """Day on which each may first be claimed, by kind and week."""

    @property
    def weeks(self) -> int:
        """Count the weeks."""
        return len(self.monday)


def build_clock(rulebook: Rulebook) -> Clock:
    """Lay out the weeks from the first Monday to the last possible payment."""
    start = rulebook.first_day
    monday = start + timedelta(days=-start.weekday() % 7)
    last = max(group.last_referral for group in rulebook.groups)
    weeks = (last - monday).days // 7 + 1 + _weeks_after_referral(rulebook)
    mondays = [monday + timedelta(weeks=week) for week in range(weeks)]
    final = Month.of(mondays[-1])
    while mondays and Month.of(mondays[-1]) == final:
        mondays.pop()
    weeks = len(mondays)
    first_month = Month.of(mondays[0])
    month_of_week = np.array(
        [
            (day.year - first_month.year) * 12 + day.month - first_month.month
            for day in mondays
        ]
    )
    months = tuple(first_month.plus(n) for n in range(int(month_of_week[-1]) + 1))
    first_week = np.searchsorted(month_of_week, np.arange(len(months) + 1))
    price_days = _price_days(rulebook, mondays[0])
    claimable = _claimable_days(rulebook, mondays)
    payable = np.array(
        [[_month_index(first_month, day) for day in days] for days in claimable],
        np.int16,
    )
    return Clock(
        months=months,
        first_week=first_week,
        month_of_week=month_of_week,
        monday=np.array([(day - EPOCH).days for day in mondays], np.int32),
        contract_year_monday=np.array([rulebook.contract_year(day) for day in mondays]),
        contract_year_sunday=np.array(
            [rulebook.contract_year(day + timedelta(days=6)) for day in mondays]
        ),
        price_period=np.array(
            [sum(first <= day for first in price_days) - 1 for day in mondays], np.uint8
        ),
        price_days=price_days,
        payable_month=payable,
        claimable_day=np.array(
            [[(day - EPOCH).days for day in days] for days in claimable], np.int32
        ),
    )


def _weeks_after_referral(rulebook: Rulebook) -> int:
    """Bound the weeks from a referral to the last payment for it."""
    work = following = 0
    for milestone in rulebook.milestones:
        longest = max(
            (
                days * milestone.maximum_for(group)
                for group, days in milestone.days.items()
            ),
            default=0,
        )
        if milestone.basis is Basis.DAYS_IN_WORK:
            work = max(work, longest // 7)
        elif milestone.basis is Basis.FOLLOWING_DAYS:
            following = max(following, longest // 7)
    return rulebook.allotted_days // 7 + work + following + RUN_OFF_WEEKS


def _price_days(rulebook: Rulebook, first: date) -> tuple[date, ...]:
    """List the days on which some price can change, from the first Monday on."""
    days = {first}
    for rate in rulebook.rates:
        days.add(rate.first_day)
        if rate.last_day is not None:
            days.add(rate.last_day + timedelta(days=1))
    last = max(group.last_referral for group in rulebook.groups)
    final_year = rulebook.contract_year(last + timedelta(days=rulebook.allotted_days))
    for year in range(1, final_year + 1):
        days.add(rulebook.contract_year_days(year)[0])
    before = max((day for day in days if day <= first), default=first)
    return tuple(sorted(day for day in days if day > before or day == before))


def _claimable_days(rulebook: Rulebook, mondays: list[date]) -> list[list[date]]:
    """Give the first claim day of each kind of milestone for each week."""
    delays = {Basis.DAYS_IN_WORK: 0, Basis.FOLLOWING_DAYS: 0}
    for milestone in rulebook.milestones:
        if milestone.basis in delays:
            delays[milestone.basis] = milestone.claim_after_working_days
    sundays = [day + timedelta(days=6) for day in mondays]
    return [
        mondays,
        *(
            [nth_working_day_after(day, delay, rulebook.holidays) for day in sundays]
            for delay in delays.values()
        ),
    ]


def _month_index(first: Month, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month
