"""What people do with claims and feeds; most claims need nobody."""

from datetime import date
from typing import Any, Literal

from django.db import transaction

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.claims.feeds import bring_in
from quasimarket.service.claims.models import Claim, FeedImport
from quasimarket.service.claims.rejections import BY_PEOPLE
from quasimarket.service.claims.states import CLAIM
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.roles import ACCOUNTABLE, Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import agreed_rulebook


CHECKERS = (Role.PAYMENT, Role.ASSURANCE)
RejectionCode = Literal[BY_PEOPLE]  # type: ignore[valid-type]  # the codes people give


def _record(doing: Doing, kind: EventKind, claim: Claim, **more: Any) -> None:
    doing.record(
        kind,
        participation=claim.participation,
        contract=claim.contract_id,
        position=claim.position_id or "",
        milestone=claim.milestone,
        number=claim.number,
        details={"claim": claim.reference},
        **more,
    )


@act(
    name="raise-claim",
    title="Raise a claim",
    on=Participation,
    by=ACCOUNTABLE,
)
class RaiseClaim(Act):
    """Claim a milestone that the system has not claimed by itself.

    The system claims every milestone on the first day on which it may be claimed. Use
    this only where you think that it has missed one.
    """

    milestone: str = ask("Which milestone?", max_length=40)
    number: int = ask(
        "Which one of its kind?",
        hint="1 for the first; sustainments are counted up",
        ge=1,
        le=999,
        default=1,
    )

    @classmethod
    def offered(cls, subject: Participation, actor: Any) -> dict[str, Any]:
        """Offer the milestones of the rulebook."""
        milestones = agreed_rulebook().milestones
        return {"milestone": [(str(one.id), one.name) for one in milestones]}

    def do(self, doing: Doing, subject: Participation) -> Claim:
        """Make the claim; the day's round checks it."""
        known = {str(one.id) for one in agreed_rulebook().milestones}
        if self.milestone not in known:
            raise refuse(
                "no-such-milestone",
                "The rulebook has no such milestone.",
                field="milestone",
                remedy=f"It is one of {', '.join(sorted(known))}.",
            )
        if Claim.objects.filter(
            participation=subject, milestone=self.milestone, number=self.number
        ).exists():
            raise refuse(
                "already-claimed",
                "This milestone is claimed already.",
                field="number",
                remedy="Look at the claim: it says why it is not paid.",
            )
        claim = Claim.objects.create(
            reference=f"{subject.reference}.{self.milestone}.{self.number}",
            participation=subject,
            contract_id=subject.contract_id,
            position_id=subject.position_id,
            group=subject.group,
            milestone=self.milestone,
            number=self.number,
            raised_on=doing.today,
            raised_by=doing.actor.id,
        )
        _record(doing, EventKind.CLAIMED, claim)
        return claim


@act(
    name="reject-claim",
    title="Reject the claim",
    on=Claim,
    by=CHECKERS,
    machine=CLAIM,
    asks_again=True,
)
class RejectClaim(Act):
    """Refuse the claim, with a reason that its provider can act on."""

    code: RejectionCode = ask("Why?")
    note: str = ask("What was found?", long=True, max_length=500, default="")

    def do(self, doing: Doing, subject: Claim) -> None:
        """Keep the reason."""
        subject.rejection = self.code
        subject.decided_on = doing.today
        subject.save()
        _record(doing, EventKind.REJECTED, subject, code=self.code, reason=self.note)


@act(
    name="dispute-rejection",
    title="Dispute the rejection",
    on=Claim,
    by=ACCOUNTABLE,
    machine=CLAIM,
)
class DisputeRejection(Act):
    """Say why the rejection is wrong. The department's assurance team decides."""

    why: str = ask("Why is it wrong?", long=True, min_length=10, max_length=2000)

    def do(self, doing: Doing, subject: Claim) -> None:
        """Keep it in the log."""
        doing.record(
            "dispute-rejection",
            participation=subject.participation,
            milestone=subject.milestone,
            number=subject.number,
            reason=self.why,
            details={"claim": subject.reference},
        )


