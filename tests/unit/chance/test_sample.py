"""Points spread over a cube: each sample is what its name says, for its seed."""

import numpy as np
import pytest

from quasimarket.chance.sample import (
    chosen,
    even_points,
    latin_hypercube,
    shuffled,
    trajectories,
)


def test_latin_hypercube_has_one_point_in_each_slice_of_each_dimension():
    points = latin_hypercube(3, 10, 4)

    assert (np.arange(10) == np.sort(np.floor(points * 10), axis=0).T).all()


def test_seed_decides_and_nothing_else():
    for draw in (latin_hypercube, even_points, trajectories):
        assert (draw(1, 4, 3) == draw(1, 4, 3)).all()
        assert (draw(1, 4, 3) != draw(2, 4, 3)).any()


def test_each_step_of_a_path_moves_one_dimension_and_each_once():
    paths = trajectories(1, 5, 7).reshape(5, 8, 7)

    moved = np.diff(paths, axis=1)

    assert ((np.abs(moved) > 0).sum(axis=2) == 1).all()
    assert ((np.abs(moved) > 0).sum(axis=1) == 1).all()
    assert np.abs(moved).max(axis=2) == pytest.approx(2 / 3)
    levels = np.unique(paths.round(6))
    assert levels.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1], abs=1e-6)


def test_paths_go_up_and_down():
    moved = np.diff(trajectories(1, 5, 7).reshape(5, 8, 7), axis=1).sum(axis=2)

    assert (moved > 0).any()
    assert (moved < 0).any()


def test_places_are_chosen_as_often_as_their_weights_say():
    found = np.bincount(chosen(1, np.array([0.0, 1.0, 3.0]), 400), minlength=3)

    assert found[0] == 0
    assert np.abs(found - [0, 100, 300]).max() <= 1


def test_shuffled_order_leaves_nothing_out():
    assert sorted(shuffled(1, 9).tolist()) == list(range(9))
    assert shuffled(1, 9).tolist() != shuffled(2, 9).tolist()
