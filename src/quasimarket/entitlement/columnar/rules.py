"""The rulebook's milestones as arrays, indexed as `EventColumns` codes them."""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quasimarket.entitlement.columns import KIND_CODE
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Basis, BreakRule, Milestone, Rulebook


BASIS_CODE = {basis: code for code, basis in enumerate(Basis)}
BREAK_CODE = {rule: code for code, rule in enumerate(BreakRule)}
EPOCH = date(1970, 1, 1).toordinal()
ALWAYS_READ = (
    EventKind.REFERRED,
    EventKind.REFERRAL_CANCELLED,
    EventKind.ATTACHED,
    EventKind.ALLOCATED,
    EventKind.TRANSFERRED,
    EventKind.JOB_STARTED,
    EventKind.JOB_ENDED,
    EventKind.BENEFIT_STARTED,
    EventKind.BENEFIT_ENDED,
    EventKind.REJECTED,
    EventKind.GROUP_CORRECTED,
    EventKind.CLAIMED,
    EventKind.VALIDATED,
)


class Rules(NamedTuple):
    """What entitlement needs of a rulebook."""

    allotted_days: int
    run_on: bool
    bridge_days: int
    groups: int
    is_read: NDArray[np.bool_]
    """By kind of event: whether any rule reads it."""
    basis: NDArray[np.int8]
    days: NDArray[np.int32]
    """[milestone, group]; 0 where the group cannot reach it."""
    maximum: NDArray[np.int32]
    unbroken: NDArray[np.bool_]
    after: NDArray[np.int32]
    break_rule: NDArray[np.int8]
    without: NDArray[np.int32]
    turn: NDArray[np.int32]
    """The milestones in an order in which each comes after the one it follows."""
    slot: NDArray[np.int32]
    """Where each milestone's numbers begin in a list of all; one more at the end."""
    claimable: NDArray[np.int32]
    """[milestone, day - first_day]: the day from which it may be claimed."""
    first_day: int
    """The day of the tables' first column."""


def day_number(day: date) -> int:
    """Count the days from 1 January 1970."""
    return day.toordinal() - EPOCH


def make_rules(rulebook: Rulebook, first_day: int, last_day: int) -> Rules:
    """Lay a rulebook's milestones out for days from the first to the last."""
    milestones = rulebook.milestones
    index = {milestone.id: at for at, milestone in enumerate(milestones)}
    groups = [group.id for group in rulebook.groups]
    days = [[item.days_for(group) or 0 for group in groups] for item in milestones]
    most_days = max(last_day - first_day + 1, 1)
    maximum = [
        [
            min(item.maximum_for(group), most_days // max(needed, 1) + 1)
            for group, needed in zip(groups, days[at], strict=True)
        ]
        for at, item in enumerate(milestones)
    ]
    is_read = np.zeros(256, np.bool_)
    for kind in ALWAYS_READ:
        is_read[KIND_CODE[kind]] = True
    for item in milestones:
        if item.without is not None:
            is_read[KIND_CODE[item.without]] = True
    slots = [
        max(most, default=1) if item.basis is Basis.FOLLOWING_DAYS else 1
        for item, most in zip(milestones, maximum, strict=True)
    ]
    shape = (len(milestones), len(groups))
    return Rules(
        allotted_days=rulebook.allotted_days,
        run_on=rulebook.run_on,
        bridge_days=rulebook.bridge_days,
        groups=len(groups),
        is_read=is_read,
        basis=np.array([BASIS_CODE[item.basis] for item in milestones], np.int8),
        days=np.array(days, np.int32).reshape(shape),
        maximum=np.array(maximum, np.int32).reshape(shape),
        unbroken=np.array([item.unbroken for item in milestones], np.bool_),
        after=np.array(
            [-1 if item.after is None else index[item.after] for item in milestones],
            np.int32,
        ),
        break_rule=np.array(
            [BREAK_CODE[item.break_rule] for item in milestones], np.int8
        ),
        without=np.array(
            [
                -1 if item.without is None else KIND_CODE[item.without]
                for item in milestones
            ],
            np.int32,
        ),
        turn=np.array(_turns(milestones), np.int32),
        slot=np.cumsum([0, *slots]).astype(np.int32),
        claimable=_claimable(rulebook, first_day, last_day),
        first_day=first_day,
    )


def _turns(milestones: tuple[Milestone, ...]) -> list[int]:
    turns: list[int] = []
    placed: set[str] = set()
    while len(turns) < len(milestones):
        for at, item in enumerate(milestones):
            if item.id not in placed and (item.after is None or item.after in placed):
                turns.append(at)
                placed.add(item.id)
    return turns


def _claimable(rulebook: Rulebook, first_day: int, last_day: int) -> NDArray[np.int32]:
    """Tabulate the claim dates of every day, by counting working days once."""
    delays = [item.claim_after_working_days for item in rulebook.milestones]
    longest = max(delays, default=0)
    # a working day comes at least once in so many days, whatever the holidays
    spare = (longest + len(rulebook.holidays) + 7) * 7 // 5 + 7
    every_day = np.arange(first_day, last_day + spare + 1, dtype=np.int32)
    is_working = (every_day + 3) % 7 < 5  # 1 January 1970 was a Thursday
    off = np.array([day_number(day) for day in rulebook.holidays], np.int32)
    is_working &= ~np.isin(every_day, off)
    working_days = every_day[is_working]
    days = every_day[: last_day - first_day + 1]
    following = np.searchsorted(working_days, days, side="right")
    table = np.empty((len(delays), len(days)), np.int32)
    for at, delay in enumerate(delays):
        table[at] = days if delay == 0 else working_days[following + delay - 1]
    return table
