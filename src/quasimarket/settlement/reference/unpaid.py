"""What was reached and not paid, and what was claimed and not reached, and why."""

from collections.abc import Iterator

from quasimarket.core.identifiers import ParticipantId
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.records import Unpaid
from quasimarket.settlement.reference.claims import (
    NO_CLAIM,
    Claim,
    Numbered,
    must_come_first,
)
from quasimarket.settlement.reference.views import Owed, View


def unpaid_in(
    rulebook: Rulebook, participant: ParticipantId, view: View
) -> Iterator[Unpaid]:
    """List what one participant's last view leaves unpaid."""
    for owed in view.owed:
        is_paid = owed.payable and owed.payable <= view.month.last_day
        if owed.price > 0 and not is_paid:
            yield Unpaid(
                participant=participant,
                kind=owed.reached.milestone,
                number=owed.reached.number,
                earned=owed.reached.earned,
                contract=owed.reached.contract,
                reason=_why_not_paid(rulebook, owed, view.claims),
            )
    reached = {(owed.reached.milestone, owed.reached.number) for owed in view.owed}
    for name, claim in view.claims.items():
        if name not in reached and claim.claimed and not claim.is_rejected:
            yield Unpaid(
                participant=participant,
                kind=name[0],
                number=name[1],
                earned=None,
                contract=view.participation.contract if view.participation else None,
                reason=_why_refused(view),
            )


def _why_not_paid(rulebook: Rulebook, owed: Owed, claims: dict[Numbered, Claim]) -> str:
    """Give the first reason that fits: its own claim, then what must come first."""
    if owed.claim.is_rejected:
        return "rejected"
    if owed.claim.claimed is None:
        return "unclaimed"
    if owed.claim.validated is None:
        return "awaiting-validation"
    kind = owed.reached.milestone
    for name in must_come_first(rulebook, (kind, owed.reached.number)):
        if claims.get(name, NO_CLAIM).accepted is None:
            return "earlier-number-unclaimed" if name[0] == kind else "awaiting-outcome"
    return "held-until-claimable"


def _why_refused(view: View) -> str:
    if view.participation is None:
        return "no-participation"
    if view.participation.attached is None:
        return "never-attached"
    return "not-reached"
