"""Money taken back: asked for by one person, decided by another, on the next statement.

A claim that falls is rejected, and the engine reverses its line whole (S55, S56). What
names nobody, an extrapolated error or an adjustment, is one line of its own (S57).
"""

from datetime import datetime
from typing import Any

from quasimarket.events import EventKind
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.claims.models import Claim
from quasimarket.service.payments.models import PaymentLine, Recovery
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.scope import acting_as


def standing_line(claim: Claim) -> PaymentLine | None:
    """Give the line that stands for a claim."""
    with acting_as(SYSTEM):
        line: PaymentLine | None = PaymentLine.objects.filter(
            participation_id=claim.participation_id,
            kind=claim.milestone,
            number=claim.number,
            stands=True,
        ).first()
        return line


def request(
    kind: str,
    contract: str,
    amount: int,
    code: str,
    why: str,
    actor: Actor,
    now: datetime,
    **about: Any,
) -> Recovery:
    """Ask for money back; nothing is taken before another person approves."""
    count = Recovery.objects.count() + 1
    named = about.get("claim") or about.get("sample")
    reference = getattr(named, "reference", f"{contract}-{now:%Y%m%d}")
    return Recovery.objects.create(
        reference=f"V{count}-{reference}"[:40],
        kind=kind,
        contract_id=contract,
        amount=amount,
        code=code,
        why=why,
        requested_by=actor.id,
        requested_at=now,
        **about,
    )


def decide(recovery: Recovery, doing: Doing) -> None:
    """Note who decided; the same person as asked may not.

    Raises:
        Refusal: whoever asked for it decides it.
    """
    if recovery.requested_by == doing.actor.id:
        raise refuse(
            "four-eyes",
            "You asked for this recovery, so you cannot decide it.",
            remedy="Ask another person of the department.",
        )
    recovery.decided_by = doing.actor.id
    recovery.decided_at = doing.now
    recovery.save()


def carry_out(recovery: Recovery, doing: Doing) -> None:
    """Put an approved recovery into the log, from which the next run takes it."""
    with acting_as(SYSTEM):
        if recovery.claim is None:
            doing.record(
                EventKind.CLAWED_BACK,
                contract=recovery.contract_id,
                amount=recovery.amount,
                reason=recovery.why,
                details={"recovery": recovery.reference},
            )
        else:
            _strike_out(recovery, recovery.claim, doing)
        doing.write()


def _strike_out(recovery: Recovery, found: Claim, doing: Doing) -> None:
    claim = Claim.objects.select_for_update().get(pk=found.pk)
    if claim.state != "paid":
        raise refuse(
            "not-paid",
            f"The claim is {claim.state.replace('-', ' ')}, so that nothing is to be "
            "taken back.",
            remedy="Refuse this recovery.",
        )
    claim.state = "clawed-back"
    claim.rejection = recovery.code
    claim.decided_on = doing.today
    claim.save()
    about: dict[str, Any] = {
        "participation": claim.participation,
        "contract": claim.contract_id,
        "position": claim.position_id or "",
        "milestone": claim.milestone,
        "number": claim.number,
        "details": {"claim": claim.reference, "recovery": recovery.reference},
    }
    doing.record(EventKind.REJECTED, code=recovery.code, reason=recovery.why, **about)
    doing.record(
        EventKind.CLAWED_BACK, amount=recovery.amount, audience="commissioner", **about
    )
