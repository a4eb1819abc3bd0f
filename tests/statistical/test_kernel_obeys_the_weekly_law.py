"""The event clock and the plain weekly law are one law.

Both play the same people at the same given paces, REPEATS times with luck of their own.
What happened is compared by kind and period. Alpha is 1e-6 a check; the sample is such
that the smallest difference declared (delta) would be seen with 99.9% power, and a
check that could not see it fails.
"""

from dataclasses import replace

import numpy as np
import pytest

from quasimarket.simulation.state import CARRY, END, RESTART
from tests.lib.plain_programme import (
    FOLLOWING,
    KINDS,
    LOSSES,
    OUTCOMES,
    STARTS,
    Scene,
    counts_of,
    live,
    live_plainly,
    scene,
    with_hazards,
)
from tests.lib.verdicts import (
    AGREES,
    CANNOT_TELL,
    DIFFERS,
    Verdict,
    assert_agree,
    compare,
)


REPEATS = 40
PEOPLE = 12_000
PERIOD = 26
"""Weeks to a period."""
LEAST = 0.15
"""Share of all that happens of a kind that a period must hold; else it is joined to the
next."""
DELTA = {STARTS: 0.05, LOSSES: 0.07, OUTCOMES: 0.07, FOLLOWING: 0.09}
"""Relative differences that must be visible in any one period."""

VARIANTS = {
    "work programme": {},
    "restart after a break": {"break_rule": 0, "following_weeks": np.array([6, 8])},
    "end at a break": {"break_rule": END},
    "carry over a break": {"break_rule": CARRY, "following_weeks": np.array([9, 5])},
    "unbroken outcome": {"unbroken": True},
    "no run-on": {"run_on": False},
    "one following milestone": {"maximum": np.array([1, 1])},
    "none for a group": {"maximum": np.array([0, 13])},
    "no outcome for a group": {"outcome_weeks": np.array([0, 4])},
    "short allotted time": {"allotted_weeks": 26},
    "teaching pilot": {
        "outcome_weeks": np.array([13, 13]),
        "maximum": np.array([4, 4]),
        "allotted_weeks": 52,
        "unbroken": True,
        "break_rule": END,
        "run_on": False,
    },
}


def runs(
    kernel: Scene, law: Scene, seed: int, repeats: int = REPEATS
) -> tuple[np.ndarray, np.ndarray]:
    """Counts by repetition, kind and week."""
    seeds = range(seed, seed + repeats)
    return (
        np.array([counts_of(kernel, live(kernel, one)) for one in seeds]),
        np.array([live_plainly(law, one) for one in seeds]),
    )


def verdicts(played: np.ndarray, plain: np.ndarray) -> list[Verdict]:
    found = []
    for kind, name in enumerate(KINDS):
        for start, end in periods(plain[:, kind].mean(axis=0)):
            one, other = (
                part[:, kind, start:end].sum(axis=1) for part in (played, plain)
            )
            what = f"{name}, weeks {start} to {end - 1}"
            found.append(compare(what, one, other, delta=DELTA[kind]))
    return found


def periods(expected: np.ndarray) -> list[tuple[int, int]]:
    """Cut the weeks into periods in which enough happens."""
    least = LEAST * expected.sum()
    cuts = [0]
    for week in range(PERIOD, len(expected), PERIOD):
        if min(expected[cuts[-1] : week].sum(), expected[week:].sum()) >= least:
            cuts.append(week)
    return list(zip(cuts, [*cuts[1:], len(expected)], strict=True))


@pytest.mark.parametrize("variant", VARIANTS)
def test_both_obey_one_law(variant):
    one = scene(PEOPLE, **VARIANTS[variant])

    played, plain = runs(one, one, seed=100)

    assert_agree(verdicts(played, plain))


def test_both_begin_and_end_in_the_same_weeks():
    # one intake, so that an event a week early or late shows
    one = scene(last_referral=0, allotted_weeks=30, run_on=False)

    played, plain = runs(one, one, seed=300)

    for kind, name in enumerate(KINDS):
        here, there = (
            np.flatnonzero(part[:, kind].sum(axis=0)) for part in (played, plain)
        )
        assert (here[0], here[-1]) == (there[0], there[-1]), name


@pytest.mark.parametrize("run_on", [True, False])
def test_both_agree_week_by_week_for_one_intake(run_on):
    one = scene(last_referral=0, allotted_weeks=52, run_on=run_on)

    played, plain = runs(one, one, seed=400)

    weekly = [
        compare(
            f"{name}, week {week}",
            played[:, kind, week],
            plain[:, kind, week],
            delta=0.25,
        )
        for kind, name in enumerate(KINDS)
        for week in range(played.shape[2])
        if plain[:, kind, week].mean() >= 25
    ]
    assert len(weekly) > 100
    # the jobs that are lost in the week in which time is up are compared as well
    assert plain[:, LOSSES, one.rules.allotted_weeks - 1].mean() >= 25
    assert not [one for one in weekly if one.verdict == DIFFERS]


WRONG = {
    "a rate of finding work again a sixth higher": {"again": 1.75},
    "a rate of losing work a tenth higher": {"loss_before": 0.044},
    "a rate of losing work after the outcome a fifth higher": {"loss_after": 0.024},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_check_sees_another_law(wrong):
    one = scene()

    played, plain = runs(one, with_hazards(one, **WRONG[wrong]), seed=500)

    assert DIFFERS in {found.verdict for found in verdicts(played, plain)}


def test_check_sees_another_break_rule():
    following = np.array([12, 12])
    carry = scene(PEOPLE, break_rule=CARRY, following_weeks=following)
    restart = scene(PEOPLE, break_rule=RESTART, following_weeks=following)

    played, plain = runs(carry, restart, seed=600)

    assert DIFFERS in {found.verdict for found in verdicts(played, plain)}


def test_both_change_their_pace_in_the_same_week():
    one = scene(last_referral=0)
    months = np.arange(len(one.pace)) % 2
    one = replace(one, pace=np.where(months[:, None] == 0, 0.0, 2.0) * (one.pace > 0))

    played, plain = runs(one, one, seed=700)

    starts = played[:, STARTS].sum(axis=0) > 0
    assert (starts == (plain[:, STARTS].sum(axis=0) > 0)).all()
    assert starts.sum() > 30


def test_few_repetitions_cannot_tell():
    one = scene(people=300)

    played, plain = runs(one, one, seed=800, repeats=10)

    found = {each.verdict for each in verdicts(played, plain)}
    assert CANNOT_TELL in found
    assert AGREES not in found or DIFFERS not in found


@pytest.mark.long
@pytest.mark.parametrize("variant", VARIANTS)
def test_both_obey_one_law_with_fresh_luck(variant, fresh_seed):
    one = scene(3 * PEOPLE, **VARIANTS[variant])

    played, plain = runs(one, one, seed=fresh_seed, repeats=100)

    assert_agree(verdicts(played, plain))
