"""How far contracts are below the levels asked of them, as a run goes on."""

import numpy as np
from numpy.typing import NDArray

from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.state import Counts


Floats = NDArray[np.float64]


def shortfall(rulebook: Rulebook, clock: Clock, counts: Counts, number: int) -> Floats:
    """Give how far each contract is below its levels, 0 to 1.

    It is the last whole contract year's, and in the first year that year's so far
    from its tenth month on.
    """
    contracts = rulebook.contracts
    year = int(clock.contract_year_monday[clock.first_week[number]]) - 1
    if year < 1:
        if number < 9:
            return np.zeros(len(contracts))
        year = 1
    short = np.zeros(len(contracts))
    people = np.zeros(len(contracts))
    for g, group in enumerate(rulebook.groups):
        level = rulebook.performance.level_for(group.id, year)
        if level is None:
            continue
        referred = counts.referrals[:, g, year]
        rate = counts.outcomes[:, g, year] / np.maximum(referred, 1)
        short += referred * np.clip(1 - rate / float(level.level), 0.0, 1.0)
        people += referred
    found: Floats = np.where(people > 0, short / np.maximum(people, 1), 0.0)
    return found
