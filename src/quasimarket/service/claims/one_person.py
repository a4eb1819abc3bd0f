"""One person settled by the plain engine, to explain a payment or the lack of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
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
from quasimarket.entitlement.columns import EVENT_KINDS, EventColumns
from quasimarket.events import Event
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.log_columns import (
    EPOCH,
    ClosedMonth,
    head_of_log,
    read_log_columns,
)
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import rulebook_in_force
from quasimarket.settlement.records import Settlement, Unpaid
from quasimarket.settlement.reference import settle
from quasimarket.settlement.story import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePerson:
    """A person's events and what the plain engine makes of them."""

    rulebook: Rulebook
    reference: str
    events: tuple[Event, ...]
    settlement: Settlement

    def unpaid(self, milestone: str, number: int) -> Unpaid | None:
        """Give why a milestone is not paid, if the engine lists it."""
        return next(
            (
                one
                for one in self.settlement.unpaid
                if (one.kind, one.number) == (milestone, number)
            ),
            None,
        )

    def line_for(self, milestone: str, number: int) -> bool:
        """Whether a line for the milestone stands."""
        amounts = [
            line.amount
            for line in self.settlement.lines
            if (line.kind, line.number) == (milestone, number)
        ]
        return sum(amounts) > 0

    def story(self, contracts: Sequence[str] | None = None) -> str:
        """Tell the whole story, of the lines of some contracts or of all."""
        settlement = self.settlement
        if contracts is not None:
            settlement = replace(
                settlement,
                lines=tuple(
                    one for one in settlement.lines if one.contract in contracts
                ),
                downstream=tuple(
                    one for one in settlement.downstream if one.contract in contracts
                ),
            )
        return tell(
            self.rulebook,
            self.events,
            settlement,
            ParticipantId(self.reference),
            claims_implied=False,
            validation_implied=False,
        )


def settle_one(
    participation: Participation, today: date, closed: Sequence[ClosedMonth] = ()
) -> OnePerson:
    """Settle one person as the log stands today.

    Excess payments are left out: they depend on everybody.
    """
    with acting_as(SYSTEM):
        rulebook = replace(rulebook_in_force(), excess_payments=(), service_fees=())
        log = read_log_columns(
            rulebook,
            last_event=head_of_log(),
            known_by=today,
            closed=closed,
            participations=[participation.pk],
        )
    events = events_of(rulebook, log.columns)
    settlement = settle(
        rulebook,
        events,
        Month.of(today).last_day,
        claims_implied=False,
        validation_implied=False,
    )
    return OnePerson(
        rulebook=rulebook,
        reference=participation.reference,
        events=tuple(events),
        settlement=settlement,
    )


_NAMED = (
    "kind", "happened", "known", "participant", "contract", "position", "group",
    "spell", "milestone", "number", "amount", "event",
)  # fmt: skip


def events_of(
    rulebook: Rulebook, columns: EventColumns, rows: NDArray[np.int64] | None = None
) -> list[Event]:
    """Make events of columns, for the plain engine: of some rows, or of all."""
    contracts = [one.id for one in rulebook.contracts]
    groups = [one.id for one in rulebook.groups]
    milestones = [one.id for one in rulebook.milestones]
    days: dict[int, date] = {}

    def day(number: int) -> date:
        return days.setdefault(number, EPOCH + timedelta(days=number))

    def made(row: dict[str, int]) -> Event:
        return Event(
            id=EventId(str(row["event"])),
            kind=EVENT_KINDS[row["kind"]],
            happened=day(row["happened"]),
            known=day(row["known"]),
            participant=_name(ParticipantId, columns.participants, row["participant"]),
            contract=_name(ContractId, contracts, row["contract"]),
            position=_name(PositionId, columns.positions, row["position"]),
            group=_name(GroupId, groups, row["group"]),
            spell=SpellId(str(row["spell"])) if row["spell"] >= 0 else None,
            milestone=_name(MilestoneId, milestones, row["milestone"]),
            number=row["number"] if row["number"] >= 0 else None,
            code="recorded",
            amount=Pence(row["amount"]) if row["amount"] >= 0 else None,
        )

    chosen = slice(None) if rows is None else rows
    arrays = [getattr(columns, name)[chosen].tolist() for name in _NAMED]
    return [
        made(dict(zip(_NAMED, values, strict=True)))
        for values in zip(*arrays, strict=True)
    ]


def _name(kind: Any, names: Any, code: int) -> Any:  # one of the identifier types
    return kind(str(names[code])) if code >= 0 else None
