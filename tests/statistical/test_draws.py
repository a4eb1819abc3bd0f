"""Draws are even, and say nothing about other people, spells, purposes or seeds.

Every check is at a fixed seed. Its false-alarm rate is ALPHA; with 2**18 draws a
correlation of 1.6% is seen with 99.9% power (8.2 standard errors).
"""

import numpy as np
import pytest
from scipy import stats

from quasimarket.chance import Purpose, uniforms


ALPHA = 1e-6
PEOPLE = 2**18
FIRST = 100_102_300_000_001
"""A number as people are given them."""
CONSECUTIVE = np.arange(FIRST, FIRST + PEOPLE, dtype=np.int64)
SCATTERED = FIRST + 100_000 * np.arange(PEOPLE, dtype=np.int64)
"""First people of successive cells: these numbers share their low digits."""
FAR_APART = (np.arange(PEOPLE, dtype=np.int64) << 32) + 7
"""These numbers share their low word."""
NUMBERS = {"consecutive": CONSECUTIVE, "scattered": SCATTERED, "far": FAR_APART}


def drawn(
    purpose: Purpose, persons: np.ndarray = CONSECUTIVE, spell: int = 0, seed: int = 1
) -> np.ndarray:
    return uniforms(seed, purpose, persons, spell)


def assert_unrelated(one: np.ndarray, other: np.ndarray) -> None:
    score = np.corrcoef(one, other)[0, 1] * np.sqrt(len(one))
    assert abs(score) < stats.norm.isf(ALPHA / 2)


def assert_even(draws: np.ndarray, cells: int = 1024) -> None:
    counts = np.bincount((draws * cells).astype(int), minlength=cells)
    probability = stats.chisquare(counts).pvalue
    # too even is as suspect as too uneven
    assert ALPHA / 2 < probability < 1 - ALPHA / 2


@pytest.mark.parametrize("numbers", NUMBERS)
@pytest.mark.parametrize("purpose", [Purpose.JOB_START, Purpose.NEED, Purpose.CONTRACT])
def test_draws_are_even(purpose, numbers):
    assert_even(drawn(purpose, NUMBERS[numbers]))


@pytest.mark.parametrize("purpose", Purpose)
def test_low_digits_of_draws_are_even(purpose):
    assert_even(drawn(purpose) * 2**20 % 1)


@pytest.mark.parametrize("numbers", NUMBERS)
@pytest.mark.parametrize("lag", [1, 2, 3, 9, 100, 4096])
def test_draws_of_neighbours_are_unrelated(numbers, lag):
    draws = drawn(Purpose.JOB_START, NUMBERS[numbers])

    assert_unrelated(draws[:-lag], draws[lag:])


def test_draws_of_different_purposes_are_unrelated():
    draws = np.array([drawn(purpose) for purpose in Purpose])

    scores = np.corrcoef(draws) * np.sqrt(PEOPLE)

    pairs = scores[np.triu_indices(len(Purpose), 1)]
    assert np.abs(pairs).max() < stats.norm.isf(ALPHA / 2 / len(pairs))


def test_draws_of_different_spells_are_unrelated():
    draws = np.array([drawn(Purpose.JOB_LOSS, spell=spell) for spell in range(12)])

    scores = np.corrcoef(draws) * np.sqrt(PEOPLE)

    pairs = scores[np.triu_indices(len(draws), 1)]
    assert np.abs(pairs).max() < stats.norm.isf(ALPHA / 2 / len(pairs))


@pytest.mark.parametrize("other", [0, 2, 3, 2**32 + 1, -1])
def test_draws_of_different_seeds_are_unrelated(other):
    assert_unrelated(
        drawn(Purpose.EMPLOYABILITY), drawn(Purpose.EMPLOYABILITY, seed=other)
    )


def test_pairs_of_a_persons_draws_fill_the_square_evenly():
    # the threshold to start a job and to lose it, spell by spell
    start, loss = drawn(Purpose.JOB_START), drawn(Purpose.JOB_LOSS)

    square = (start * 32).astype(int) * 32 + (loss * 32).astype(int)

    assert_even((square + 0.5) / 1024)


def test_the_check_itself_sees_an_uneven_draw():
    draws = drawn(Purpose.JOB_START)
    bent = draws**1.05

    with pytest.raises(AssertionError):
        assert_even(bent)
    with pytest.raises(AssertionError):
        assert_unrelated(draws, 0.016 * draws + drawn(Purpose.AGE))
