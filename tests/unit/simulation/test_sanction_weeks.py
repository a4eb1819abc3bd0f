"""A sanction is as long as the rules of a person's own benefit say."""

from datetime import date

from quasimarket.simulation.clock import build_clock
from quasimarket.simulation.institution_tables import sanction_weeks
from tests.lib.small_programme import work_programme


def weeks_of(group: str, day: date) -> list[int]:
    rulebook = work_programme()
    clock = build_clock(rulebook)
    table = sanction_weeks(rulebook, clock)
    row = [str(one.id) for one in rulebook.groups].index(group)
    month = next(m for m, one in enumerate(clock.months) if one.last_day >= day)
    return [int(one) for one in table[row, month]]


def test_jobseekers_lose_2_4_and_26_weeks_and_4_and_13_later():
    assert weeks_of("2", date(2012, 3, 1)) == [2, 4, 26]
    assert weeks_of("2", date(2013, 3, 1)) == [4, 13, 13]


def test_claimants_of_esa_have_rules_of_their_own():
    assert weeks_of("6", date(2012, 3, 1)) == [4, 4, 4]
    assert weeks_of("7", date(2013, 3, 1)) == [1, 2, 4]


def test_volunteers_are_under_no_regime():
    assert weeks_of("5", date(2013, 3, 1)) == [0, 0, 0]
