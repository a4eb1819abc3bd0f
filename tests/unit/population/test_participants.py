"""Who people are: drawn one by one, seen through a score."""

from dataclasses import fields

import numpy as np
import pytest
from scipy import stats

from quasimarket.evidence.people import NEEDS, locality_shares
from quasimarket.population import AGE_BANDS, QUALIFICATIONS, Population
from quasimarket.population.participants import build_population, normal
from tests.lib.small_programme import behaviour, teaching_pilot, work_programme


ALPHA = 1e-6
PEOPLE = 6_000
"""A group: a share of a third is seen to within 3.6 points at 6 standard errors."""
PERSONAL = [
    one.name
    for one in fields(Population)
    if one.name not in {"area_start", "week_end", "weight"}
]


def people_of(weekly: np.ndarray, seed: int = 1, **changed: float) -> Population:
    return build_population(
        work_programme(len(weekly)), behaviour(**changed), weekly, seed=seed
    )


def a_group_each(count: int = PEOPLE) -> np.ndarray:
    return np.full((1, 1, 9), count, np.int64)


def assert_same_people(some: Population, others: Population) -> None:
    """Everyone of `some` is the same person among `others`."""
    places = np.searchsorted(others.number, some.number)
    assert (others.number[places] == some.number).all()
    for name in PERSONAL:
        here, there = getattr(some, name), getattr(others, name)[places]
        assert (here == there).all(), name


def test_normal_quantile_is_right():
    luck = np.concatenate(
        [np.geomspace(1e-15, 0.5, 60), 1 - np.geomspace(1e-12, 0.5, 60)]
    )

    found = np.array([normal(one) for one in luck])

    assert np.abs(found - stats.norm.ppf(luck)).max() < 1e-7


def test_people_are_the_same_when_an_area_is_left_out():
    weekly = np.random.default_rng(5).integers(0, 9, (3, 8, 9))

    assert_same_people(people_of(weekly[:2]), people_of(weekly))


def test_people_are_the_same_when_another_cell_grows():
    weekly = np.random.default_rng(5).integers(1, 9, (2, 8, 9))
    other = weekly.copy()
    other[0, 3, 2] += 40
    other[1, 0, 0] = 0
    smaller = np.minimum(weekly, other)

    assert_same_people(people_of(smaller), people_of(weekly))
    assert_same_people(people_of(smaller), people_of(other))


def test_people_differ_with_the_seed():
    weekly = a_group_each(50)

    one, other = people_of(weekly, 1), people_of(weekly, 2)

    assert (one.number == other.number).all()
    assert (one.rate != other.rate).mean() > 0.99
    assert 0.4 < (one.band != other.band).mean() < 0.9


def test_draws_of_different_attributes_leave_one_another_alone():
    weekly = a_group_each(200)

    plain = people_of(weekly)
    changed = people_of(weekly, claim__rate=0.5, need__penalty=1.0)

    for name in PERSONAL:
        if name not in {"claims", "rate"}:
            assert (getattr(plain, name) == getattr(changed, name)).all(), name
    assert ((plain.claims == 1) | (changed.claims == 0)).all()


@pytest.mark.parametrize(
    ("noise", "low", "high"),
    [(0.0, 1.0, 1.0), (1.0, 0.65, 0.76), (1000.0, -0.03, 0.03)],
)
def test_score_says_as_much_as_its_noise_lets_it(noise, low, high):
    people = people_of(
        a_group_each(),
        employability__score_noise=noise,
        need__penalty=0.0,
        employability__spread=1.0,
    )
    second = people.group == 1
    employability = np.log(people.rate[second].astype(np.float64))
    band = people.band[second]

    order = np.argsort(employability)
    if noise == 0:
        assert (np.diff(band[order]) >= 0).all()
    means = [employability[band == one].mean() for one in range(3)]
    # the band's mean tells of the score what the score tells of employability
    correlation = (means[2] - means[0]) / (2 * 1.0906 * employability.std())
    assert low - 0.03 <= correlation <= high + 0.03


