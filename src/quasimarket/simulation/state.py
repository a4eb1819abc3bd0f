"""The arrays that the kernel works on, grouped as the kernel is handed them.

Named tuples, because compiled code takes them as they are. Everything about a person is
one entry an array, ordered as the population is: by area, then week of referral.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


Array = NDArray[Any]

WAITING, LOOKING, WORKING, FINISHED = 0, 1, 2, 3
"""A person's state: referred and not yet attached; attached and out of work; in work;
nothing more can be earned."""
NEVER = 32767
NOWHERE = 65535
"""The position of someone who is not attached; read from outside it is -1."""
RESTART, CARRY, END = 0, 1, 2
ALLOCATED, STARTED, OUTCOME, FOLLOWED, FIRST_START, CALLED_OFF, SERVED = range(7)
TALLIES = 7
"""Columns of a month's tally: people allocated, job starts, outcomes earned, following
milestones earned, first job starts, specialist call-offs made, and received."""


LIFE = np.dtype(
    [
        ("number", np.int64),
        ("rate", np.float32),
        ("loss", np.float32),
        ("referral_week", np.int16),
        ("started", np.int16),
        ("counted", np.int16),
        ("position", np.uint16),
        ("group", np.uint8),
        ("band", np.uint8),
        ("claims", np.uint8),
        ("state", np.uint8),
        ("period", np.uint8),
        ("carried", np.uint8),
        ("reached", np.uint8),
        ("spells", np.uint8),
    ],
    align=True,
)
"""What the events of a person read and change, side by side: so it comes from memory at
once, where an array each would come in fifteen pieces. 32 bytes, half a cache line.

- `started`: first week of the present job; `counted`: first week of it that is not yet
  counted towards a milestone.
- `carried`: weeks in work that earlier jobs bring towards the next milestone, be it the
  outcome or one that follows it (break rule carry).
- `reached`: 1 after the outcome, then 1 more for each following milestone, as of the
  last job that ended; while a job goes on they are counted at the position.
"""


class People(NamedTuple):
    """What is known of each person, and where each is now."""

    lives: Array
    """A `LIFE` each."""
    threshold: Array
    """Value of the index at which the person's next chance event happens."""
    next_week: Array
    """Week of the next event that is certain unless something happens first."""
    cell: Array
    """Which index the threshold is on: position x segment, or position in work."""
    attachment_week: Array
    locality: Array
    need: Array
    contract: Array
    """-1 before referral."""
    specialist: Array
    """-1 for those who are sent to none."""

    @property
    def number(self) -> Array:
        """Give the people's own numbers."""
        return self.lives["number"]

    @property
    def group(self) -> Array:
        """Give payment groups."""
        return self.lives["group"]

    @property
    def referral_week(self) -> Array:
        """Give weeks of referral."""
        return self.lives["referral_week"]

    @property
    def band(self) -> Array:
        """Give score bands."""
        return self.lives["band"]

    @property
    def claims(self) -> Array:
        """Give who claims an outcome."""
        return self.lives["claims"]

    @property
    def state(self) -> Array:
        """Give what people are doing."""
        return self.lives["state"]

    @property
    def started(self) -> Array:
        """Give first weeks of the present jobs."""
        return self.lives["started"]

    @property
    def counted(self) -> Array:
        """Give the first weeks not yet counted."""
        return self.lives["counted"]

    @property
    def position(self) -> Array:
        """Give positions, -1 before attachment."""
        return self.lives["position"].view(np.int16)

    @property
    def period(self) -> Array:
        """Give price periods."""
        return self.lives["period"]

    @property
    def carried(self) -> Array:
        """Give weeks carried towards the next milestone."""
        return self.lives["carried"]

    @property
    def reached(self) -> Array:
        """Give milestones reached."""
        return self.lives["reached"]

    @property
    def spells(self) -> Array:
        """Give jobs begun."""
        return self.lives["spells"]


class Rules(NamedTuple):
    """The rulebook, in weeks."""

    outcome_weeks: Array
    """By group; 0 where the group cannot reach it."""
    following_weeks: Array
    maximum: Array
    allotted_weeks: int
    unbroken: bool
    break_rule: int
    run_on: bool
    pays_attachment: bool


class Hazards(NamedTuple):
    """Rates that are the same for everyone, by group where it matters."""

    again: float
    loss_before: float
    loss_after: float
    specialist_gain: float


