"""A complaint about a prime's conduct, stage by stage."""

from typing import Literal

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.machines import COMPLAINT
from quasimarket.service.fairness.models import Complaint, ComplaintStep
from quasimarket.service.fairness.operating import (
    APPEAL,
    EXAMINER_DECIDES,
    MERLIN_DECIDES,
    PRIME_ANSWERS,
    TRIAGE,
    OperatingValue,
)
from quasimarket.service.fairness.principles import PRINCIPLES, in_words
from quasimarket.service.fairness.standing import (
    contract_called,
    contract_choices,
    must_be_of,
    own_position,
    working_days_on,
)
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.rules import agreed_rulebook


def keep_step(doing: Doing, complaint: Complaint, text: str) -> None:
    """Add a step to the history."""
    ComplaintStep.objects.create(
        complaint=complaint,
        at=doing.now,
        on=doing.today,
        act=doing.act,
        organisation_id=doing.actor.organisation,
        text=text,
    )


def note(doing: Doing, complaint: Complaint, kind: str, code: str = "") -> None:
    """Record a step; of a confidential complaint no field says whom it is about."""
    if complaint.is_confidential:
        doing.record(
            kind, code=code, audience="confidential",
            details={"complaint": complaint.reference},
        )  # fmt: skip
        return
    doing.record(
        kind,
        contract=complaint.contract_id,
        organisation=complaint.complainant_id,
        position=complaint.position_id or "",
        code=code,
        details={"complaint": complaint.reference, "principle": complaint.principle},
    )


def begin_stage(doing: Doing, complaint: Complaint, length: OperatingValue) -> None:
    """Set by when the stage that begins must end."""
    complaint.due = working_days_on(doing.today, length)
    complaint.save(update_fields=["due"])


@act(name="raise-complaint", title="Complain about a prime", by=(Role.SUB_MANAGER,))
class RaiseComplaint(Act):
    """Complain about how a prime treats you, or treated you when you asked to join.

    First the prime's own dispute procedure has its time, then the Merlin team decides,
    then the independent examiner may be asked. A breach of the standard is a material
    breach of the prime's contract.
    """

    contract: str = ask("Which contract is it about?")
    principle: Literal[PRINCIPLES] = ask("What is it about?")  # type: ignore[valid-type]  # the principles are a table
    text: str = ask("What happened?", min_length=20, max_length=20000, long=True)
    remedy: str = ask(
        "What would put it right?", min_length=5, max_length=4000, long=True
    )
    in_confidence: bool = ask(
        "Keep it from the prime",
        hint="It then goes straight to the Merlin team. Not every programme allows it.",
        default=False,
    )
    in_court: bool = ask(
        "The matter is before a court or tribunal",
        default=False,
    )

    offered = staticmethod(contract_choices)

    def do(self, doing: Doing, subject: None) -> Complaint:
        """Open the complaint."""
        contract = contract_called(self.contract)
        rulebook = agreed_rulebook()
        allows = rulebook.market.in_force(doing.today).protects_complaints or (
            rulebook.conduct is not None and rulebook.conduct.is_anonymous
        )
        if self.in_court:
            raise refuse(
                "in-court",
                "A matter before a court cannot be mediated as well.",
                field="in_court",
                remedy="Come back when the case is over.",
            )
        if self.in_confidence and not allows:
            raise refuse(
                "not-in-confidence",
                "This programme's rules begin every complaint with the prime.",
                field="in_confidence",
                remedy="A protected disclosure is hidden from the prime.",
            )
        complaint = Complaint(
            contract=contract,
            prime_id=contract.prime_id,
            complainant_id=doing.actor.organisation,
            position=own_position(contract, doing.actor.organisation),
            principle=self.principle,
            text=self.text,
            remedy=self.remedy,
            raised_on=doing.today,
            is_confidential=self.in_confidence,
            state="with-merlin" if self.in_confidence else "raised",
            due=working_days_on(
                doing.today, TRIAGE if self.in_confidence else PRIME_ANSWERS
            ),
        )
        complaint.save()
        keep_step(doing, complaint, self.text)
        note(doing, complaint, Kind.COMPLAINED)
        return complaint