@act(
    name="accept-claim",
    title="Accept the claim",
    on=Claim,
    by=(Role.ASSURANCE,),
    machine=CLAIM,
    asks_again=True,
)
class AcceptClaim(Act):
    """Lift the rejection: the claim goes into the next statement."""

    why: str = ask("Why?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: Claim) -> None:
        """Validate it; a claim that awaits its check against benefits goes on waiting.

        The check is of every claim, so that nobody may skip it.
        """
        if subject.off_benefit != "passed":
            raise refuse(
                "off-benefit-unchecked",
                "It has not passed the check against benefit records.",
                remedy="Bring in the benefit feed; it is then checked by itself.",
            )
        subject.rejection = ""
        subject.decided_on = doing.today
        subject.save()
        _record(doing, EventKind.VALIDATED, subject, reason=self.why)


@act(
    name="uphold-rejection",
    title="Uphold the rejection",
    on=Claim,
    by=(Role.ASSURANCE,),
    machine=CLAIM,
)
class UpholdRejection(Act):
    """Let the rejection stand."""

    why: str = ask("Why?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: Claim) -> None:
        """Keep it in the log."""
        doing.record(
            "uphold-rejection",
            participation=subject.participation,
            milestone=subject.milestone,
            number=subject.number,
            reason=self.why,
            details={"claim": subject.reference},
        )


@act(
    name="submit-claim-again",
    title="Submit the claim again",
    on=Claim,
    by=ACCOUNTABLE,
    machine=CLAIM,
)
class SubmitClaimAgain(Act):
    """Claim it once more, now that what was wrong is mended. Its history is kept."""

    mended: str = ask("What was mended?", long=True, min_length=3, max_length=1000)

    def do(self, doing: Doing, subject: Claim) -> None:
        """Raise it anew; it is checked anew."""
        subject.rejection = ""
        subject.off_benefit = "waiting"
        subject.checked_on = subject.decided_on = None
        subject.times_raised += 1
        subject.save()
        _record(doing, EventKind.CLAIMED, subject, reason=self.mended)


@act(
    name="withdraw-claim",
    title="Withdraw the claim",
    on=Claim,
    by=ACCOUNTABLE,
    machine=CLAIM,
    asks_again=True,
)
class WithdrawClaim(Act):
    """Tell the department that it should not count. Nothing is held against you."""

    why: str = ask("Why should it not count?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: Claim) -> None:
        """Strike it out."""
        subject.rejection = "does-not-count"
        subject.decided_on = doing.today
        subject.save()
        _record(
            doing,
            EventKind.REJECTED,
            subject,
            code="does-not-count",
            reason=self.why,
        )


@act(
    name="bring-in-feed",
    title="Bring in a feed",
    by=(Role.PAYMENT,),
)
class BringInFeed(Act):
    """Bring in what the benefit system or the tax system knows of participants.

    The same file twice, or files in another order, change nothing. Rows that cannot be
    used are listed with what is wrong, and can be downloaded.
    """

    feed: Literal["benefit", "employment"] = ask("Which feed?")
    covers_to: date = ask(
        "To which day does it reach?",
        hint="The feed knows everything up to this day",
    )
    content: bytes = ask(
        "The file", hint="CSV: record, participant, first_day, last_day, as_at"
    )
    dry_run: bool = ask(
        "Only try it", hint="Nothing is kept; you see what would happen", default=False
    )

    def do(self, doing: Doing, subject: None) -> FeedImport:
        """Bring it in, in the name of who does it."""
        try:
            text = self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise refuse(
                "not-text",
                "The file is not text.",
                field="content",
                remedy="Save it as CSV in UTF-8.",
            ) from error
        with acting_as(SYSTEM), transaction.atomic():
            brought = bring_in(
                self.feed, text, self.covers_to, doing, dry_run=self.dry_run
            )
        if brought.pk:
            doing.record(
                "bring-in-feed",
                audience="commissioner",
                details={
                    "import": brought.reference,
                    "accepted": brought.accepted,
                    "rejected": len(brought.rejected),
                },
            )
        return brought