def test_bands_are_thirds():
    people = people_of(a_group_each())

    for group in range(9):
        shares = np.bincount(people.band[people.group == group], minlength=3) / PEOPLE
        assert np.abs(shares - 1 / 3).max() < 0.036


def test_ages_follow_the_group():
    people = people_of(a_group_each(500))
    rulebook = work_programme(1)

    for place, group in enumerate(rulebook.groups):
        ages = {AGE_BANDS[one] for one in people.age_band[people.group == place]}
        if "18-24" in group.name:
            assert ages == {"18-24"}
        elif "25 and over" in group.name:
            assert ages == set(AGE_BANDS[1:])
        else:
            assert ages == set(AGE_BANDS)
    assert sum("18-24" in group.name for group in rulebook.groups) == 1


def test_needs_have_their_shares():
    people = people_of(a_group_each())

    health = [
        (people.need[people.group == group] == NEEDS.index("health")).mean()
        for group in range(9)
    ]

    assert min(health[4:7]) > 2 * max(health[0:2])  # ESA against JSA
    assert people.need.max() < len(NEEDS)
    assert people.qualification.max() == len(QUALIFICATIONS) - 1


def test_covariates_tell_of_employability_in_the_expected_directions():
    people = people_of(a_group_each(), need__penalty=0.0)
    third = people.group == 2

    def tells(name: str) -> float:
        return stats.spearmanr(getattr(people, name)[third], people.rate[third])[0]

    assert tells("age_band") < -0.1
    assert tells("months_out_of_work") < -0.2
    assert tells("qualification") > 0.2


def test_unmet_need_lowers_the_rate_of_finding_work():
    with_penalty = people_of(a_group_each(200), need__penalty=0.35)
    without = people_of(a_group_each(200), need__penalty=0.0)

    ratio = with_penalty.rate / without.rate

    assert np.allclose(ratio[with_penalty.need > 0], np.exp(-0.35), rtol=1e-5)
    assert (ratio[with_penalty.need == 0] == 1).all()


def test_the_employable_keep_their_jobs_longer():
    people = people_of(a_group_each(200), need__penalty=0.0)
    one = people.group == 0

    order = np.argsort(people.rate[one])

    assert (np.diff(people.loss[one][order]) <= 1e-6).all()


def test_attached_share_and_wait():
    people = people_of(a_group_each(), attachment__weeks=3.0)
    rulebook = work_programme(1)
    attached = people.attachment_week >= 0
    wait = (people.attachment_week - people.referral_week)[attached]

    assert set(np.unique(wait)) == {1, 2, 3}
    for place, group in enumerate(rulebook.groups):
        share = attached[people.group == place].mean()
        expected = 0.685 if "prison" in group.name else 0.955
        assert abs(share - expected) < 6 * np.sqrt(expected * (1 - expected) / PEOPLE)


def test_everyone_claims_where_the_claim_rate_is_one():
    assert people_of(a_group_each(50), claim__rate=1.0).claims.all()


def test_locality_shares_fall_and_add_up():
    shares = locality_shares(12)

    assert shares.sum() == pytest.approx(1)
    assert (np.diff(shares) < 0).all()


def test_localities_have_their_shares():
    people = people_of(a_group_each())
    count = int(behaviour()["flow.localities"])

    found = np.bincount(people.locality, minlength=count)

    expected = locality_shares(count) * len(people)
    assert stats.chisquare(found, expected).pvalue > ALPHA


def test_groups_of_another_programme_find_work_as_group_2_does():
    weekly = np.full((1, 1, 2), 400, np.int64)

    plain = build_population(teaching_pilot(), behaviour(), weekly, seed=1)
    doubled = build_population(
        teaching_pilot(),
        behaviour(hazard__2=2 * behaviour()["hazard.2"]),
        weekly,
        seed=1,
    )

    assert np.allclose(doubled.rate / plain.rate, 2, rtol=1e-5)
