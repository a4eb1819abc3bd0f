"""Verdicts on claims follow from intervals and bounds, and from nothing else."""

import pytest

from quasimarket.evidence.claims import Claim, ClaimKind, ClaimTest
from quasimarket.experiments.claims import (
    Estimated,
    JudgedTest,
    Origin,
    Verdict,
    claim_result,
    contrast,
    counts,
    estimate,
    judge,
    origin,
    together,
)


HOLDS, FAILS, CANNOT_TELL, NOT_MEASURED = (
    Verdict.HOLDS,
    Verdict.FAILS,
    Verdict.CANNOT_TELL,
    Verdict.NOT_MEASURED,
)


def a_test(**changes):
    return ClaimTest(
        **{
            "measure": "some.measure",
            "less": None,
            "above": 0.0,
            "below": None,
            "because": "why",
            "contrast": (("default", 1.0),),
            "whole": False,
            "fitted": None,
            **changes,
        }
    )


def between(low, high):
    return Estimated(mean=(low + high) / 2, low=low, high=high, seeds=30)


def judged(verdict, null_verdict=FAILS, *, fitted=None):
    return JudgedTest(
        test=a_test(fitted=fitted),
        here=between(0, 1),
        verdict=verdict,
        null=between(0, 1),
        null_verdict=null_verdict,
    )


def a_claim(kind=ClaimKind.MEASURED):
    return Claim(
        id="C001",
        paper="a-paper",
        stage="later",
        sector="all",
        says="Something.",
        kind=kind,
    )


@pytest.mark.parametrize(
    ("low", "high", "above", "below", "verdict"),
    [
        (0.1, 0.3, 0.0, None, HOLDS),
        (-0.1, 0.3, 0.0, None, CANNOT_TELL),
        (-0.3, -0.1, 0.0, None, FAILS),
        (-0.3, -0.1, None, 0.0, HOLDS),
        (0.1, 0.3, None, 0.0, FAILS),
        (0.1, 0.3, 0.0, 0.5, HOLDS),
        (0.1, 0.7, 0.0, 0.5, CANNOT_TELL),
        (0.6, 0.7, 0.0, 0.5, FAILS),
        (0.0, 0.0, 0.0, None, FAILS),
        (0.0, 0.0, -0.1, 0.1, HOLDS),
    ],
)
def test_verdict_follows_from_interval_and_bounds(low, high, above, below, verdict):
    assert judge(between(low, high), above=above, below=below) is verdict


def test_value_in_too_few_seeds_is_not_measured():
    found = estimate([1.0, 2.0, None, None, None, None])

    assert found.seeds == 2
    assert judge(found, above=0.0, below=None) is NOT_MEASURED


def test_interval_is_students_over_seeds():
    found = estimate([1.0, 2.0, 3.0, 4.0, float("nan"), None])

    assert found.mean == pytest.approx(2.5)
    # t(0.975, 3) = 3.182446; sd = 1.290994; 3.182446 * 1.290994 / 2 = 2.054260
    assert found.low == pytest.approx(2.5 - 2.054260, abs=1e-5)
    assert found.high == pytest.approx(2.5 + 2.054260, abs=1e-5)


def test_contrast_pairs_designs_seed_by_seed():
    test = a_test(contrast=(("one", 1.0), ("other", -1.0)))

    found = contrast(test, {"one": [3.0, 5.0, None], "other": [1.0, 2.0, 3.0]})

    assert found == [2.0, 3.0, None]


def test_contrast_with_a_design_that_was_not_played_has_no_value():
    test = a_test(contrast=(("one", 1.0), ("other", -1.0)))

    assert contrast(test, {"one": [3.0]}) == []


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([HOLDS, HOLDS], HOLDS),
        ([HOLDS, CANNOT_TELL], CANNOT_TELL),
        ([NOT_MEASURED, CANNOT_TELL], NOT_MEASURED),
        ([HOLDS, FAILS, NOT_MEASURED], FAILS),
    ],
)
def test_claim_is_as_good_as_its_worst_test(verdicts, expected):
    assert together(verdicts) is expected


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([judged(HOLDS)], Origin.EMERGENT),
        ([judged(HOLDS, HOLDS)], Origin.BUILT_IN),
        ([judged(HOLDS, HOLDS), judged(HOLDS)], Origin.EMERGENT),
        ([judged(HOLDS, HOLDS, fitted="a-figure")], Origin.FITTED),
        ([judged(CANNOT_TELL, HOLDS)], None),
        ([judged(FAILS)], None),
    ],
)
def test_origin_of_what_holds(tests, expected):
    assert origin(tests) is expected


def test_counts_are_of_kinds_verdicts_and_origins():
    results = [
        claim_result(a_claim(), [judged(HOLDS)]),
        claim_result(a_claim(), [judged(FAILS)]),
        claim_result(a_claim(ClaimKind.STUDY), []),
    ]

    found = counts(results)

    assert (found["measured"], found["study"], found["premise"]) == (2, 1, 0)
    assert (found["holds"], found["fails"]) == (1, 1)
    assert (found["emergent"], found["built in"], found["fitted"]) == (1, 0, 0)
