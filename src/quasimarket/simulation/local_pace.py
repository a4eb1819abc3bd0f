"""The pace at which local labour markets take people on."""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.labour_market import load_labour_market
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.clock import Clock


Floats = NDArray[np.float64]
USUAL = 0.082
"""The rate of unemployment at which the pace is 1."""


def labour_market_pace(
    rulebook: Rulebook, behaviour: Behaviour, clock: Clock
) -> Floats:
    """Give the pace of the local labour market by month and area; 8.2% is 1."""
    table = load_labour_market()
    row_of = {month: row for row, month in enumerate(table.months)}
    known = [row_of[month] for month in clock.months if month in row_of]
    if not known:
        return np.ones((1, len(rulebook.areas)))
    column_of = {area: column for column, area in enumerate(table.areas)}
    rates = np.full((len(known), len(rulebook.areas)), USUAL)
    for index, area in enumerate(rulebook.areas):
        if area.id in column_of:
            rates[:, index] = table.rates[known, column_of[area.id]]
    pace: Floats = (USUAL / rates) ** behaviour["labour_market.elasticity"]
    return pace
