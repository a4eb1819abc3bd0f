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


def least_hours(offer: MinimumServiceOffer | None, behaviour: Behaviour) -> float:
    """Give the hours that the promised contacts take, 1 the founding average."""
    if offer is None or not offer.is_binding or offer.contact_interval_days is None:
        return 0.0
    contacts = DAYS_A_MONTH / offer.contact_interval_days
    return contacts / behaviour["contact.support_month"]


def with_floor(
    behaviour: Behaviour, hours: Floats, caseload: Floats, least: float
) -> Floats:
    """Raise hours to a floor by position, out of what others have above it.

    The caseload's average at each position stays as it was. Advisers cannot keep what
    their hours do not reach: a floor takes no more than most of the average.
    """
    mean = average(hours, caseload)
    most = behaviour["lever.floor_most"] * mean
    floor = np.minimum(least, most)[:, None]
    above = np.maximum(hours - floor, 0.0)
    room = average(above, caseload)
    keep = (mean - floor[:, 0]) / np.maximum(room, 1e-9)
    raised: Floats = floor + above * np.clip(keep, 0.0, 1.0)[:, None]
    return raised


def shown_openly(behaviour: Behaviour, hours: Floats, caseload: Floats) -> Floats:
    """Narrow the gaps between segments, and take the time that reports cost."""
    mean = average(hours, caseload)[:, None]
    kept = 1 - behaviour["lever.books_narrow"]
    time = 1 - behaviour["lever.books_hours"]
    narrowed: Floats = (mean + kept * (hours - mean)) * time
    return narrowed


def average(hours: Floats, caseload: Floats) -> Floats:
    """Give the caseload's average by position; the plain one where it is empty."""
    people = caseload.sum(axis=1)
    whole = (hours * caseload).sum(axis=1) / np.maximum(people, 1e-9)
    found: Floats = np.where(people > 0, whole, hours.mean(axis=1))
    return found
