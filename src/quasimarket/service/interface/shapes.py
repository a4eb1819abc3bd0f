"""The shapes of what programs read."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import Participation


MOST = 500


class Page(BaseModel):
    """Where to go on, and how many to give."""

    after: int = Field(
        0, ge=0, le=2**63 - 1, description="The `next` of the page before"
    )
    limit: int = Field(100, ge=1, le=MOST)


class ParticipationSeen(BaseModel):
    """A participation as its chain may read it: no name, no address."""

    id: int
    reference: str
    contract: str
    position: str | None
    group: str
    area: str
    state: str
    referred: date
    acknowledged: date | None
    attached: date | None
    allotted_end: date
    completed: date | None
    in_work: bool
    last_contact: date | None


class Participations(BaseModel):
    """A page of participations."""

    items: list[ParticipationSeen]
    next: int | None


class EventSeen(BaseModel):
    """An event of the log."""

    id: int
    kind: str
    act: str
    recorded_at: datetime
    happened: date
    known: date
    participant: str
    contract: str
    position: str
    organisation: str
    group: str
    spell: str
    milestone: str
    number: int | None
    code: str
    amount: int | None


class Events(BaseModel):
    """A page of events, in the order in which they were committed.

    Keep `next` and ask from there again. It stands still at the log's end; a page
    without items whose `next` is another than your `after` is not the end.
    """

    items: list[EventSeen]
    next: str


class PlaceSeen(BaseModel):
    """A place in a chain."""

    id: str
    contract: str
    organisation: str
    tier: int
    status: str
    promised_yearly: int


class ContractSeen(BaseModel):
    """A contract."""

    id: str
    area: str
    area_name: str
    prime: str


class ClaimSeen(BaseModel):
    """A claim, and what stands against it."""

    id: int
    reference: str
    participant: str
    contract: str
    position: str | None
    group: str
    milestone: str
    number: int
    earned: date | None
    state: str
    raised_on: date
    times_raised: int
    off_benefit: str
    employment: str
    rejection: str
    paid_in: str


class Claims(BaseModel):
    """A page of claims."""

    items: list[ClaimSeen]
    next: int | None


class StatementSeen(BaseModel):
    """What one payer owes one payee for a month, in pence."""

    id: int
    month: str
    contract: str
    position: str | None = Field(description="None for the statement to the prime")
    brought_forward: int
    lines: int
    payable: int
    carried_forward: int


class Statements(BaseModel):
    """A page of statements."""

    items: list[StatementSeen]
    next: int | None


class LineSeen(BaseModel):
    """One line of a statement, in pence."""

    id: int
    month: str
    contract: str
    position: str | None
    participant: str
    milestone: str
    number: int
    earned: date
    amount: int
    is_reversal: bool
    rule: str


class Lines(BaseModel):
    """A page of lines."""

    items: list[LineSeen]
    next: int | None


class PaymentSeen(BaseModel):
    """One sum to one payee, in pence."""

    id: int
    run: str
    month: str
    payer: str
    payee: str
    contract: str
    position: str | None
    amount: int
    is_sent: bool = Field(description="It stands in a file to the bank")


class Payments(BaseModel):
    """A page of payments."""

    items: list[PaymentSeen]
    next: int | None


def event_seen(row: LogEvent) -> EventSeen:
    """Give an event as programs read it."""
    return EventSeen(**{name: getattr(row, name) for name in EventSeen.model_fields})


def participation_seen(row: Participation) -> ParticipationSeen:
    """Give a participation as programs read it."""
    plain = set(ParticipationSeen.model_fields) - {"contract", "position"}
    return ParticipationSeen(
        contract=row.contract_id,
        position=row.position_id,
        **{name: getattr(row, name) for name in plain},
    )
