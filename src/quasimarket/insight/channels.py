"""What each channel of pressure does to practice: Shapley values over eight runs.

A market is played with each set of the three channels on, with all luck shared. What a
set is worth, v, is how much more alike practice is by month 13 than it was in the first
months of the run with every channel off, H = 1 - G/G0. A channel's value is what it
adds, averaged over all orders in which the three could be turned on:
the sum over sets S without it of |S|! (2 - |S|)! / 3! times v(S and it) - v(S).

One run cannot say this, and no log of a real programme can.
"""

from collections.abc import Mapping
from functools import partial
from itertools import combinations
from math import factorial

import numpy as np

from quasimarket.insight.homogeneity import gower, seen_at
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.weighted import Floats, any_known, divide


CHANNELS = ("coercive", "normative", "mimetic")
NONE_ON: frozenset[str] = frozenset()
SETS = tuple(
    frozenset(chosen)
    for number in range(len(CHANNELS) + 1)
    for chosen in combinations(CHANNELS, number)
)
"""The eight sets of channels that can be on."""


def set_name(channels: frozenset[str]) -> str:
    """Name a set of channels: `none`, `coercive`, `coercive+mimetic` and so on."""
    return "+".join(one for one in CHANNELS if one in channels) or "none"


def shapley(worth: Mapping[frozenset[str], Floats], channel: str) -> Floats:
    """Give a channel's Shapley value from what each set of the channels is worth."""
    players = frozenset().union(*worth)
    count = len(players)
    found = np.zeros_like(worth[NONE_ON], dtype=np.float64)
    for others in worth:
        if channel in others:
            continue
        orders = factorial(len(others)) * factorial(count - 1 - len(others))
        gain = worth[others | {channel}] - worth[others]
        found = found + orders / factorial(count) * gain
    return found


def channel_value(observed: Observed, channel: str | None) -> Estimate:
    """Give a channel's Shapley value in homogeneity; all together without a channel."""
    if observed.by_channels is None:
        raise NotSeen(
            "one run cannot say: it takes eight, one for each set of channels"
        )
    runs = observed.by_channels
    missing = [set_name(one) for one in SETS if one not in runs]
    if missing:
        raise NotSeen(f"there is no run with the channels {', '.join(missing)}")
    seen = {one: seen_at(run, OBSERVED_TO_MONTH) for one, run in runs.items()}
    start = seen_at(runs[NONE_ON], None)
    shapes = {one.shape for one in (start, *seen.values())}
    if len(shapes) > 1:
        raise NotSeen("the runs have different positions")

    def values(weights: Floats) -> Floats:
        before = gower(weights, start)
        worth = {
            one: 1 - divide(gower(weights, now), before) for one, now in seen.items()
        }
        if channel is None:
            return worth[frozenset(CHANNELS)] - worth[NONE_ON]
        return shapley(worth, channel)

    return runs[NONE_ON].estimate(values, any_known(start))


MEASURES: dict[str, Measured] = {
    **{
        f"pressure.shapley.{channel}": partial(channel_value, channel=channel)
        for channel in CHANNELS
    },
    "pressure.shapley.all": partial(channel_value, channel=None),
}
