"""What is known of one participant on a day: which of the events stand.

Knowledge only grows. Where several events say the same thing the one known last
stands, and among those known on the same day the one with the greater id.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import (
    ContractId,
    EventId,
    GroupId,
    PositionId,
    order_key,
)
from quasimarket.entitlement.records import Participation
from quasimarket.events import Event, EventKind


def one_of_each(events: Iterable[Event]) -> list[Event]:
    """Keep one of equal events with the same id (S58).

    Raises:
        InputFault: an id stands for two different events.
    """
    by_id: dict[EventId, Event] = {}
    faults: list[Fault] = []
    for event in events:
        first = by_id.setdefault(event.id, event)
        if first != event:
            faults.append(
                Fault(
                    where=f"event {event.id}",
                    found="two different events with this id",
                    expected="one event, or equal ones",
                    hint="give each event its own id",
                )
            )
    if faults:
        raise InputFault(faults)
    return list(by_id.values())


def as_known(events: Iterable[Event]) -> list[Event]:
    """Put events in the order in which they became known: by (known, id)."""
    return sorted(events, key=lambda event: (event.known, order_key(event.id)))


def known_by(events: Iterable[Event], as_of: date) -> list[Event]:
    """Keep what is known on a day."""
    return [event for event in events if event.known <= as_of]


def participation_of(
    known: Collection[Event], allotted_days: int
) -> Participation | None:
    """Find the one participation of a participant (S40-S45), if there is any."""
    referral = _standing_referral(known)
    if referral is None:
        return None
    last_allotted_day = referral.happened + timedelta(days=allotted_days - 1)
    attachment = _earliest(
        event
        for event in known
        if event.kind is EventKind.ATTACHED
        and referral.happened <= event.happened <= last_allotted_day
    )
    # A referred event carries participant, contract and group, or it could not exist.
    assert referral.participant is not None
    assert referral.contract is not None
    return Participation(
        participant=referral.participant,
        contract=referral.contract,
        group=_standing_group(known, referral),
        referred=referral.happened,
        attached=attachment.happened if attachment else None,
        referral=referral.id,
        attachment=attachment.id if attachment else None,
    )


def contract_on(
    day: date, participation: Participation, known: Collection[Event]
) -> ContractId:
    """Give the contract that holds a participant on a day (S47)."""
    transfer = _last_before(day, known, {EventKind.TRANSFERRED})
    if transfer and transfer.contract is not None:
        return transfer.contract
    return participation.contract


def position_on(day: date, known: Collection[Event]) -> PositionId | None:
    """Give the position that holds a participant on a day (S48); none is in-house."""
    move = _last_before(day, known, {EventKind.ALLOCATED, EventKind.TRANSFERRED})
    return move.position if move else None


def _standing_referral(known: Collection[Event]) -> Event | None:
    """Give the earliest referral that no cancellation took away (S42-S44)."""
    referrals = sorted(
        (event for event in known if event.kind is EventKind.REFERRED),
        key=_as_happened,
    )
    for cancellation in known:
        if cancellation.kind is EventKind.REFERRAL_CANCELLED:
            for referral in referrals:
                if referral.contract == cancellation.contract:
                    referrals.remove(referral)
                    break
    return referrals[0] if referrals else None


def _standing_group(known: Collection[Event], referral: Event) -> GroupId:
    """Give the group at referral, as last corrected; a change is no correction."""
    corrections = [
        event.group
        for event in known
        if event.kind is EventKind.GROUP_CORRECTED and event.group is not None
    ]
    assert referral.group is not None
    return corrections[-1] if corrections else referral.group


def _earliest(events: Iterable[Event]) -> Event | None:
    return min(events, key=_as_happened, default=None)


def _last_before(
    day: date, known: Iterable[Event], kinds: Collection[EventKind]
) -> Event | None:
    """Give the last event of some kinds that happened on or before a day."""
    return max(
        (event for event in known if event.kind in kinds and event.happened <= day),
        key=_as_happened,
        default=None,
    )


def _as_happened(event: Event) -> tuple[date, date, tuple[int, int, str]]:
    return event.happened, event.known, order_key(event.id)