class MonthAhead(NamedTuple):
    """What holds during one month: fixed at its start, read by all."""

    first_week: int
    last_week: int
    """One past the month's last week."""
    index_start: Array
    """Value of each index at the month's start: a cell of position x segment each, then
    one for work at each position."""
    pace: Array
    """What each index gains in a week."""
    index_end: Array
    share: Array
    """Cumulative shares of an area's contracts, by week, area, group and place."""
    area_contracts: Array
    allocation: Array
    """Cumulative shares of a contract's slots, by contract, locality and slot."""
    slot_position: Array
    need_effect: Array
    """What practice does for a need besides, by position and need."""
    call_off: Array
    """Chance of a specialist call-off, by position, segment and need."""
    specialist_first: Array
    """By contract and need: first of its specialists in the two arrays below."""
    specialist_position: Array
    specialist_share: Array
    """Cumulative shares."""


class Prices(NamedTuple):
    """Prices in pence and the calendar that says when they are paid."""

    contract_of: Array
    """Each delivering position's contract."""

    upstream: Array
    """By contract, group, period and kind."""
    downstream: Array
    """By delivering position, group, period and kind."""
    period: Array
    payable_month: Array
    year_monday: Array
    year_sunday: Array


class Counts(NamedTuple):
    """What the kernel counts as it goes."""

    looking: Array
    """People out of work, by cell."""
    working: Array
    tally: Array
    """This month's counts, by position and kind of tally."""
    paid_count: Array
    """By position, kind and month payable."""
    paid_upstream: Array
    paid_downstream: Array
    referrals: Array
    """By contract, group and contract year."""
    outcomes: Array
    """Earned and claimed, by contract, group and contract year."""
    following: Array
    """People in work after their outcome, by position, group, period, whether they
    claim, and the week (of the cycle of following milestones) in which theirs fall."""
    followers: Array
    """Their sum by position, group and period."""


class Log(NamedTuple):
    """Spells and milestones as they end or are earned, in one stretch an area."""

    spell_person: Array
    spell_start: Array
    spell_end: Array
    milestone_person: Array
    milestone_week: Array
    milestone_number: Array
    """0 for the outcome; for following milestones the number of the first."""
    milestone_count: Array
    """How many came one after the other, a cycle apart."""
    first: Array
    """First entry of each area's stretch; one more than there are areas."""
    spells_used: Array
    milestones_used: Array


class Progress(NamedTuple):
    """How far each area has come."""

    area_start: Array
    low: Array
    """Everyone before this person has finished."""
    high: Array
    """Everyone before this person has been referred."""
    flags: Array
    """One bit a person: something happens to them this month."""
    flag_first: Array
    hits: Array
    """The people to whom it does, area by area from the area's first person on."""
    key_of: Array
    """By area: room for a batch of draws, their keys, persons, spells and results."""
    number_of: Array
    spell_of: Array
    luck: Array
    position_first: Array
    """First of each area's entries in the list below."""
    positions: Array
    """Delivering positions, area by area."""
    full: Array
    """1 where the log has no room for the month: nothing was done, ask again."""


def empty_log(areas: int, room: Array) -> Log:
    """Give a log with room for so many entries in each area."""
    first = np.concatenate([[0], room.cumsum()]).astype(np.int64)
    size = int(first[-1])
    return Log(
        spell_person=np.empty(size, np.int32),
        spell_start=np.empty(size, np.int16),
        spell_end=np.empty(size, np.int16),
        milestone_person=np.empty(size, np.int32),
        milestone_week=np.empty(size, np.int16),
        milestone_number=np.empty(size, np.uint8),
        milestone_count=np.empty(size, np.uint8),
        first=first,
        spells_used=np.zeros(areas, np.int64),
        milestones_used=np.zeros(areas, np.int64),
    )


def without_entries(log: Log) -> Log:
    """Give an empty log of as many areas."""
    areas = len(log.spells_used)
    return empty_log(areas, np.zeros(areas, np.int64))


def grown_log(log: Log, full: Array) -> Log:
    """Give the same log with twice the room in the areas that are full."""
    old_room = np.diff(log.first)
    new = empty_log(len(old_room), np.where(full > 0, old_room * 2 + 64, old_room))
    for area in range(len(old_room)):
        old_at, new_at = log.first[area], new.first[area]
        for name, used in (
            ("spell", log.spells_used),
            ("milestone", log.milestones_used),
        ):
            count = used[area]
            for column in log._fields:
                if column.startswith(f"{name}_"):
                    getattr(new, column)[new_at : new_at + count] = getattr(
                        log, column
                    )[old_at : old_at + count]
    new.spells_used[:] = log.spells_used
    new.milestones_used[:] = log.milestones_used
    return new
