"""What happened in a run, before it is turned into events and tables."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.market.books import MonthOfBooks
from quasimarket.market.department import Department
from quasimarket.market.institutions import Institutions
from quasimarket.performance.share_shift import ShareShiftProposal
from quasimarket.simulation.state import Counts, Log, People


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happened in a run, before it is turned into events and tables."""

    people: People
    log: Log
    counts: Counts
    months_played: int
    last_week: int
    """The last week played."""
    tally: NDArray[np.int64]
    """By month, position and kind of tally."""
    looking: Floats
    """People out of work by month and position, at the month's start (unweighted)."""
    working: Floats
    advisers: Floats
    service_by_band: Floats
    """Mean service by month, position and score band."""
    books: tuple[MonthOfBooks, ...]
    moves: tuple[ShareShiftProposal, ...]
    """Share shifts, all of them decided as proposed."""
    institutions: Institutions
    """What organisations did, month by month."""
    department: tuple[Department, ...]
    """The department's own books, month by month."""
    call_offs: NDArray[np.int64]
    """Specialists bought by month and position."""
