"""Lever L27: pay for plans kept by those furthest from work.

A plan lasts six months, so that a sixth of the lowest band has one due in a month. It
is kept the more often the more hours the band is given.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.market.effort import BAND_MEANS


Floats = NDArray[np.float64]
PLAN_MONTHS = 6
KEPT = 0.5
"""Share of plans kept under the founding average of hours (assumed)."""
BANDS = len(BAND_MEANS)
LOWEST = 0


def with_progress(expected: Floats, price: int) -> Floats:
    """Add what plans bring to the expected payment by position and segment."""
    plans = 104 / (PLAN_MONTHS * 52 / 12) * KEPT
    raised = expected.copy()
    raised[:, LOWEST::BANDS] += price * plans
    return raised


def progress_grants(hours: Floats, caseload: Floats, price: int) -> Floats:
    """Give the month's pence for plans kept, by delivering position."""
    due = caseload[:, LOWEST::BANDS] / PLAN_MONTHS
    kept = np.clip(KEPT * hours[:, LOWEST::BANDS], 0.0, 1.0)
    paid: Floats = (due * kept).sum(axis=1) * price
    return paid
