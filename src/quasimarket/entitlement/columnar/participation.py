"""Which referral stands, in which group, since when, and who holds the participant."""

from numba import njit

from quasimarket.entitlement.columnar.workspace import (
    ATTACHED,
    ATTACHMENT_EVENT,
    CONTRACT,
    GROUP,
    HAPPENED,
    IN_GROUP,
    IS_FOUND,
    KIND,
    KINDS,
    MOVES,
    NO_DAY,
    POSITION,
    REFERRAL_EVENT,
    REFERRED,
    REFERRED_TO,
    Workspace,
)
from quasimarket.entitlement.columns import KIND_CODE
from quasimarket.events import EventKind


REFERRED_KIND = KIND_CODE[EventKind.REFERRED]
CANCELLED_KIND = KIND_CODE[EventKind.REFERRAL_CANCELLED]
ATTACHED_KIND = KIND_CODE[EventKind.ATTACHED]
ALLOCATED_KIND = KIND_CODE[EventKind.ALLOCATED]
TRANSFERRED_KIND = KIND_CODE[EventKind.TRANSFERRED]
CORRECTED_KIND = KIND_CODE[EventKind.GROUP_CORRECTED]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def standing_referral(space: Workspace, known_events: int) -> int:
    """Give the row of the earliest referral not cancelled, -1 for none.

    Rows stand in order of (known, id), so the first of the earliest is the one wanted.
    """
    events = space.events
    referrals = 0
    for row in range(known_events):
        if events[row, KIND] == REFERRED_KIND:
            space.referrals[referrals] = row
            referrals += 1
    may_cancel = space.counts[KINDS] & (1 << CANCELLED_KIND)
    for row in range(known_events if may_cancel else 0):
        if events[row, KIND] != CANCELLED_KIND:
            continue
        earliest = -1
        for at in range(referrals):
            referral = space.referrals[at]
            if referral < 0 or events[referral, CONTRACT] != events[row, CONTRACT]:
                continue
            if (
                earliest < 0
                or events[referral, HAPPENED]
                < events[space.referrals[earliest], HAPPENED]
            ):
                earliest = at
        if earliest >= 0:
            space.referrals[earliest] = -1
    standing = -1
    for at in range(referrals):
        referral = space.referrals[at]
        if referral >= 0 and (
            standing < 0 or events[referral, HAPPENED] < events[standing, HAPPENED]
        ):
            standing = referral
    return standing


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def find_participation(space: Workspace, known_events: int, allotted_days: int) -> None:
    """Work out the participation as far as so many events tell it."""
    events = space.events
    who = space.who
    who[IS_FOUND] = 0
    who[ATTACHED] = NO_DAY
    who[ATTACHMENT_EVENT] = -1
    referral = standing_referral(space, known_events)
    if referral < 0:
        return
    who[IS_FOUND] = 1
    who[REFERRED] = events[referral, HAPPENED]
    who[REFERRED_TO] = events[referral, CONTRACT]
    who[IN_GROUP] = events[referral, GROUP]
    who[REFERRAL_EVENT] = space.event_ids[referral]
    last_allotted = events[referral, HAPPENED] + allotted_days - 1
    for row in range(known_events):
        kind = events[row, KIND]
        if kind == CORRECTED_KIND:
            who[IN_GROUP] = events[row, GROUP]
        elif kind == ATTACHED_KIND:
            happened = events[row, HAPPENED]
            if who[REFERRED] <= happened <= last_allotted and (
                who[ATTACHED] == NO_DAY or happened < who[ATTACHED]
            ):
                who[ATTACHED] = happened
                who[ATTACHMENT_EVENT] = space.event_ids[row]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def find_moves(space: Workspace, known_events: int) -> None:
    """List the events that say who holds the participant."""
    moves = 0
    for row in range(known_events):
        if space.events[row, KIND] in (ALLOCATED_KIND, TRANSFERRED_KIND):
            space.moves[moves] = row
            moves += 1
    space.counts[MOVES] = moves


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def contract_on(space: Workspace, day: int) -> int:
    """Give the contract that holds the participant on a day."""
    held_by = space.who[REFERRED_TO]
    since = NO_DAY
    for at in range(space.counts[MOVES]):
        row = space.moves[at]
        happened = space.events[row, HAPPENED]
        if space.events[row, KIND] == TRANSFERRED_KIND and since <= happened <= day:
            since = happened
            held_by = space.events[row, CONTRACT]
    return held_by


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def position_on(space: Workspace, day: int) -> int:
    """Give the position that holds the participant on a day, -1 for in-house."""
    held_at = -1
    since = NO_DAY
    for at in range(space.counts[MOVES]):
        row = space.moves[at]
        happened = space.events[row, HAPPENED]
        if since <= happened <= day:
            since = happened
            held_at = space.events[row, POSITION]
    return held_at
