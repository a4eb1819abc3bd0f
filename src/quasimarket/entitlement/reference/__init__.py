"""The plain engine of entitlement: one participant at a time, one day at a time.

It is the truth that faster engines are held to, so it is written to be read beside
docs/explanation/settlement.md, in the same order.
"""

from collections.abc import Iterable
from datetime import date

from quasimarket.core.identifiers import ParticipantId, order_key
from quasimarket.entitlement.records import Participation, Reached
from quasimarket.entitlement.reference.knowledge import (
    as_known,
    known_by,
    one_of_each,
    participation_of,
)
from quasimarket.entitlement.reference.milestones import day_seen, reached_by
from quasimarket.events import Event
from quasimarket.rulebook.rulebook import Rulebook


__all__ = [
    "by_participant",
    "day_seen",
    "entitle",
    "entitle_participant",
    "known_by",
    "one_of_each",
]


def entitle(
    rulebook: Rulebook, events: Iterable[Event], as_of: date
) -> tuple[tuple[Participation, ...], tuple[Reached, ...]]:
    """Find who takes part and what they had reached, as known on a day.

    Both come in the order of participants; milestones in that of the rulebook.
    """
    participations: list[Participation] = []
    reached: list[Reached] = []
    for own in by_participant(events).values():
        participation, milestones = entitle_participant(rulebook, own, as_of)
        if participation:
            participations.append(participation)
        reached.extend(milestones)
    return tuple(participations), tuple(reached)


def entitle_participant(
    rulebook: Rulebook, events: Iterable[Event], as_of: date
) -> tuple[Participation | None, tuple[Reached, ...]]:
    """Find one participant's participation and milestones, as known on a day.

    The events are all of that participant, as `by_participant` gives them.
    """
    known = known_by(events, as_of)
    participation = participation_of(known, rulebook.allotted_days)
    if participation is None:
        return None, ()
    return participation, reached_by(rulebook, participation, known, as_of)


def by_participant(events: Iterable[Event]) -> dict[ParticipantId, list[Event]]:
    """Give each participant's events, each once, in the order they became known.

    Participants are in order; events that name none are left out.
    """
    own: dict[ParticipantId, list[Event]] = {}
    for event in one_of_each(events):
        if event.participant is not None:
            own.setdefault(event.participant, []).append(event)
    return {
        participant: as_known(own[participant])
        for participant in sorted(own, key=order_key)
    }
