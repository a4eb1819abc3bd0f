"""Rule R3: demands follow pressure, and cost hours."""

import numpy as np
import pytest

from quasimarket.market.demands import HOURS_A_MONTH, make_demands
from tests.lib.small_programme import behaviour


MANY = 2_000
PARTS = 7
LUCK = np.random.default_rng(1).random((MANY, 5))


def demands(
    pressed=0.5, strict=0.5, gap=0.4, bound=True, below=False, advisers=5.0,
    experienced=False, asked=1.0, **changed,
):  # fmt: skip
    return make_demands(
        behaviour(**changed),
        np.full(MANY, pressed),
        np.full(MANY, strict),
        np.full((MANY, PARTS), gap) * np.linspace(1, 0.4, PARTS),
        np.full((MANY, PARTS), bound),
        np.full(MANY, below),
        np.full(MANY, advisers),
        np.full(MANY, experienced),
        np.full(MANY, asked),
        LUCK,
    )


@pytest.mark.parametrize("name", ["requests", "hours", "directive"])
@pytest.mark.parametrize("harder", [{"pressed": 0.8}, {"strict": 0.9}])
def test_more_is_demanded_by_whoever_presses_harder(name, harder):
    assert getattr(demands(**harder), name).sum() > getattr(demands(), name).sum()


def test_harder_pressure_gives_shorter_notice():
    assert (demands(pressed=0.8).notice < demands(pressed=0.2).notice).all()


def test_requests_cost_hours_and_experience_saves_them():
    new, old = demands(), demands(experienced=True)

    np.testing.assert_array_equal(new.requests, old.requests)
    asked = new.requests > 0
    assert (new.hours[asked] > old.hours[asked]).all()
    assert (new.hours[~asked] == 0).all()
    assert new.late.sum() > old.late.sum()


def test_hours_end_where_no_more_time_can_be_taken():
    found = demands(pressed=1.0, advisers=1.0, pressure__requests=400)

    most = behaviour()["pressure.most_admin"] * HOURS_A_MONTH
    np.testing.assert_allclose(found.hours, most)


def test_answers_cannot_be_late_that_were_not_asked_for():
    found = demands(pressed=0.02)

    assert (found.late <= found.requests).all()


def test_whoever_won_that_clause_is_asked_less_and_directed_as_often():
    spared, usual = demands(asked=0.5), demands()

    assert spared.requests.mean() == pytest.approx(usual.requests.mean() / 2, rel=0.05)
    assert spared.hours.sum() < usual.hours.sum()
    np.testing.assert_array_equal(spared.directive, usual.directive)


def test_nothing_is_demanded_without_pressure():
    found = demands(pressed=0.0, below=True)

    for name in ("requests", "hours", "late", "directive", "noticed"):
        assert not getattr(found, name).any(), name


def test_directive_is_about_the_part_furthest_off():
    assert (demands().part == 0).all()


def test_what_is_free_is_not_directed():
    bound = np.ones((MANY, PARTS), bool)
    bound[:, 0] = False

    found = demands(bound=bound)

    assert found.directive.any()
    assert (found.part == 1).all()
    assert not demands(bound=False).directive.any()


def test_only_those_below_their_results_are_served_notice():
    assert demands(below=True).noticed.any()
    assert not demands(below=False).noticed.any()
