"""Levers L10 and L14: what keeps hours from leaving those who are hard to help.

A binding minimum puts a floor under everybody's hours, taken from those above it. Open
books show where money was not spent, and narrow the gap; the reports take hours.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.rulebook.regime import MinimumServiceOffer


Floats = NDArray[np.float64]
DAYS_A_MONTH = 365.25 / 12
MOST_OF_AVERAGE = 0.95
"""A floor takes at most so much of a provider's average hours (assumed): advisers
cannot keep what their hours do not reach."""
NARROWED = 0.3
"""How much of a gap in spend goes once it is shown (assumed)."""
REPORTING = 0.02
"""Share of hours that reports by payment group take (assumed)."""


def least_hours(offer: MinimumServiceOffer | None, behaviour: Behaviour) -> float:
    """Give the hours that the promised contacts take, 1 the founding average."""
    if offer is None or not offer.is_binding or offer.contact_interval_days is None:
        return 0.0
    contacts = DAYS_A_MONTH / offer.contact_interval_days
    return contacts / behaviour["contact.support_month"]


def with_floor(hours: Floats, caseload: Floats, least: float) -> Floats:
    """Raise hours to a floor by position, out of what others have above it.

    The caseload's average at each position stays as it was.
    """
    mean = average(hours, caseload)
    floor = np.minimum(least, MOST_OF_AVERAGE * mean)[:, None]
    above = np.maximum(hours - floor, 0.0)
    room = average(above, caseload)
    keep = (mean - floor[:, 0]) / np.maximum(room, 1e-9)
    raised: Floats = floor + above * np.clip(keep, 0.0, 1.0)[:, None]
    return raised


def shown_openly(hours: Floats, caseload: Floats) -> Floats:
    """Narrow the gaps between segments, and take the time that reports cost."""
    mean = average(hours, caseload)[:, None]
    narrowed: Floats = (mean + (1 - NARROWED) * (hours - mean)) * (1 - REPORTING)
    return narrowed


def average(hours: Floats, caseload: Floats) -> Floats:
    """Give the caseload's average by position; the plain one where it is empty."""
    people = caseload.sum(axis=1)
    whole = (hours * caseload).sum(axis=1) / np.maximum(people, 1e-9)
    found: Floats = np.where(people > 0, whole, hours.mean(axis=1))
    return found
