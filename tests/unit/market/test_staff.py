"""Rule R4: people are conserved, and move one at a time."""

from itertools import pairwise

import numpy as np
import pytest

from quasimarket.market.staff import (
    COMMERCIAL,
    DISMISSED,
    FREE,
    HOLISTIC,
    VALUES,
    Staff,
    norm_of,
    practice_of,
)
from tests.lib.small_programme import SEED, behaviour


PLACES = 60
HEADS = np.full(PLACES, 8)
MONTHS = 24


def staffed(norms=0.5, **changed):
    return Staff(behaviour(**changed), HEADS, np.full(PLACES, norms), seed=SEED)


def lived(
    staff, months=MONTHS, wanted=HEADS, practice=0.5, below=False, dismissal=0.5,
    fit=0.5,
):  # fmt: skip
    return [
        staff.month(
            month,
            wanted,
            np.full(PLACES, practice),
            np.full(PLACES, below),
            np.full(PLACES, dismissal),
            np.full(PLACES, fit),
        )
        for month in range(months)
    ]


def test_people_are_neither_made_nor_lost():
    staff = staffed()
    people = len(staff.employer)

    moves = lived(staff)

    hired = sum(int(one.is_hire.sum()) for one in moves)
    left = sum(int((~one.is_hire).sum()) for one in moves)
    assert len(staff.employer) == people
    assert min(hired, left) > 0
    assert staff.heads(PLACES).sum() == HEADS.sum() + hired - left


def test_heads_follow_from_moves_position_by_position():
    staff = staffed()
    before = staff.heads(PLACES)

    moves = lived(staff)

    change = np.zeros(PLACES, np.int64)
    for one in moves:
        np.add.at(change, one.position, np.where(one.is_hire, 1, -1))
    np.testing.assert_array_equal(staff.heads(PLACES), before + change)


def test_nobody_works_twice_or_leaves_where_they_do_not_work():
    staff = staffed()
    employer = staff.employer.copy()

    for one in lived(staff):
        for person, position, hire in zip(
            one.person, one.position, one.is_hire, strict=True
        ):
            assert employer[person] == (FREE if hire else position)
            employer[person] = position if hire else FREE
    np.testing.assert_array_equal(employer, staff.employer)


def test_one_move_is_one_who_left_and_one_hired():
    moves = lived(staffed())

    for one in moves:
        assert len(set(one.person)) == len(one.person)
    history: dict[int, list[bool]] = {}
    for one in moves:
        for person, hire in zip(one.person, one.is_hire, strict=True):
            history.setdefault(int(person), []).append(bool(hire))
    for steps in history.values():
        assert all(a != b for a, b in pairwise(steps))


def test_hired_person_comes_from_where_they_last_worked():
    staff = staffed()
    last = staff.employer.copy()

    for one in lived(staff):
        for person, position, hire, source in zip(
            one.person, one.position, one.is_hire, one.came_from, strict=True
        ):
            if hire:
                assert source == last[person]
                last[person] = position


def test_without_mobility_nobody_moves():
    staff = staffed(institution__mobility=0)

    assert all(len(one.person) == 0 for one in lived(staff))


def test_surplus_staff_leave_even_so():
    staff = staffed(institution__mobility=0)

    lived(staff, wanted=HEADS // 2)

    assert staff.heads(PLACES).sum() == HEADS.sum() // 2


def test_people_leave_over_values_where_practice_is_not_theirs():
    def quits(practice):
        moves = lived(staffed(0.2), 12, practice=practice)
        return sum(int((one.reason == VALUES).sum()) for one in moves)

    assert quits(0.9) > 3 * quits(0.25)


@pytest.mark.parametrize(
    "readier", [{"below": True}, {"dismissal": 0.95}], ids=["below", "rule"]
)
def test_dismissal_follows_results_and_the_employers_rule(readier):
    def sacked(**changed):
        moves = lived(staffed(staff__dismissal=0.1), 12, **changed)
        return sum(int((one.reason == DISMISSED).sum()) for one in moves)

    assert sacked(**readier) > 1.4 * sacked()


def test_hiring_by_fit_brings_those_who_fit():
    def hired(fit):
        moves = lived(staffed(0.5), practice=0.8, fit=fit)
        norms = np.concatenate([one.norm[one.is_hire] for one in moves])
        return np.abs(norms - 0.8).mean()

    assert hired(1.0) < hired(0.0) - 0.03


def test_place_stays_empty_for_months():
    def empty(months):
        staff = staffed(staff__hire_months=months)
        lived(staff)
        return HEADS.sum() - staff.heads(PLACES).sum()

    assert empty(9) > empty(2)


def test_norms_are_a_place_between_two_persuasions():
    np.testing.assert_allclose(
        norm_of(np.stack([HOLISTIC, COMMERCIAL])), [0, 1], atol=1e-12
    )
    norms = np.linspace(0, 1, 5)
    np.testing.assert_allclose(norm_of(practice_of(norms)), norms, atol=1e-12)


def test_position_without_staff_has_the_norm_given():
    staff = Staff(behaviour(), np.array([3, 0]), np.array([0.5, 0.5]), seed=SEED)

    assert staff.norms(2, np.array([0.1, 0.77]))[1] == 0.77


def test_whoever_has_vacancies_has_fewer_hours_than_the_average_place():
    staff = staffed()
    wanted = HEADS.copy()
    wanted[0] = 16

    filled = staff.filled(wanted, 0.35)

    assert filled[0] == pytest.approx(filled[1] / 2)
    achieved = (filled**0.35 * wanted).sum() / wanted.sum()
    assert achieved == pytest.approx(1.0)


def test_full_places_and_none_wanted_are_as_usual():
    staff = staffed()
    wanted = HEADS.copy()
    wanted[0] = 0

    assert staff.filled(wanted, 0.35) == pytest.approx(np.ones(PLACES))
