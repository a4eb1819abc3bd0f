"""Room in which one participant is worked out, used again for the next.

Arrays are allocated once a chunk of participants: allocation would cost more than the
rules do. Columns of the two-dimensional ones are named by the constants beside them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


NO_DAY = -(2**31)
"""A day that does not exist; earlier than every day that does."""

# columns of `events`; one is shared where no kind of event says both
KIND = 0
HAPPENED = 1
KNOWN = 2
SPELL = POSITION = 3
CONTRACT = NUMBER = 4
GROUP = 5
MILESTONE = 6
EVENT_FIELDS = 7

# columns of `jobs` and `benefits`
SPELL_ID = 0
START = 1
LAST = 2
IS_STRUCK = 3
SPELL_FIELDS = 4

# columns of interval lists
FIRST_DAY = 0
LAST_DAY = 1

# entries of `who`
IS_FOUND = 0
REFERRED = 1
REFERRED_TO = 2
IN_GROUP = 3
REFERRAL_EVENT = 4
ATTACHED = 5
ATTACHMENT_EVENT = 6
WHO_FIELDS = 7

# entries of `counts`
EVENTS = 0
JOBS = 1
WORK = 2
RUNS = 3
MOVES = 4
KINDS = 5
"""A bit for each kind of event there is."""
TALLIES = 6

# columns of `reached`, one row a milestone and number
EARNED = 0
SEEN = 1
"""The first day on which it could be seen: later than earned only for a bridged day."""
HELD_BY = 2
"""Contract on the day earned."""
HELD_AT = 3
"""Position on the day earned."""
REACHED_FIELDS = 4


class Workspace(NamedTuple):
    """One participant's events, days and milestones."""

    events: NDArray[np.int32]
    event_ids: NDArray[np.int64]
    referrals: NDArray[np.int32]
    moves: NDArray[np.int32]
    """Rows of the events that say who holds the participant."""
    jobs: NDArray[np.int32]
    job_events: NDArray[np.int64]
    benefits: NDArray[np.int32]
    benefit_events: NDArray[np.int64]
    cover: NDArray[np.int32]
    on_benefit: NDArray[np.int32]
    """Benefit intervals, joined."""
    work: NDArray[np.int32]
    runs: NDArray[np.int32]
    who: NDArray[np.int64]
    counts: NDArray[np.int64]
    reached_count: NDArray[np.int32]
    """How many of each milestone are reached."""
    reached: NDArray[np.int32]
    reached_spell: NDArray[np.int64]
    """The job-started event of each, -1 for none."""


def make_workspace(most_events: int, milestones: int, slots: int) -> Workspace:
    """Allocate room for participants with at most so many events."""
    room = most_events + 1

    def days(fields: int) -> NDArray[np.int32]:
        return np.empty((room, fields), np.int32)

    return Workspace(
        events=days(EVENT_FIELDS),
        event_ids=np.empty(room, np.int64),
        referrals=np.empty(room, np.int32),
        moves=np.empty(room, np.int32),
        jobs=days(SPELL_FIELDS),
        job_events=np.empty(room, np.int64),
        benefits=days(SPELL_FIELDS),
        benefit_events=np.empty(room, np.int64),
        cover=days(2),
        on_benefit=days(2),
        work=np.empty((2 * room, 2), np.int32),
        runs=np.empty((2 * room, 2), np.int32),
        who=np.empty(WHO_FIELDS, np.int64),
        counts=np.empty(TALLIES, np.int64),
        reached_count=np.empty(max(milestones, 1), np.int32),
        reached=np.empty((max(slots, 1), REACHED_FIELDS), np.int32),
        reached_spell=np.empty(max(slots, 1), np.int64),
    )
