"""What the engine says of every milestone that is not paid, for claims to follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.entitlement.columnar.workspace import NO_DAY
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.log_columns import (
    EPOCH,
    ClosedMonth,
    LogColumns,
    head_of_log,
    read_log_columns,
)
from quasimarket.settlement.columnar import UnpaidColumns, settle_columns
from quasimarket.settlement.columnar.unpaid import (
    AWAITING_VALIDATION,
    NEVER_ATTACHED,
    NO_PARTICIPATION,
    NOT_REACHED,
    REJECTED,
    UNCLAIMED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Milestones of participants, one entry each, by parallel arrays."""

    participation: NDArray[np.int64]
    milestone: list[str]
    number: NDArray[np.int16]
    earned: list[date | None]
    contract: list[str]
    position: list[str | None]
    """Who held the participant on the day it was earned."""

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.participation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What claims must follow, on a day."""

    due: Standing
    """Reached, claimable and not claimed."""
    awaiting: Standing
    """Reached and claimed; the checks are awaited."""
    unfounded: Standing
    """Claimed and, as the log now stands, not reached."""
    again: Standing
    """Rejected once, and reached as the log now stands."""


def reckon(
    rulebook: Rulebook, as_of: date, *, closed: Sequence[ClosedMonth] = ()
) -> Reckoned:
    """Say what can be claimed, what awaits its check and what has lost its ground."""
    log = read_log_columns(
        rulebook, last_event=head_of_log(), known_by=as_of, closed=closed
    )
    if not len(log.columns):
        none = _standing(rulebook, log, _empty(), np.empty(0, np.int64))
        return Reckoned(due=none, awaiting=none, unfounded=none, again=none)
    # Spells that are open run on to the end of the month; what is earned after today
    # is left out, and what was earned by today does not depend on it.
    settlement = settle_columns(
        rulebook,
        log.columns,
        Month.of(as_of).last_day,
        claims_implied=False,
        validation_implied=False,
    )
    unpaid = settlement.unpaid
    today = (as_of - EPOCH).days
    is_due = (unpaid.reason == UNCLAIMED) & (unpaid.earned <= today)
    is_due[is_due] = claimable(rulebook, unpaid, np.flatnonzero(is_due)) <= today
    return Reckoned(
        due=_standing(rulebook, log, unpaid, np.flatnonzero(is_due)),
        awaiting=_of_reasons(rulebook, log, unpaid, AWAITING_VALIDATION),
        unfounded=_of_reasons(
            rulebook, log, unpaid, NOT_REACHED, NEVER_ATTACHED, NO_PARTICIPATION
        ),
        again=_of_reasons(rulebook, log, unpaid, REJECTED),
    )


def claimable(
    rulebook: Rulebook, unpaid: UnpaidColumns, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the first day on which each may be claimed, from 1 January 1970 (S30)."""
    waits = np.array(
        [one.claim_after_working_days for one in rulebook.milestones], np.int64
    )
    wait = waits[unpaid.kind[rows]]
    earned = unpaid.earned[rows].astype("datetime64[D]")
    holidays = np.array(sorted(rulebook.holidays), "datetime64[D]")
    later = np.busday_offset(earned, wait, roll="backward", holidays=holidays)
    day: NDArray[np.int64] = np.where(wait > 0, later, earned).astype(np.int64)
    return day


def _empty() -> UnpaidColumns:
    return UnpaidColumns(
        participant=np.empty(0, np.int32),
        kind=np.empty(0, np.int8),
        number=np.empty(0, np.int16),
        earned=np.empty(0, np.int32),
        contract=np.empty(0, np.int16),
        reason=np.empty(0, np.int8),
    )


def _of_reasons(
    rulebook: Rulebook, log: LogColumns, unpaid: UnpaidColumns, *reasons: int
) -> Standing:
    rows = np.flatnonzero(np.isin(unpaid.reason, reasons))
    return _standing(rulebook, log, unpaid, rows)


def _standing(
    rulebook: Rulebook, log: LogColumns, unpaid: UnpaidColumns, rows: NDArray[np.int64]
) -> Standing:
    milestones = [str(one.id) for one in rulebook.milestones]
    contracts = [str(one.id) for one in rulebook.contracts]
    places = [str(name) for name in log.columns.positions]
    earned = unpaid.earned[rows]
    held = held_by(log.columns, unpaid.participant[rows], earned)
    days = earned.astype("datetime64[D]").tolist()
    return Standing(
        participation=log.participations[unpaid.participant[rows]],
        milestone=[milestones[kind] for kind in unpaid.kind[rows].tolist()],
        number=unpaid.number[rows],
        earned=[
            None if number == NO_DAY else day
            for number, day in zip(earned.tolist(), days, strict=True)
        ],
        contract=[
            contracts[code] if code >= 0 else ""
            for code in unpaid.contract[rows].tolist()
        ],
        position=[places[code] if code >= 0 else None for code in held.tolist()],
    )


def held_by(
    columns: EventColumns,
    participant: NDArray[np.int32],
    day: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Give the position that holds each participant on a day, -1 for in-house.

    It is that of the last `allocated` or `transferred` event by then (by happened,
    known, id).
    """
    moves = np.flatnonzero(
        (columns.kind == KIND_CODE[EventKind.ALLOCATED])
        | (columns.kind == KIND_CODE[EventKind.TRANSFERRED])
    )
    order = moves[
        np.lexsort(
            (
                columns.event[moves],
                columns.known[moves],
                columns.happened[moves],
                columns.participant[moves],
            )
        )
    ]
    key = _by_day(columns.participant[order], columns.happened[order])
    at = np.searchsorted(key, _by_day(participant, day), side="right") - 1
    if not len(order):
        return np.full(len(participant), -1, np.int32)
    found = order[np.maximum(at, 0)]
    is_theirs = (at >= 0) & (columns.participant[found] == participant)
    held: NDArray[np.int32] = np.where(is_theirs, columns.position[found], -1)
    return held


def _by_day(
    participant: NDArray[np.int32], day: NDArray[np.int32]
) -> NDArray[np.int64]:
    return participant.astype(np.int64) * 2**32 + (day.astype(np.int64) + 2**31)
