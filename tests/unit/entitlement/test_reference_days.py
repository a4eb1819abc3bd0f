"""Days in work and milestones, at the edges that a payment line does not show."""

from datetime import date, timedelta

import pytest

from quasimarket.core.identifiers import EventId, SpellId
from quasimarket.entitlement.reference import entitle
from quasimarket.entitlement.reference.days import Run, Spell, runs_in_work
from quasimarket.entitlement.reference.milestones import following_days, nth_day_in_work
from quasimarket.rulebook.rulebook import BreakRule
from tests.lib.cases import events_in
from tests.lib.programmes import programme


FIRST = date(2012, 1, 1)
LAST = date(2012, 12, 31)


def day(number: int) -> date:
    """Give a day by its number, 1 being the first."""
    return FIRST + timedelta(days=number - 1)


def run(first: int, last: int) -> Run:
    return Run(first=day(first), last=day(last))


def spell(first: int, last: int) -> Spell:
    return Spell(
        spell=SpellId(f"{first}"),
        event=EventId(f"{first}"),
        first=day(first),
        last=day(last),
        has_ended=True,
    )


@pytest.mark.parametrize(
    ("jobs", "benefits", "expected"),
    [
        ([(1, 5), (6, 9)], [], [(1, 9)]),
        ([(1, 5), (3, 4)], [], [(1, 5)]),
        ([(6, 9), (1, 3)], [], [(1, 9)]),
        ([(1, 3), (7, 9)], [], [(1, 3), (7, 9)]),
        ([(1, 9)], [(4, 5)], [(1, 3), (6, 9)]),
        ([(1, 9)], [(4, 4)], [(1, 3), (5, 9)]),
        ([(1, 9)], [(1, 9)], []),
        ([(1, 9)], [(0, 2), (8, 12)], [(3, 7)]),
        ([(1, 3), (6, 9)], [(5, 5)], [(1, 3), (6, 9)]),
        ([(1, 3), (2, 9)], [(3, 5)], [(1, 2), (6, 9)]),
        ([(-9, -2), (2, 3)], [], [(2, 3)]),
        ([(-9, 4)], [], [(1, 4)]),
    ],
)
def test_runs(
    jobs: list[tuple[int, int]],
    benefits: list[tuple[int, int]],
    expected: list[tuple[int, int]],
) -> None:
    runs = runs_in_work(
        [spell(*job) for job in jobs],
        [spell(*benefit) for benefit in benefits],
        attached=FIRST,
        last_allotted_day=LAST,
        run_on=True,
        bridge_days=2,
    )

    assert runs == [run(*one) for one in expected]


@pytest.mark.parametrize(
    ("run_on", "expected"), [(True, [(1, 3), (8, 20)]), (False, [(1, 3), (8, 10)])]
)
def test_the_end_of_the_allotted_time(
    run_on: bool, expected: list[tuple[int, int]]
) -> None:
    runs = runs_in_work(
        [spell(1, 3), spell(8, 20), spell(30, 40)],
        [],
        attached=FIRST,
        last_allotted_day=day(10),
        run_on=run_on,
        bridge_days=2,
    )

    assert runs == [run(*one) for one in expected]


@pytest.mark.parametrize(
    ("needed", "unbroken", "expected"),
    [
        (3, False, 3),
        (4, False, 11),
        (9, False, 22),
        (10, False, None),
        (3, True, 3),
        (4, True, 14),
        (5, True, None),
    ],
)
def test_the_nth_day_in_work(needed: int, unbroken: bool, expected: int | None) -> None:
    runs = [run(1, 3), run(11, 14), run(21, 22)]

    found = nth_day_in_work(runs, needed, unbroken=unbroken)

    assert found == (expected and day(expected))


@pytest.mark.parametrize(
    ("rule", "earned", "expected"),
    [
        (BreakRule.RESTART, 2, [7, 12, 25, 45]),
        (BreakRule.CARRY, 2, [7, 12, 23, 41]),
        (BreakRule.END, 2, [7, 12]),
        (BreakRule.RESTART, 14, [25, 45]),
        (BreakRule.END, 14, []),
        (BreakRule.END, 16, [25]),
        (BreakRule.CARRY, 12, [23, 41]),
    ],
)
def test_following_days(rule: BreakRule, earned: int, expected: list[int]) -> None:
    runs = [run(1, 14), run(21, 27), run(41, 45)]

    found = following_days(runs, day(earned), 5, rule)

    assert found == [day(number) for number in expected]


def test_entitlement_of_many_is_in_order() -> None:
    log = events_in(
        """
        who     | what     | on         | until      | group
        9 to 10 | referred | 2011-07-01 |            | 6
        9 to 10 | attached | 2011-07-01 |            |
        9 to 10 | in work  | 2011-07-04 | 2011-10-30 |
        11      | attached | 2011-07-01 |            |
        """
    )

    participations, reached = entitle(programme().rulebook, log, date(2011, 12, 31))

    assert [one.participant for one in participations] == ["9", "10"]
    assert [(one.participant, one.milestone, one.number) for one in reached] == [
        ("9", "attachment", 1),
        ("9", "job-outcome", 1),
        ("9", "sustainment", 1),
        ("10", "attachment", 1),
        ("10", "job-outcome", 1),
        ("10", "sustainment", 1),
    ]


def test_a_milestone_names_the_events_it_follows_from() -> None:
    log = events_in(
        """
        id | who | what        | on         | spell | group
        r  | A   | referred    | 2011-07-01 |       | 6
        a  | A   | attached    | 2011-07-01 |       |
        s1 | A   | job-started | 2011-07-04 | early |
        x1 | A   | job-ended   | 2011-10-28 | early |
        s2 | A   | job-started | 2011-09-01 | late  |
        x2 | A   | job-ended   | 2011-10-28 | late  |
        s3 | A   | job-started | 2011-10-31 | last  |
        """
    )

    _, reached = entitle(programme().rulebook, log, date(2011, 11, 30))

    # The outcome's day lies in two jobs, of which the later start stands; the first
    # sustainment's day is the Sunday between jobs, behind which lies the job before.
    assert [(one.milestone, one.earned, one.events) for one in reached] == [
        ("attachment", date(2011, 7, 1), ("a",)),
        ("job-outcome", date(2011, 10, 2), ("a", "s2")),
        ("sustainment", date(2011, 10, 30), ("a", "s2")),
        ("sustainment", date(2011, 11, 27), ("a", "s3")),
    ]
