"""An event: something that happened to a participant, and when it became known.

One flat record serves every kind, so that a log is a table; `REQUIRED_FIELDS` says
which fields a kind must carry. Days are UK calendar dates without time of day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quasimarket.core.identifiers import (
    ContractId,
    EventId,
    GroupId,
    MilestoneId,
    ParticipantId,
    PositionId,
    SpellId,
)
from quasimarket.core.money import Pence


class EventKind(StrEnum):
    """What can happen to a participant."""

    REFERRED = "referred"
    REFERRAL_CANCELLED = "referral-cancelled"
    ACKNOWLEDGED = "acknowledged"
    ATTACHED = "attached"
    ALLOCATED = "allocated"
    ACTION_PLANNED = "action-planned"
    CONTACTED = "contacted"
    SPECIALIST_REFERRED = "specialist-referred"
    SPECIALIST_ANSWERED = "specialist-answered"
    JOB_STARTED = "job-started"
    JOB_ENDED = "job-ended"
    BENEFIT_STARTED = "benefit-started"
    BENEFIT_ENDED = "benefit-ended"
    EMPLOYMENT_EVIDENCED = "employment-evidenced"
    RECONVICTED = "reconvicted"
    CLAIMED = "claimed"
    VALIDATED = "validated"
    REJECTED = "rejected"
    PAID = "paid"
    CLAWED_BACK = "clawed-back"
    NOTICE_SERVED = "notice-served"
    SANCTION_REFERRED = "sanction-referred"
    SANCTION_DECIDED = "sanction-decided"
    GROUP_CHANGED = "group-changed"
    GROUP_CORRECTED = "group-corrected"
    TRANSFERRED = "transferred"
    COMPLETED = "completed"


_P = ("participant",)
REQUIRED_FIELDS: dict[EventKind, tuple[str, ...]] = {
    EventKind.REFERRED: (*_P, "contract", "group"),
    EventKind.REFERRAL_CANCELLED: (*_P, "contract"),
    EventKind.ACKNOWLEDGED: _P,
    EventKind.ATTACHED: _P,
    EventKind.ALLOCATED: _P,
    EventKind.ACTION_PLANNED: _P,
    EventKind.CONTACTED: (*_P, "code"),
    EventKind.SPECIALIST_REFERRED: (*_P, "position"),
    EventKind.SPECIALIST_ANSWERED: (*_P, "position", "code"),
    EventKind.JOB_STARTED: (*_P, "spell"),
    EventKind.JOB_ENDED: (*_P, "spell"),
    EventKind.BENEFIT_STARTED: (*_P, "spell"),
    EventKind.BENEFIT_ENDED: (*_P, "spell"),
    EventKind.EMPLOYMENT_EVIDENCED: (*_P, "spell"),
    EventKind.RECONVICTED: _P,
    EventKind.CLAIMED: (*_P, "milestone", "number"),
    EventKind.VALIDATED: (*_P, "milestone", "number"),
    EventKind.REJECTED: (*_P, "code"),
    EventKind.PAID: (*_P, "milestone", "number", "amount"),
    EventKind.CLAWED_BACK: ("contract", "amount"),
    EventKind.NOTICE_SERVED: _P,
    EventKind.SANCTION_REFERRED: _P,
    EventKind.SANCTION_DECIDED: (*_P, "code"),
    EventKind.GROUP_CHANGED: (*_P, "group"),
    EventKind.GROUP_CORRECTED: (*_P, "group"),
    EventKind.TRANSFERRED: (*_P, "contract"),
    EventKind.COMPLETED: _P,
}
"""The fields, besides id, kind, happened, known and source, that a kind must carry.

`referral-cancelled` names the contract whose referral it cancels (the earliest one not
yet cancelled). `allocated` and `transferred` name a position, or none for the prime's
own in-house unit. `rejected` names either a spell, or a milestone with its number.
"""

MAY_BE_ANNOUNCED = frozenset(
    {
        EventKind.JOB_STARTED,
        EventKind.JOB_ENDED,
        EventKind.BENEFIT_STARTED,
        EventKind.BENEFIT_ENDED,
        EventKind.TRANSFERRED,
    }
)
"""Kinds that can be reported ahead: a job that starts on Monday, an agreed transfer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, when it happened and when it was known.

    `job-ended` and `benefit-ended` carry the last day of the spell that they name, not
    the first day after it. An amount is in pence.
    """

    id: EventId
    kind: EventKind
    happened: date
    known: date
    participant: ParticipantId | None = None
    contract: ContractId | None = None
    position: PositionId | None = None
    group: GroupId | None = None
    spell: SpellId | None = None
    milestone: MilestoneId | None = None
    number: int | None = None
    code: str | None = None
    amount: Pence | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse an event that lacks what its kind must carry."""
        missing = [
            name
            for name in REQUIRED_FIELDS[self.kind]
            if getattr(self, name) in (None, "")
        ]
        if missing:
            raise ValueError(f"{self.kind} event {self.id} lacks {', '.join(missing)}")
        if self.kind is EventKind.REJECTED and not (
            self.spell or (self.milestone and self.number)
        ):
            raise ValueError(f"rejected event {self.id} names no spell or milestone")
        if self.known < self.happened and self.kind not in MAY_BE_ANNOUNCED:
            raise ValueError(
                f"{self.kind} event {self.id} was known before it happened"
            )
