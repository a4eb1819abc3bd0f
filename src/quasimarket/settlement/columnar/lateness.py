"""When a participant's past has to be looked at again.

An event that is known by the end of the month in which it happened changes nothing
that an earlier month could have paid: each earlier view, cut at its last day, is the
same with it or without it. Only news that is late, that takes something back or lifts
what did, that replaces an earlier report, or that moves a price can. A participant
without any is settled in one pass; the others once for each month that brought some.
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
    ATTACHED_KIND,
    CANCELLED_KIND,
    CORRECTED_KIND,
)
from quasimarket.entitlement.columnar.workspace import (
    HAPPENED,
    KIND,
    KNOWN,
    MILESTONE,
    NUMBER,
    SPELL,
)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def month_on(months: NDArray[np.int16], first_day: int, day: int) -> int:
    """Give the month of a day that is not after the day settled to."""
    return int(months[day - first_day])


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
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


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def lifts_rejection(events: NDArray[np.int32], row: int) -> bool:
    """Say whether a claim or validation follows a rejection of the same."""
    if events[row, MILESTONE] < 0:
        return False
    for earlier in range(row):
        if (
            events[earlier, KIND] == REJECTED
            and events[earlier, MILESTONE] == events[row, MILESTONE]
            and events[earlier, NUMBER] == events[row, NUMBER]
        ):
            return True
    return False


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def is_late(
    events: NDArray[np.int32],
    row: int,
    months: NDArray[np.int16],
    first_day: int,
    pays_unattached: bool,
) -> bool:
    """Say whether an event can change what an earlier month's view gave.

    Where something is paid for that needs no attachment, the attachment does: it moves
    the day that fixes the price.
    """
    kind = events[row, KIND]
    if kind in (CANCELLED_KIND, CORRECTED_KIND, REJECTED):
        return True
    if kind == ATTACHED_KIND and pays_unattached:
        return True
    known = events[row, KNOWN]
    happened = events[row, HAPPENED]
    if happened < known and month_on(months, first_day, happened) < month_on(
        months, first_day, known
    ):
        return True
    return replaces_earlier(events, row) or lifts_rejection(events, row)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def find_late_months(
    events: NDArray[np.int32],
    found: int,
    months: NDArray[np.int16],
    first_day: int,
    pays_unattached: bool,
    late_months: NDArray[np.int32],
) -> int:
    """List the months that brought late news, in order, each once."""
    count = 0
    for row in range(found):
        if is_late(events, row, months, first_day, pays_unattached):
            month = month_on(months, first_day, events[row, KNOWN])
            if count == 0 or late_months[count - 1] < month:
                late_months[count] = month
                count += 1
    return count
