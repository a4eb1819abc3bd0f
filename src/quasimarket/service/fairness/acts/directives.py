"""Prescribe, accept, negotiate, contest, decide."""

from datetime import date
from typing import Any, Literal

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.machines import DIRECTIVE
from quasimarket.service.fairness.models import Directive, DirectiveStep
from quasimarket.service.fairness.operating import DIRECTIVE_ANSWER
from quasimarket.service.fairness.standing import must_be_of, working_days_on
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Position
from quasimarket.service.programme.rules import agreed_rulebook


PRACTICE_NAMES = {
    "work_first": "Which jobs people are sent to",
    "specialism": "Which specialist help is given",
    "sanctioning": "When a doubt is raised",
    "monitoring": "What is tracked and recorded",
    "in_work_support": "How people in work are supported",
    "caseload": "How many people an adviser has",
    "discretion": "What an adviser may decide",
}


def keep_step(doing: Doing, directive: Directive, text: str) -> None:
    """Add a step to the history."""
    DirectiveStep.objects.create(
        directive=directive,
        at=doing.now,
        on=doing.today,
        act=doing.act,
        organisation_id=doing.actor.organisation,
        text=text,
    )


def note(doing: Doing, directive: Directive, kind: str, code: str) -> None:
    """Record a step in the log."""
    doing.record(
        kind,
        contract=directive.contract_id,
        position=directive.position_id,
        organisation=directive.position.organisation_id,
        code=code,
        source="prime",
        details={"directive": directive.reference, "practice": directive.practice},
    )


@act(
    name="issue-directive",
    title="Issue a directive",
    on=Position,
    by=(Role.PRIME_MANAGER,),
)
class IssueDirective(Act):
    """Instruct a place in your chain on how to deliver.

    It is recorded as a directive. The place may accept it, ask for a change, or contest
    it by the contract; while contested it counts in no performance review.
    """

    practice: Literal[PRACTICES] = ask("What does it prescribe?")  # type: ignore[valid-type]  # the vocabulary is a table
    text: str = ask("The instruction", min_length=10, max_length=4000, long=True)
    why: str = ask("Why is it needed?", min_length=10, max_length=2000, long=True)
    holds_from: date = ask("From when?")

    @classmethod
    def offered(cls, subject: Any, actor: Any) -> dict[str, list[tuple[str, str]]]:
        """Offer the parts of practice in words."""
        return {"practice": [(one, PRACTICE_NAMES[one]) for one in PRACTICES]}

    def do(self, doing: Doing, subject: Position) -> Directive:
        """Issue it."""
        must_be_of(doing, subject.contract.prime_id)
        answer_due = working_days_on(doing.today, DIRECTIVE_ANSWER)
        if self.holds_from <= doing.today:
            raise refuse(
                "holds-at-once",
                "A directive cannot hold before the place could answer it.",
                field="holds_from",
                remedy=f"{answer_due:%-d %B %Y} leaves time to answer.",
            )
        directive = Directive.objects.create(
            contract=subject.contract,
            position=subject,
            practice=self.practice,
            text=self.text,
            reason=self.why,
            issued_on=doing.today,
            answer_due=answer_due,
            holds_from=self.holds_from,
            issued_by=doing.actor.id,
        )
        keep_step(doing, directive, self.text)
        note(doing, directive, Kind.DIRECTIVE_ISSUED, self.practice)
        return directive


class _Answering(Act):
    def answer(self, doing: Doing, subject: Directive, code: str, text: str) -> None:
        """Keep what the place answered."""
        must_be_of(doing, subject.position.organisation_id)
        keep_step(doing, subject, text)
        note(doing, subject, Kind.DIRECTIVE_ANSWERED, code)


@act(
    name="accept-directive",
    title="Accept the directive",
    on=Directive,
    by=(Role.SUB_MANAGER,),
    machine=DIRECTIVE,
)
class AcceptDirective(_Answering):
    """Say that your place follows it from its day."""

    remark: str = ask("Anything to add", default="", max_length=2000, long=True)

    def do(self, doing: Doing, subject: Directive) -> None:
        """Accept it."""
        self.answer(doing, subject, "acquiesce:comply", self.remark)


@act(
    name="negotiate-directive",
    title="Ask for it to be changed",
    on=Directive,
    by=(Role.SUB_MANAGER,),
    machine=DIRECTIVE,
)
class NegotiateDirective(_Answering):
    """Say what you could follow. The prime may amend it; you may still contest it."""

    proposal: str = ask(
        "What do you propose instead?", min_length=10, max_length=4000, long=True
    )

    def do(self, doing: Doing, subject: Directive) -> None:
        """Propose."""
        self.answer(doing, subject, "compromise:bargain", self.proposal)


