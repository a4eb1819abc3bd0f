"""One run of a fit: play up to the last month that may be fitted, take the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.targets import LAST_FITTED, Target
from quasimarket.experiments.moments import compute, facts_of
from quasimarket.simulation.simulate import Design, finish, set_up


def figures(
    design: Design, values: Mapping[str, float], targets: Sequence[Target]
) -> NDArray[np.float64]:
    """Give each target's figure in a run with some behaviour changed.

    The same seed is used whatever the values, so that runs share their luck and a
    difference between two of them is almost free of chance.
    """
    changed = replace(design, behaviour=design.behaviour.with_values(values))
    play = set_up(changed)
    months = (
        (LAST_FITTED.year - play.clock.months[0].year) * 12
        + LAST_FITTED.month
        - play.clock.months[0].month
        + 1
    )
    stage = finish(play, months=months)
    facts = facts_of(stage)
    found = [compute(facts, target) for target in targets]
    return np.array([np.nan if one is None else one for one in found])
