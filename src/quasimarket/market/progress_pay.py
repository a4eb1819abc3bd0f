"""Lever L27: pay for plans kept by those furthest from work.

A plan lasts some months, so that a part of the lowest band has one due in a month. It
is kept the more often the more hours the band is given.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.effort import BAND_MEANS


Floats = NDArray[np.float64]
BANDS = len(BAND_MEANS)
LOWEST = 0


def with_progress(behaviour: Behaviour, expected: Floats, price: int) -> Floats:
    """Add what plans bring to the expected payment by position and segment."""
    length = behaviour["lever.plan_months"] * 52 / 12
    plans = 104 / length * behaviour["lever.plan_kept"]
    raised = expected.copy()
    raised[:, LOWEST::BANDS] += price * plans
    return raised


def progress_grants(
    behaviour: Behaviour, hours: Floats, caseload: Floats, price: int
) -> Floats:
    """Give the month's pence for plans kept, by delivering position."""
    due = caseload[:, LOWEST::BANDS] / behaviour["lever.plan_months"]
    often = behaviour["lever.plan_kept"]
    kept = np.clip(often * hours[:, LOWEST::BANDS], 0.0, 1.0)
    paid: Floats = (due * kept).sum(axis=1) * price
    return paid
