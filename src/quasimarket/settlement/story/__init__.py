"""A participant's payment story in plain English: what happened, what is paid, and why.

The days and milestones are told from the reference engine; the lines are those of the
settlement, whichever engine made it, so that the story explains what was really paid.
"""

from collections.abc import Iterable, Iterator

from quasimarket.core.dates import Month
from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import ParticipantId
from quasimarket.core.money import format_pounds
from quasimarket.entitlement.reference import by_participant, known_by
from quasimarket.events import Event
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.records import Settlement
from quasimarket.settlement.reference.claims import read_log
from quasimarket.settlement.reference.views import PriceList, view_of
from quasimarket.settlement.story.course import beginning, work
from quasimarket.settlement.story.distance import not_reached
from quasimarket.settlement.story.facts import Facts
from quasimarket.settlement.story.payments import (
    corrections,
    milestones,
    not_paid,
    other_lines,
)


__all__ = ["tell"]


def tell(
    rulebook: Rulebook,
    events: Iterable[Event],
    settlement: Settlement,
    participant: ParticipantId,
    *,
    claims_implied: bool | None = None,
    validation_implied: bool | None = None,
) -> str:
    """Tell a participant's payment story, as known on the day settled to.

    The events are those of the whole log, unless it is stated how its claims are read.

    Raises:
        InputFault: the log has no such participant.
    """
    log = list(events)
    reading = read_log(log, claims_implied, validation_implied)
    own = by_participant(event for event in log if event.participant == participant)
    if participant not in own:
        raise InputFault(
            [
                Fault(
                    where="the participant to explain",
                    found=participant,
                    expected="a participant that an event of the log names",
                )
            ]
        )
    known = known_by(own[participant], settlement.settled_to)
    month = Month.of(settlement.settled_to)
    facts = Facts(
        rulebook=rulebook,
        settlement=settlement,
        participant=participant,
        known=known,
        view=view_of(PriceList(rulebook), known, reading, month),
    )
    parts = (
        beginning(facts),
        work(facts),
        milestones(facts),
        not_reached(facts),
        other_lines(facts),
        not_paid(facts),
        corrections(facts),
        _sum(facts),
    )
    told = ["\n".join(part) for part in (list(part) for part in parts) if part]
    return "\n\n".join(told) + "\n"


def _sum(facts: Facts) -> Iterator[str]:
    paid = sum(line.amount for line in facts.lines)
    down = sum(line.amount for line in facts.downstream)
    passed = f", of which {format_pounds(down)} down the chain" if down else ""
    yield f"In all: {format_pounds(paid)}{passed}."
