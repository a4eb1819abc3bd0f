"""Referrals laid out participant by participant by the plain engine: the oracle."""

from collections.abc import Iterable
from datetime import date

from quasimarket.entitlement.records import Participation, Reached
from quasimarket.entitlement.reference import (
    by_participant,
    entitle_participant,
    known_by,
)
from quasimarket.events import Event
from quasimarket.performance import Referrals, referrals_from_records
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.reference.claims import (
    NO_CLAIM,
    Claim,
    Numbered,
    claims_known,
    read_log,
)


def plain_referrals(
    rulebook: Rulebook, events: Iterable[Event], data_to: date
) -> Referrals:
    """Lay out the referrals of a log with their outcomes, as known on a day."""
    log = list(events)
    reading = read_log(log, None, None)
    participations: list[Participation] = []
    outcomes: list[Reached] = []
    claims: dict[str, dict[Numbered, Claim]] = {}
    for participant, own in by_participant(log).items():
        known = known_by(own, data_to)
        participation, reached = entitle_participant(rulebook, known, data_to)
        if participation is not None:
            participations.append(participation)
            outcomes.extend(reached)
            claims[participant] = claims_known(known, reached, reading)

    def why_not_counted(reached: Reached) -> str | None:
        own = claims[reached.participant]
        claim = own.get((reached.milestone, reached.number), NO_CLAIM)
        if claim.is_rejected:
            return "rejected"
        return "unclaimed" if claim.claimed is None else None

    return referrals_from_records(
        rulebook,
        data_to,
        events=log,
        participations=participations,
        reached=outcomes,
        why_not_counted=why_not_counted,
    )