@act(
    name="answer-complaint",
    title="Answer the complaint",
    on=Complaint,
    by=(Role.PRIME_MANAGER,),
    machine=COMPLAINT,
)
class AnswerComplaint(Act):
    """Say what your own dispute procedure found, and what you will do."""

    answer: str = ask("Your answer", min_length=20, max_length=20000, long=True)

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Keep the answer."""
        must_be_of(doing, subject.prime_id)
        subject.answer = self.answer
        subject.save(update_fields=["answer"])
        keep_step(doing, subject, self.answer)
        note(doing, subject, "complaint-answered")


@act(
    name="accept-answer",
    title="Accept the prime's answer",
    on=Complaint,
    by=(Role.SUB_MANAGER,),
    machine=COMPLAINT,
)
class AcceptAnswer(Act):
    """Say that the prime's answer settles it."""

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Settle it."""
        must_be_of(doing, subject.complainant_id)
        keep_step(doing, subject, "")
        note(doing, subject, Kind.COMPLAINT_RESOLVED, "settled")


@act(
    name="refer-to-merlin",
    title="Take it to the Merlin team",
    on=Complaint,
    by=(Role.SUB_MANAGER,),
    machine=COMPLAINT,
)
class ReferToMerlin(Act):
    """Go on once the prime has answered, or once its time to answer is over."""

    why: str = ask(
        "What does the prime's answer leave open?", max_length=4000, long=True
    )

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Begin the second stage."""
        must_be_of(doing, subject.complainant_id)
        if not subject.answer and doing.today <= subject.due:
            raise refuse(
                "prime-has-time",
                "The prime's own procedure comes first.",
                remedy=f"Go on when it has answered, or after {subject.due:%-d %B %Y}.",
            )
        begin_stage(doing, subject, TRIAGE)
        keep_step(doing, subject, self.why)
        note(doing, subject, "complaint-referred")


@act(
    name="find-merlin-matter",
    title="Take it as a Merlin matter",
    on=Complaint,
    by=(Role.MERLIN_ASSESSOR,),
    machine=COMPLAINT,
)
class FindMerlinMatter(Act):
    """Say that it is about conduct under the standard, and look into it."""

    principle: Literal[PRINCIPLES] = ask("Which principle?")  # type: ignore[valid-type]  # the principles are a table

    @classmethod
    def starting(cls, subject: Complaint) -> dict[str, object]:
        """Begin with the complainant's own choice."""
        return {"principle": subject.principle}

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Begin the inquiry."""
        subject.principle = self.principle
        subject.save(update_fields=["principle"])
        begin_stage(doing, subject, MERLIN_DECIDES)
        keep_step(doing, subject, in_words(self.principle))
        note(doing, subject, "complaint-accepted")


@act(
    name="find-commercial-matter",
    title="Find it a commercial matter",
    on=Complaint,
    by=(Role.MERLIN_ASSESSOR,),
    machine=COMPLAINT,
)
class FindCommercialMatter(Act):
    """Say that it is for the contract's own dispute clause, and why."""

    finding: str = ask("Why?", min_length=10, max_length=4000, long=True)

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Send it back to the contract."""
        subject.finding = self.finding
        subject.decided_on = doing.today
        subject.save(update_fields=["finding", "decided_on"])
        keep_step(doing, subject, self.finding)
        note(doing, subject, Kind.COMPLAINT_RESOLVED, "commercial")


@act(
    name="decide-complaint",
    title="Decide the complaint",
    on=Complaint,
    by=(Role.MERLIN_ASSESSOR,),
    machine=COMPLAINT,
    asks_again=True,
)
class DecideComplaint(Act):
    """Uphold it or not. Either side may then go to the independent examiner."""

    is_upheld: bool = ask("The complaint is upheld", default=False)
    finding: str = ask("What you found", min_length=20, max_length=20000, long=True)

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Keep the decision."""
        decided(doing, subject, is_upheld=self.is_upheld, finding=self.finding)
        subject.decided_by_organisation = doing.actor.organisation
        subject.save(update_fields=["decided_by_organisation"])
        begin_stage(doing, subject, APPEAL)


