"""When a participant's past has to be looked at again.

An event that is known by the end of the month in which it happened changes nothing
that an earlier month could have paid: each earlier view, cut at its last day, is the
same with it or without it. Only news that is late, that takes something back, or that
replaces an earlier report can. A participant without any is settled in one pass; the
others once for each month that brought such news.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.days import (
    BENEFIT_ENDED,
    BENEFIT_STARTED,
    JOB_ENDED,
    JOB_STARTED,
    REJECTED,
)
from quasimarket.entitlement.columnar.participation import (
    CANCELLED_KIND,
    CORRECTED_KIND,
)
from quasimarket.entitlement.columnar.workspace import HAPPENED, KIND, KNOWN, SPELL
from quasimarket.settlement.columnar.prices import Calendar


@njit(cache=True, nogil=True)
def month_on(calendar: Calendar, day: int) -> int:
    """Give the month of a day that is not after the day settled to."""
    return int(calendar.month[day - calendar.first_day])


@njit(cache=True, nogil=True)
def replaces_earlier(events: NDArray[np.int32], row: int) -> bool:
    """Say whether a report of a spell follows another of the same thing."""
    kind = events[row, KIND]
    if (
        kind != JOB_STARTED
        and kind != JOB_ENDED
        and kind != BENEFIT_STARTED
        and kind != BENEFIT_ENDED
    ):
        return False
    for earlier in range(row - 1, -1, -1):
        if (
            events[earlier, KIND] == kind
            and events[earlier, SPELL] == events[row, SPELL]
        ):
            return True
    return False


@njit(cache=True, nogil=True)
def is_late(events: NDArray[np.int32], row: int, calendar: Calendar) -> bool:
    """Say whether an event can change what an earlier month's view gave."""
    kind = events[row, KIND]
    if kind == CANCELLED_KIND or kind == CORRECTED_KIND or kind == REJECTED:
        return True
    known = events[row, KNOWN]
    happened = events[row, HAPPENED]
    if happened < known and month_on(calendar, happened) < month_on(calendar, known):
        return True
    return replaces_earlier(events, row)


@njit(cache=True, nogil=True)
def find_late_months(
    events: NDArray[np.int32],
    found: int,
    calendar: Calendar,
    late_months: NDArray[np.int32],
) -> int:
    """List the months that brought late news, in order, each once."""
    count = 0
    for row in range(found):
        if is_late(events, row, calendar):
            month = month_on(calendar, events[row, KNOWN])
            if count == 0 or late_months[count - 1] < month:
                late_months[count] = month
                count += 1
    return count
