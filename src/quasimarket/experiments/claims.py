"""What runs say of the claims: a verdict for each, and where what holds is from.

A test's value is taken in every seed; its mean has a 95% interval (Student's t over
seeds). It holds where the interval lies inside the bounds fixed beforehand, fails where
it lies outside, and cannot be told where it crosses one. A claim holds where all its
tests do.

The same tests are put to a null market, which has no sectors, no pressures and effort
by need only: a claim that holds there as well is built in, not found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import t as student

from quasimarket.evidence.claims import Claim, ClaimKind, ClaimTest


FEWEST_SEEDS = 3
"""A value in fewer seeds says nothing of the next one."""
LEVEL = 0.95


class Verdict(StrEnum):
    """What runs say of a test or a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    CANNOT_TELL = "cannot tell"
    NOT_MEASURED = "not measured here"


class Origin(StrEnum):
    """Where a claim that holds comes from."""

    EMERGENT = "emergent"
    """It does not hold on the null market, and nothing was fitted to it."""
    BUILT_IN = "built in"
    """It holds on the null market too."""
    FITTED = "fitted"
    """Parameters were chosen by a figure that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """A mean over seeds with its interval; no mean where too few seeds have a value."""

    mean: float | None
    low: float | None
    high: float | None
    seeds: int
    """Seeds that have a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTest:
    """What came of one test."""

    test: ClaimTest
    here: Estimated
    verdict: Verdict
    null: Estimated
    """On the null market."""
    null_verdict: Verdict
    note: str = ""
    """Why it is not measured, or what to mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """What came of one claim."""

    claim: Claim
    tests: tuple[JudgedTest, ...]
    verdict: Verdict | None
    """None where the claim is not for runs to test."""
    origin: Origin | None
    """None unless it holds."""


def estimate(values: Sequence[float | None]) -> Estimated:
    """Give the mean over seeds with its 95% interval.

    There is none where fewer than half the seeds, or fewer than three, have a value.
    """
    known = np.array([one for one in values if one is not None and np.isfinite(one)])
    seeds = len(known)
    if seeds < max(FEWEST_SEEDS, len(values) / 2):
        return Estimated(mean=None, low=None, high=None, seeds=seeds)
    mean = float(known.mean())
    error = float(known.std(ddof=1)) / seeds**0.5
    half = float(student.ppf((1 + LEVEL) / 2, seeds - 1)) * error
    return Estimated(mean=mean, low=mean - half, high=mean + half, seeds=seeds)


def judge(found: Estimated, *, above: float | None, below: float | None) -> Verdict:
    """Say whether an interval lies inside its bounds, outside, or across one."""
    if found.low is None or found.high is None:
        return Verdict.NOT_MEASURED
    lowest = -np.inf if above is None else above
    highest = np.inf if below is None else below
    if lowest < found.low and found.high < highest:
        return Verdict.HOLDS
    if found.high <= lowest or highest <= found.low:
        return Verdict.FAILS
    return Verdict.CANNOT_TELL


def contrast(
    test: ClaimTest, values: Mapping[str, Sequence[float | None]]
) -> list[float | None]:
    """Add up a test's designs by their weights, seed by seed.

    A seed has no value where one of its designs has none.
    """
    columns = [values.get(design, ()) for design, _ in test.contrast]
    weights = [weight for _, weight in test.contrast]
    return [
        None
        if any(one is None for one in row)
        else sum(
            w * one for w, one in zip(weights, row, strict=True) if one is not None
        )
        for row in zip(*columns, strict=False)
    ]


WORST_FIRST = (
    Verdict.FAILS,
    Verdict.NOT_MEASURED,
    Verdict.CANNOT_TELL,
    Verdict.HOLDS,
)


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """Give a claim's verdict: the worst of its tests'."""
    return min(verdicts, key=WORST_FIRST.index)


def origin(tests: Sequence[JudgedTest]) -> Origin | None:
    """Say where a claim that holds comes from; None if it does not hold."""
    if together([one.verdict for one in tests]) is not Verdict.HOLDS:
        return None
    if any(one.test.fitted for one in tests):
        return Origin.FITTED
    if all(one.null_verdict is Verdict.HOLDS for one in tests):
        return Origin.BUILT_IN
    return Origin.EMERGENT


def claim_result(claim: Claim, tests: Sequence[JudgedTest]) -> ClaimResult:
    """Put a claim's tests together."""
    if claim.kind is not ClaimKind.MEASURED:
        return ClaimResult(claim=claim, tests=(), verdict=None, origin=None)
    return ClaimResult(
        claim=claim,
        tests=tuple(tests),
        verdict=together([one.verdict for one in tests]),
        origin=origin(tests),
    )


def counts(results: Sequence[ClaimResult]) -> dict[str, int]:
    """Count claims by kind, those measured by verdict, those that hold by origin."""
    found: dict[str, int] = {}
    for kind in ClaimKind:
        found[str(kind)] = sum(one.claim.kind is kind for one in results)
    for verdict in Verdict:
        found[str(verdict)] = sum(one.verdict is verdict for one in results)
    for one_origin in Origin:
        found[str(one_origin)] = sum(one.origin is one_origin for one in results)
    return found
