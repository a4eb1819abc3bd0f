"""What became of each person: one fate each, by what was seen and the rulebook."""

import numpy as np
import pytest

from quasimarket.population.fates import (
    FATES,
    HELPED,
    LASTING,
    NEVER_ATTACHED,
    SANCTIONED,
    TRACKED,
    UNTOUCHED,
    WORK,
    care_of,
    work_out_fates,
)


MANY = 3_000
MONTHS = 24
WEEKS = MONTHS * 4
LENGTHS = [[2, 4, 26]] * MONTHS


def fates(
    contacts=2.0, doubts=0.0, worked=0, away=None, outcome=False, specialist=False,
    attached=0, upheld=0.6, lengths=LENGTHS, last=WEEKS - 1,
    group=0, bound=True,
):  # fmt: skip
    by_month = np.asarray(doubts, float) * np.ones(MONTHS)
    return work_out_fates(
        seed=7,
        number=np.arange(1, MANY + 1, dtype=np.int64),
        group=np.full(MANY, group, np.uint8),
        band=np.zeros(MANY, np.uint8),
        position=np.zeros(MANY, np.int16),
        attachment_week=np.full(MANY, attached, np.int16),
        last_week=np.full(MANY, last, np.int64),
        month_of_week=np.arange(WEEKS) // 4,
        weeks_away=np.full(MANY, worked if away is None else away, np.int64),
        weeks_in_work=np.full(MANY, worked, np.int16),
        had_outcome=np.full(MANY, outcome),
        has_specialist=np.full(MANY, specialist),
        care=care_of(np.full((MONTHS, 1, 3), contacts), by_month[:, None]),
        upheld=upheld,
        lengths=np.array([lengths, np.zeros_like(lengths) + 1]),
        is_bound=np.array([bound, bound]),
    )


def test_everybody_has_one_fate():
    found = fates(contacts=0.5, doubts=0.02)

    counts = np.bincount(found.fate, minlength=len(FATES))
    assert counts.sum() == MANY
    assert counts[[SANCTIONED, HELPED, TRACKED, UNTOUCHED]].min() > 0


@pytest.mark.parametrize(
    ("person", "fate"),
    [
        ({"outcome": True, "worked": 40, "doubts": 0.5}, LASTING),
        ({"worked": 4, "doubts": 0.5}, WORK),
        ({"contacts": 0.0}, UNTOUCHED),
        ({"contacts": 0.0, "specialist": True}, HELPED),
        ({"attached": -1, "outcome": True}, NEVER_ATTACHED),
    ],
)
def test_the_first_fate_that_fits_is_it(person, fate):
    assert (fates(**person).fate == fate).all()


def test_contacts_are_as_many_on_average_as_were_seen():
    assert fates(contacts=2.0).contacts.mean() == pytest.approx(2.0 * MONTHS, rel=0.05)


def test_weeks_in_work_are_not_served():
    found = fates(worked=30)

    assert (found.weeks_served == WEEKS - 30).all()
    assert found.contacts.mean() < fates().contacts.mean()


def test_work_after_the_end_takes_nothing_off_the_weeks_served():
    found = fates(worked=200, away=10, outcome=True)

    assert (found.weeks_in_work == 200).all()
    assert (found.weeks_served == WEEKS - 10).all()


def test_never_attached_get_nothing():
    found = fates(attached=-1, doubts=1.0)

    for name in ("weeks_served", "contacts", "sanction_referrals", "sanctions"):
        assert not getattr(found, name).any(), name


def test_doubts_come_as_often_as_they_were_raised():
    found = fates(doubts=0.02)

    assert found.sanction_referrals.mean() == pytest.approx(0.02 * MONTHS, rel=0.1)


@pytest.mark.parametrize(("upheld", "share"), [(0.0, 0.0), (0.6, 0.6), (1.0, 1.0)])
def test_doubts_end_in_sanctions_as_often_as_they_are_upheld(upheld, share):
    found = fates(doubts=0.05, upheld=upheld)

    assert found.sanctions.sum() == pytest.approx(
        share * found.sanction_referrals.sum(), rel=0.05
    )
    assert (found.sanctions <= found.sanction_referrals).all()


@pytest.mark.parametrize(
    ("sanctions", "weeks"), [(0, 0), (1, 2), (2, 6), (3, 32), (4, 58)]
)
def test_weeks_follow_first_second_and_later_penalty(sanctions, weeks):
    found = fates(doubts=0.1)

    assert (found.sanction_weeks[found.sanctions == sanctions] == weeks).all()


def test_penalty_is_that_of_the_day_of_the_doubt():
    half = MONTHS // 2
    lengths = [[2, 4, 26]] * half + [[4, 13, 13]] * half
    early, late = np.zeros(MONTHS), np.zeros(MONTHS)
    early[2], late[half + 2] = 0.05, 0.05

    before, after = (fates(doubts=one, lengths=lengths) for one in (early, late))

    assert set(before.sanction_weeks[before.sanctions == 1]) == {2}
    assert set(after.sanction_weeks[after.sanctions == 1]) == {4}


def test_doubts_fall_evenly_on_a_stay_in_which_they_are_even():
    half = MONTHS // 2
    lengths = [[1, 1, 1]] * half + [[10, 10, 10]] * half

    found = fates(doubts=0.04, upheld=1.0, lengths=lengths)

    each = found.sanction_weeks.sum() / found.sanctions.sum()
    assert each == pytest.approx(5.5, rel=0.06)


def test_stay_that_ends_early_counts_only_to_its_end():
    found = fates(last=39)

    assert (found.weeks_served == 40).all()
    assert found.contacts.mean() == pytest.approx(20, rel=0.06)


def test_each_group_has_the_lengths_of_its_own_benefit():
    first, other = (fates(doubts=0.05, group=one) for one in (0, 1))

    np.testing.assert_array_equal(first.sanctions, other.sanctions)
    np.testing.assert_array_equal(other.sanction_weeks, other.sanctions)
    assert first.sanction_weeks.sum() > 2 * other.sanction_weeks.sum()


def test_no_doubt_is_raised_about_volunteers():
    found = fates(doubts=0.5, bound=False)

    assert not found.sanction_referrals.any()
    assert not found.sanction_weeks.any()
