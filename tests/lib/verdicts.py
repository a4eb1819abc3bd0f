"""Do two ways of drawing the same thing agree? Yes, no, or cannot tell at this size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats


ALPHA = 1e-6
"""False alarms a check: one in a million."""
POWER = 0.999
AGREES, DIFFERS, CANNOT_TELL = "agrees", "differs", "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A check's verdict, with what it rests on."""

    what: str
    means: tuple[float, float]
    score: float
    """Difference over its standard error."""
    visible: float
    """Least relative difference that would be seen with the stated power."""
    verdict: str


def compare(
    what: str,
    one: NDArray[np.floating],
    other: NDArray[np.floating],
    *,
    delta: float,
) -> Verdict:
    """Compare the means of independent repetitions; `delta` is relative.

    Their spread is measured, not assumed (Welch). `differs` at ALPHA; otherwise
    `agrees` if a difference of delta would have been seen with POWER, else `cannot
    tell`.
    """
    means = float(np.mean(one)), float(np.mean(other))
    parts = [np.var(each, ddof=1) / len(each) for each in (one, other)]
    error = float(np.sqrt(sum(parts)))
    if error == 0:
        verdict = AGREES if means[0] == means[1] else DIFFERS
        return Verdict(what=what, means=means, score=0.0, visible=0.0, verdict=verdict)
    score = (means[0] - means[1]) / error
    freedom = error**4 / (
        parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(other) - 1)
    )
    threshold = float(stats.t.isf(ALPHA / 2, freedom))
    visible = (threshold + float(stats.norm.ppf(POWER))) * error
    visible /= max(abs(means[1]), 1e-12)
    if abs(score) > threshold:
        verdict = DIFFERS
    else:
        verdict = AGREES if visible <= delta else CANNOT_TELL
    return Verdict(
        what=what, means=means, score=score, visible=visible, verdict=verdict
    )


def assert_agree(verdicts: Sequence[Verdict]) -> None:
    """Fail unless every check agrees: one that cannot tell proves nothing."""
    assert verdicts
    wrong = [one for one in verdicts if one.verdict != AGREES]
    assert not wrong, "\n".join(str(one) for one in wrong)
