"""The event clock: what must hold of every life, and what must not matter."""

from itertools import pairwise

import numpy as np
import pytest

from quasimarket.simulation.kernel import first_passing, slot_of
from quasimarket.simulation.state import (
    ALLOCATED,
    CARRY,
    END,
    FINISHED,
    FOLLOWED,
    NEVER,
    OUTCOME,
    RESTART,
    STARTED,
)
from tests.lib.plain_programme import Lived, Scene, live, scene
from tests.lib.threads import threads


VARIANTS = {
    "carry": {"break_rule": CARRY},
    "restart": {"break_rule": RESTART},
    "end": {"break_rule": END},
    "unbroken, no run-on": {"unbroken": True, "run_on": False, "break_rule": END},
}


def small(**rules) -> Scene:
    return scene(600, **rules)


def assert_same(one: Lived, other: Lived) -> None:
    assert one.spells() == other.spells()
    assert one.milestones() == other.milestones()
    assert (one.tally == other.tally).all()
    for name in one.counts._fields:
        assert (getattr(one.counts, name) == getattr(other.counts, name)).all(), name
    for name in one.people._fields:
        assert (getattr(one.people, name) == getattr(other.people, name)).all(), name


@pytest.mark.parametrize(
    "parts",
    [
        [[0, 1, 2]],
        [[2, 1, 0]],
        [[1], [0], [2]],
        [[2], [0, 1]],
    ],
)
def test_order_and_split_of_areas_do_not_matter(parts):
    one = small()

    assert_same(live(one, 1), live(one, 1, parts=parts))


def test_number_of_threads_does_not_matter():
    one = small()
    alone = live(one, 1)

    with threads(2):
        together = live(one, 1)

    assert_same(alone, together)


def test_log_that_is_too_small_grows_and_loses_nothing():
    one = small()

    assert_same(live(one, 1), live(one, 1, room=8))


def test_log_without_room_is_not_written():
    one = small()

    silent = live(one, 1, room=0)

    assert not (silent.jobs.end_week >= 0).any()
    assert (silent.counts.paid_count == live(one, 1).counts.paid_count).all()


def test_seeds_are_different_lives():
    one = small()

    assert live(one, 1).spells() != live(one, 2).spells()


@pytest.mark.parametrize("variant", VARIANTS)
def test_jobs_start_within_the_allotted_time_and_do_not_overlap(variant):
    one = small(**VARIANTS[variant])
    people = one.population

    found = jobs_by_person(one, live(one, 4))

    assert len(found) > 100
    for person, jobs in found.items():
        assert all(start <= end for start, end in jobs)
        # the week of looking lies between two jobs
        assert all(later[0] > before[1] + 1 for before, later in pairwise(jobs))
        first, last = jobs[0][0], jobs[-1][0]
        assert first > people.attachment_week[person] >= 0
        assert last <= people.referral_week[person] + one.rules.allotted_weeks - 1


def test_somebody_starts_in_the_very_last_week_that_counts():
    one = scene(6000)
    people = one.population

    left = {
        int(people.referral_week[person]) + one.rules.allotted_weeks - 1 - start
        for person, start, _ in live(one, 4).spells()
    }

    assert min(left) == 0


@pytest.mark.parametrize("variant", VARIANTS)
def test_milestones_are_those_that_the_jobs_earn(variant):
    """Count weeks in work by hand, person by person."""
    one = small(**VARIANTS[variant])
    lived = live(one, 4)

    expected = {
        (person, *earned)
        for person, jobs in jobs_by_person(one, lived).items()
        for earned in earned_by(one, person, jobs)
    }

    assert len(expected) > 100
    assert lived.milestones() == expected


@pytest.mark.parametrize("claim_rate", [1.0, 0.8])
@pytest.mark.parametrize("variant", VARIANTS)
def test_money_counted_is_that_of_the_milestones_earned(variant, claim_rate):
    one = small(claim_rate=claim_rate, **VARIANTS[variant])
    people = one.population

    lived = live(one, 4)

    earned, area = lived.earned, people_of_areas(one)
    claimed = people.claims[earned.person] == 1
    expected = np.zeros_like(lived.counts.paid_count)
    attached = np.flatnonzero(people.attachment_week >= 0)
    month = one.month_of_week[people.attachment_week[attached]]
    np.add.at(expected, (area[attached], 0, month), 1)
    kind = np.where(earned.number[claimed] == 0, 1, 2)
    month = one.month_of_week[earned.week[claimed]]
    np.add.at(expected, (area[earned.person[claimed]], kind, month), 1)
    assert (lived.counts.paid_count == expected).all()
    assert (lived.counts.paid_upstream == 100 * expected).all()
    assert (lived.counts.paid_downstream == 80 * expected).all()