@act(
    name="appeal-decision",
    title="Go to the independent examiner",
    on=Complaint,
    by=(Role.SUB_MANAGER, Role.PRIME_MANAGER),
    machine=COMPLAINT,
)
class AppealDecision(Act):
    """Ask the independent examiner to look at it anew."""

    why: str = ask("What is wrong with the decision?", min_length=10, max_length=4000,
                   long=True)  # fmt: skip

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Begin the third stage."""
        must_be_of(doing, subject.complainant_id, subject.prime_id)
        if doing.today > subject.due:
            raise refuse(
                "appeal-late",
                f"The time to appeal ended on {subject.due:%-d %B %Y}.",
                remedy="The decision stands.",
            )
        subject.appealed_by = doing.actor.organisation
        subject.save(update_fields=["appealed_by"])
        begin_stage(doing, subject, EXAMINER_DECIDES)
        keep_step(doing, subject, self.why)
        note(doing, subject, "complaint-appealed")


@act(
    name="decide-appeal",
    title="Decide as independent examiner",
    on=Complaint,
    by=(Role.MERLIN_ASSESSOR,),
    machine=COMPLAINT,
    asks_again=True,
)
class DecideAppeal(Act):
    """Decide for good. Whoever decided before cannot examine."""

    is_upheld: bool = ask("The complaint is upheld", default=False)
    finding: str = ask("What you found", min_length=20, max_length=20000, long=True)

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Keep the decision of another organisation than the one before."""
        if doing.actor.organisation == subject.decided_by_organisation:
            raise refuse(
                "not-independent",
                "Your organisation decided the stage before.",
                remedy="The independent examiner decides this stage.",
            )
        subject.examined_by_organisation = doing.actor.organisation
        subject.save(update_fields=["examined_by_organisation"])
        decided(doing, subject, is_upheld=self.is_upheld, finding=self.finding)
        resolve(doing, subject)


@act(
    name="close-complaint",
    title="Close the complaint",
    on=Complaint,
    by=(Role.MERLIN_ASSESSOR,),
    machine=COMPLAINT,
)
class CloseComplaint(Act):
    """Close it once the time to appeal is over: the decision is then final."""

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Close it."""
        if doing.today <= subject.due:
            raise refuse(
                "appeal-open",
                f"Either side may appeal until {subject.due:%-d %B %Y}.",
                remedy="Close it after that day.",
            )
        keep_step(doing, subject, "")
        resolve(doing, subject)


@act(
    name="withdraw-complaint",
    title="Withdraw the complaint",
    on=Complaint,
    by=(Role.SUB_MANAGER,),
    machine=COMPLAINT,
)
class WithdrawComplaint(Act):
    """Take it back. If you were pressed to, say so in a protected disclosure."""

    def do(self, doing: Doing, subject: Complaint) -> None:
        """Withdraw it."""
        must_be_of(doing, subject.complainant_id)
        keep_step(doing, subject, "")
        note(doing, subject, Kind.COMPLAINT_RESOLVED, "withdrawn")


def decided(
    doing: Doing, complaint: Complaint, *, is_upheld: bool, finding: str
) -> None:
    """Keep a decision."""
    complaint.is_upheld = is_upheld
    complaint.finding = finding
    complaint.decided_on = doing.today
    complaint.decided_by = doing.actor.id
    complaint.save(update_fields=["is_upheld", "finding", "decided_on", "decided_by"])
    keep_step(doing, complaint, finding)
    note(doing, complaint, "complaint-decided", said(complaint))


def resolve(doing: Doing, complaint: Complaint) -> None:
    """Record that the decision is final."""
    note(doing, complaint, Kind.COMPLAINT_RESOLVED, said(complaint))


def said(complaint: Complaint) -> str:
    """Name the decision as the events do."""
    return "upheld" if complaint.is_upheld else "not-upheld"