@act(
    name="contest-directive",
    title="Contest the directive",
    on=Directive,
    by=(Role.SUB_MANAGER,),
    machine=DIRECTIVE,
)
class ContestDirective(_Answering):
    """Cite the clause of the contract that leaves this to you.

    The commissioner decides. Until then the directive is suspended and counts in no
    performance review. Where the programme's rules protect the black box, they decide
    at once.
    """

    clause: str = ask("Which clause?", min_length=2, max_length=120)
    argument: str = ask(
        "What does the clause say of this?", min_length=10, max_length=4000, long=True
    )

    def do(self, doing: Doing, subject: Directive) -> None:
        """Contest it, by the clause."""
        code = "defy:appeal-to-contract"
        self.answer(doing, subject, code, f"{self.clause}: {self.argument}")
        note(doing, subject, Kind.DIRECTIVE_CONTESTED, code)
        subject.clause = self.clause
        market = agreed_rulebook().market.in_force(doing.today)
        if market.protects_black_box:
            subject.state = "set-aside"
            subject.decided_on = doing.today
            keep_step(
                doing, subject, "Set aside: the rules protect the black box (L25)."
            )
            note(doing, subject, Kind.DIRECTIVE_WITHDRAWN, code)
        subject.save(update_fields=["clause", "decided_on", "state"])


@act(
    name="amend-directive",
    title="Amend the directive",
    on=Directive,
    by=(Role.PRIME_MANAGER,),
    machine=DIRECTIVE,
)
class AmendDirective(Act):
    """Put it anew in the light of what the place proposed; the place answers again."""

    text: str = ask("The instruction", min_length=10, max_length=4000, long=True)

    @classmethod
    def starting(cls, subject: Directive) -> dict[str, object]:
        """Begin from the present text."""
        return {"text": subject.text}

    def do(self, doing: Doing, subject: Directive) -> None:
        """Change the text; the one before stays in the history."""
        must_be_of(doing, subject.contract.prime_id)
        subject.text = self.text
        subject.answer_due = working_days_on(doing.today, DIRECTIVE_ANSWER)
        subject.save(update_fields=["text", "answer_due"])
        keep_step(doing, subject, self.text)
        note(doing, subject, "directive-amended", subject.practice)


@act(
    name="withdraw-directive",
    title="Withdraw the directive",
    on=Directive,
    by=(Role.PRIME_MANAGER,),
    machine=DIRECTIVE,
)
class WithdrawDirective(Act):
    """Take it back. Its history stands."""

    why: str = ask("Why?", default="", max_length=2000, long=True)

    def do(self, doing: Doing, subject: Directive) -> None:
        """Withdraw it."""
        must_be_of(doing, subject.contract.prime_id)
        keep_step(doing, subject, self.why)
        note(doing, subject, Kind.DIRECTIVE_WITHDRAWN, subject.practice)


class _Deciding(Act):
    decision: str = ask(
        "Why? Quote the clause", min_length=10, max_length=4000, long=True
    )

    def decide(self, doing: Doing, subject: Directive, kind: str) -> None:
        """Keep the decision."""
        subject.decided_by = doing.actor.id
        subject.decided_on = doing.today
        subject.save(update_fields=["decided_by", "decided_on"])
        keep_step(doing, subject, self.decision)
        note(doing, subject, kind, "defy:appeal-to-contract")


@act(
    name="let-directive-stand",
    title="Let the directive stand",
    on=Directive,
    by=(Role.CONTRACT_MANAGER,),
    machine=DIRECTIVE,
)
class LetDirectiveStand(_Deciding):
    """The contract allows it: it holds, and counts in reviews from today."""

    def do(self, doing: Doing, subject: Directive) -> None:
        """Let it stand."""
        self.decide(doing, subject, "directive-upheld")


@act(
    name="set-directive-aside",
    title="Set the directive aside",
    on=Directive,
    by=(Role.CONTRACT_MANAGER,),
    machine=DIRECTIVE,
)
class SetDirectiveAside(_Deciding):
    """The contract does not allow it: the place need not follow it."""

    def do(self, doing: Doing, subject: Directive) -> None:
        """Set it aside."""
        self.decide(doing, subject, Kind.DIRECTIVE_WITHDRAWN)