@pytest.mark.parametrize("variant", VARIANTS)
def test_tallies_are_those_of_the_jobs_and_milestones(variant):
    one = small(claim_rate=1.0, **VARIANTS[variant])

    lived = live(one, 4)

    months = len(lived.tally)
    first = lived.earned.number == 0
    for kind, weeks in (
        (STARTED, lived.jobs.start_week - 1),  # in the month in which it was found
        (OUTCOME, lived.earned.week[first]),
        (FOLLOWED, lived.earned.week[~first]),
        (
            ALLOCATED,
            one.population.attachment_week[one.population.attachment_week >= 0],
        ),
    ):
        by_month = np.bincount(one.month_of_week[weeks], minlength=months)
        assert (lived.tally[:, :, kind].sum(axis=1) == by_month).all(), kind


def people_of_areas(one: Scene) -> np.ndarray:
    start = one.population.area_start
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def jobs_by_person(one: Scene, lived: Lived) -> dict[int, list[tuple[int, int]]]:
    """Everybody's jobs in order; one without an end goes on for ever."""
    found: dict[int, list[tuple[int, int]]] = {}
    for person, start, end in sorted(lived.spells()):
        found.setdefault(person, []).append((start, end if end >= 0 else one.weeks - 1))
    return found


def earned_by(
    one: Scene, person: int, jobs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Milestones (number, week) that a person's jobs earn, week by week."""
    rules, group = one.rules, int(one.population.group[person])
    last = int(one.population.referral_week[person]) + rules.allotted_weeks - 1
    found: list[tuple[int, int]] = []
    done = since = 0
    for start, end in jobs:
        if rules.unbroken and not found:
            done = 0
        if found and rules.break_rule != CARRY:
            since = 0
        for week in range(start, end + 1):
            if week > last and not rules.run_on:
                return found
            if not found:
                done += 1
                if done == rules.outcome_weeks[group]:
                    found.append((0, week))
                continue
            since += 1
            if since == rules.following_weeks[group]:
                found.append((len(found), week))
                since = 0
            if len(found) > rules.maximum[group]:
                return found
        if found and rules.break_rule == END:
            return found
    return found


def test_everybody_is_finished_in_the_end_and_counts_are_empty():
    one = small(run_on=True)

    lived = live(one, 4)

    people = lived.people
    assert (people.state == FINISHED).all()
    assert not lived.counts.working.any()
    assert not lived.counts.looking.any()
    assert (people.contract >= 0).all()
    assert ((people.position >= 0) == (one.population.attachment_week >= 0)).all()


def test_longer_allotted_time_changes_nobody_before_the_shorter_one_ends():
    short, long = small(allotted_weeks=40), small(allotted_weeks=60)
    last = short.population.referral_week.astype(int) + 40 - 1

    one, other = ({job[:2] for job in live(each, 9).spells()} for each in (short, long))

    assert one == {job for job in other if job[1] <= last[job[0]]}
    assert other - one


@pytest.mark.parametrize(
    ("threshold", "index", "pace", "week", "expected"),
    [
        (10.0, 8.0, 1.0, 20, 21),  # passes at the end of the second week
        (10.1, 8.0, 1.0, 20, 22),
        (8.0001, 8.0, 1.0, 20, 20),
        (10.0, 8.0, 1.0, 23, 23),  # never before the week asked about
        (7.0, 8.0, 1.0, 20, 20),
        (10.0, 8.0, 0.0, 20, NEVER),
        (np.inf, 8.0, 1.0, 20, NEVER),
    ],
)
def test_first_week_by_whose_end_the_index_has_passed(
    threshold, index, pace, week, expected
):
    assert first_passing(threshold, index, pace, week, 20) == expected


@pytest.mark.parametrize(
    ("luck", "slot"), [(0.0, 0), (0.2499, 0), (0.25, 1), (0.99, 3), (1.0, 3)]
)
def test_slot_is_the_first_whose_cumulative_share_exceeds_the_luck(luck, slot):
    assert slot_of(luck, np.array([0.25, 0.5, 0.5, 0.9999])) == slot
