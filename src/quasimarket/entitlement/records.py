"""What entitlement says, whichever engine says it."""

from dataclasses import dataclass
from datetime import date

from quasimarket.core.identifiers import (
    ClauseId,
    ContractId,
    EventId,
    GroupId,
    MilestoneId,
    ParticipantId,
    PositionId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """A person's one participation: who, where, in which group, since when."""

    participant: ParticipantId
    contract: ContractId
    """The contract of the referral; a transfer moves later lines, not this."""
    group: GroupId
    referred: date
    attached: date | None
    referral: EventId
    attachment: EventId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One milestone reached by one participant."""

    participant: ParticipantId
    milestone: MilestoneId
    number: int
    """Which one of its kind, from 1."""
    earned: date
    claimable: date
    """The first day on which it may be claimed."""
    contract: ContractId
    """The contract holding the participant on the day it was earned."""
    position: PositionId | None
    """The subcontract holding the participant that day; none is in-house."""
    group: GroupId
    priced_on: date
    """The day whose prices apply."""
    rule: ClauseId
    events: tuple[EventId, ...]
    """The events it follows from: the attachment, then the spell it was earned in."""
