"""What became of each claim: made, validated, struck out (S28, S29, S50, S52)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from quasimarket.core.identifiers import MilestoneId
from quasimarket.entitlement.records import Reached
from quasimarket.events import Event, EventKind
from quasimarket.rulebook.rulebook import Rulebook


Numbered = tuple[MilestoneId, int]
"""A milestone and which one of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a log's claims are read: what nobody reports is taken as done (S50)."""

    claims_implied: bool
    validation_implied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Where the claim for one milestone stands."""

    claimed: date | None = None
    validated: date | None = None
    is_rejected: bool = False

    @property
    def accepted(self) -> date | None:
        """Give the day from which it is accepted on its own account."""
        if self.claimed is None or self.validated is None or self.is_rejected:
            return None
        return max(self.claimed, self.validated)


NO_CLAIM = Claim()


def read_log(
    events: Iterable[Event],
    claims_implied: bool | None,
    validation_implied: bool | None,
) -> Reading:
    """Settle how the claims of a whole log are read; what the caller says stands."""
    kinds = {event.kind for event in events}
    if claims_implied is None:
        claims_implied = EventKind.CLAIMED not in kinds
    if validation_implied is None:
        validation_implied = EventKind.VALIDATED not in kinds
    return Reading(claims_implied=claims_implied, validation_implied=validation_implied)


def claims_known(
    known: Iterable[Event], reached: Collection[Reached], reading: Reading
) -> dict[Numbered, Claim]:
    """Say where each claim stands; `known` is in order of (known, id)."""
    claims: dict[Numbered, Claim] = {}
    if reading.claims_implied:
        claims = {
            (one.milestone, one.number): Claim(claimed=one.claimable) for one in reached
        }
    for event in known:
        if event.milestone is not None and event.number is not None:
            name = (event.milestone, event.number)
            claims[name] = _after(claims.get(name, NO_CLAIM), event, reading)
    if reading.validation_implied:
        claims = {
            name: replace(claim, validated=None if claim.is_rejected else claim.claimed)
            for name, claim in claims.items()
        }
    return claims


def accepted_from(
    rulebook: Rulebook, name: Numbered, claims: dict[Numbered, Claim]
) -> date | None:
    """Give the day from which a milestone is accepted, or None.

    One that follows another waits for that one and for every earlier number (S28, S29).
    """
    needed = [name, *must_come_first(rulebook, name)]
    days = [claims.get(one, NO_CLAIM).accepted for one in needed]
    accepted = [day for day in days if day is not None]
    return max(accepted) if len(accepted) == len(needed) else None


def must_come_first(rulebook: Rulebook, name: Numbered) -> list[Numbered]:
    """List what must be accepted before a milestone can be: earlier numbers first."""
    milestone_id, number = name
    after = rulebook.milestone(milestone_id).after
    if after is None:
        return []
    earlier = [(milestone_id, one) for one in range(1, number)]
    return [*earlier, (after, 1), *must_come_first(rulebook, (after, 1))]


def _after(claim: Claim, event: Event, reading: Reading) -> Claim:
    """Give the claim as it stands after one more event."""
    match event.kind:
        case EventKind.CLAIMED if not reading.claims_implied:
            if claim.claimed is None or claim.is_rejected:
                return Claim(claimed=event.happened)
        case EventKind.VALIDATED:
            validated = claim.validated or event.happened
            return replace(claim, validated=validated, is_rejected=False)
        case EventKind.REJECTED:
            return replace(claim, validated=None, is_rejected=True)
    return claim
