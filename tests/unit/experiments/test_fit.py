"""Fitting: parameters found again, errors stated, too few targets refused."""

from dataclasses import replace

import numpy as np
import pytest

from quasimarket.evidence.targets import LAST_FITTED, Measure, Use, load_targets
from quasimarket.experiments.fit import FITTED, FLOW, FLOW_MEASURES, fit
from quasimarket.experiments.moments_run import figures
from tests.lib.fitting import fitted_targets, targets_of
from tests.lib.small_programme import behaviour, small_design
from tests.lib.threads import threads


NAMES = ("hazard.1", "claim.rate")
WANTED = {
    Measure.JOB_OUTCOMES,
    Measure.UNCLAIMED_OUTCOMES,
    Measure.JOB_STARTERS,
}


@pytest.fixture(autouse=True)
def one_thread():
    with threads(1):
        yield


@pytest.fixture(scope="module")
def design():
    # Whether one of a place's few advisers has left is a step, not a slope: in a small
    # design it moves the figures more than the parameters that are looked for.
    made = small_design(scale=0.05)
    steady = made.behaviour.with_values({"staffing.vacancy": 0.0})
    return replace(made, behaviour=steady)


@pytest.fixture(scope="module")
def targets(design):
    with threads(1):
        chosen = tuple(one for one in fitted_targets() if one.measure in WANTED)
        return targets_of(design, chosen, np.full(len(chosen), 20.0))


def begun_elsewhere(design, factor: float = 1.3):
    true = design.behaviour
    moved = {"hazard.1": true["hazard.1"] * factor, "claim.rate": 0.8}
    return replace(design, behaviour=true.with_values(moved))


def test_parameters_are_found_again_with_the_same_luck(design, targets):
    found = fit(begun_elsewhere(design), targets, names=NAMES, rounds=8)

    for name in NAMES:
        assert found.behaviour[name] == pytest.approx(design.behaviour[name], rel=0.03)
    assert found.sum_of_squares < 0.5
    assert found.figures == pytest.approx([one.value for one in targets], rel=0.05)


def test_estimates_are_marked_and_nothing_else_is_touched(design, targets):
    begun = begun_elsewhere(design)

    found = fit(begun, targets, names=NAMES, rounds=1, command="quasimarket fit x")

    for before, after in zip(
        begun.behaviour.parameters, found.behaviour.parameters, strict=True
    ):
        if after.key not in NAMES:
            assert after == before
            continue
        assert after.evidence == "fitted"
        assert after.source == "quasimarket fit x"
        assert after.standard_error > 0
        assert after.low <= after.value <= after.high
        assert len(f"{after.value:.12g}".replace(".", "").lstrip("0")) <= 4


def test_fit_is_the_same_for_the_same_seed(design, targets):
    one, other = (
        fit(begun_elsewhere(design), targets, names=NAMES, rounds=1) for _ in range(2)
    )

    assert one.behaviour.content_hash == other.behaviour.content_hash
    assert (one.figures == other.figures).all()


def test_only_targets_for_fitting_are_fitted(design, targets):
    lie = replace(targets[0], id="held-out", value=1e9, use=Use.CHECK)
    begun = begun_elsewhere(design)

    plain = fit(begun, targets, names=NAMES, rounds=1)
    with_lie = fit(begun, (*targets, lie), names=NAMES, rounds=1)

    assert with_lie.behaviour.content_hash == plain.behaviour.content_hash
    assert len(with_lie.figures) == len(targets) + 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_no_more_targets_than_parameters_are_refused(count, design, targets):
    with pytest.raises(ValueError, match="2 parameters need more than"):
        fit(design, targets[:count], names=NAMES)


def test_shipped_targets_outnumber_the_shipped_parameters():
    shipped = [one for one in load_targets() if one.use is Use.FIT]
    of_flow = [one for one in shipped if one.measure in FLOW_MEASURES]

    assert len(shipped) - len(of_flow) > len(FITTED)
    assert len(of_flow) > len(FLOW)
    assert not set(FITTED) & set(FLOW)
    assert {*FITTED, *FLOW} <= set(behaviour())
    assert max(one.seen_to for one in shipped) <= LAST_FITTED


def test_progress_is_told(design, targets):
    told = []

    fit(
        begun_elsewhere(design),
        targets,
        names=NAMES,
        rounds=1,
        told=lambda done, foreseen, squares: told.append((done, foreseen, squares)),
    )

    assert [done for done, _, _ in told] == list(range(1, len(told) + 1))
    assert all(done <= foreseen for done, foreseen, _ in told)
    assert told[-1][2] < told[0][2]


def test_figures_of_a_run_do_not_depend_on_the_run_before(design, targets):
    first = figures(design, {}, targets)

    figures(design, {"hazard.1": 0.04}, targets)

    assert (figures(design, {}, targets) == first).all()
