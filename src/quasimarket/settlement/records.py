"""What settlement says, whichever engine says it. Amounts are in pence."""

from dataclasses import dataclass
from datetime import date

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import (
    ClauseId,
    ContractId,
    EventId,
    GroupId,
    MilestoneId,
    ParticipantId,
    PositionId,
)
from quasimarket.core.money import Pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the commissioner's statement to a prime for one month."""

    statement: Month
    contract: ContractId
    participant: ParticipantId | None
    """None for a service fee and for an extrapolated recovery."""
    kind: MilestoneId
    """A milestone, an excess payment, a service fee, or "recovery"."""
    number: int
    earned: date
    payable: date
    amount: Pence
    """Negative for a reversal or a recovery."""
    group: GroupId | None
    position: PositionId | None
    is_reversal: bool
    rule: ClauseId
    events: tuple[EventId, ...]
    reason: str
    """"earned", "no-longer-follows" (a reversal), "recovery"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownstreamLine:
    """One line of a prime's statement to a subcontract for one month."""

    statement: Month
    contract: ContractId
    position: PositionId
    participant: ParticipantId
    kind: MilestoneId
    number: int
    earned: date
    amount: Pence
    is_reversal: bool
    rule: ClauseId
    events: tuple[EventId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """A milestone reached and not paid, or claimed and not reached, at the end."""

    participant: ParticipantId
    kind: MilestoneId
    number: int
    earned: date | None
    """None where it was claimed and not reached."""
    contract: ContractId | None
    reason: str
    """Why not: "unclaimed", "awaiting-validation", "rejected", "awaiting-outcome",
    "held-until-claimable", "earlier-number-unclaimed" for what was reached;
    "not-reached", "never-attached", "no-participation" for what was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one payer owes one payee for one month."""

    month: Month
    contract: ContractId
    position: PositionId | None
    """None for the commissioner's statement to the prime."""
    brought_forward: Pence
    """Never above zero: what earlier statements below zero left to recover."""
    lines: Pence
    payable: Pence
    carried_forward: Pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One side of a ledger entry; the postings of an entry sum to zero."""

    month: Month
    entry: int
    account: str
    """"commissioner", "prime/<contract>" or "subcontract/<contract>/<position>"."""
    amount: Pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Everything one settlement says, in a fixed order."""

    settled_to: date
    lines: tuple[Line, ...]
    downstream: tuple[DownstreamLine, ...]
    unpaid: tuple[Unpaid, ...]
    statements: tuple[Statement, ...]
    ledger: tuple[Posting, ...]
