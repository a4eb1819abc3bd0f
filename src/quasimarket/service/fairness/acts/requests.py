"""Ask for information, answer once, say what is unreasonable."""

from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import F, Q

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.machines import REQUEST
from quasimarket.service.fairness.models import InformationRequest
from quasimarket.service.fairness.operating import (
    FULL_TALLY,
    LARGE_EFFORT,
    NOTICE,
    STRICT_NOTICE,
    TALLY_MONTHS,
)
from quasimarket.service.fairness.standing import (
    must_be_another,
    must_be_of,
    working_days_on,
)
from quasimarket.service.fairness.topics import BY_ID, TOPICS, held_answer
from quasimarket.service.people.models import Organisation
from quasimarket.service.people.roles import MANAGERS, PROVIDER_ROLES, Role
from quasimarket.service.programme.models import Contract, Position
from quasimarket.service.programme.setting_up import COMMISSIONER


ASKERS = (Role.CONTRACT_MANAGER, Role.ASSURANCE)
MONTH = r"^(19|20)\d\d-(0[1-9]|1[0-2])$"
MARKS = Q(is_short_notice=True) | Q(state="unreasonable") | Q(answered_on__gt=F("due"))
"""A request with one of these, or past its deadline, counts against its asker."""


class _Asking(Act):
    topic: Literal[tuple(one.id for one in TOPICS)] = ask(  # type: ignore[valid-type]  # the topics are a table
        "What do you ask for?",
        hint="What the service itself holds is answered at once, at no one's cost.",
    )
    month: str = ask(
        "Which month?",
        hint="For example 2012-06. Leave it blank if it is not about one month.",
        default="",
        pattern=MONTH + "|^$",
    )
    question: str = ask("In your own words", default="", max_length=2000, long=True)
    purpose: str = ask("What is it for?", min_length=10, max_length=1000, long=True)
    effort_hours: int = ask(
        "How many hours of work is an answer?",
        hint="Your honest estimate. The answer says what it really took.",
        ge=0,
        le=400,
    )
    due: date = ask(
        "By when?",
        hint="With less than five working days' notice it counts against you.",
    )

    @classmethod
    def offered(cls, subject: Any, actor: Any) -> dict[str, list[tuple[str, str]]]:
        """Offer the topics by their names."""
        return {"topic": [(one.id, one.name) for one in TOPICS]}

    def ask_of(
        self, doing: Doing, contract: Contract, position: Position | None, asked: str
    ) -> InformationRequest:
        """Ask; what is held or was answered before is answered at once."""
        self.refuse_unanswerable(doing)
        request = InformationRequest(
            contract=contract,
            position=position,
            asker_id=doing.actor.organisation,
            asked_id=asked,
            topic=self.topic,
            month=self.month,
            question=self.question,
            purpose=self.purpose,
            effort_hours=self.effort_hours,
            asked_on=doing.today,
            due=self.due,
            asked_by=doing.actor.id,
        )
        self.answer_at_once(request)
        if request.state == "asked":
            self.judge_notice(doing, request)
        request.save()
        is_own_chain = doing.actor.organisation == contract.prime_id
        doing.record(
            Kind.INFORMATION_REQUESTED,
            contract=contract.pk if is_own_chain or position is None else "",
            position=position.pk if position else "",
            organisation=asked,
            code=self.topic,
            source="prime" if is_own_chain else "commissioner",
            number=self.effort_hours,
            details={
                "request": request.reference,
                "answered_from": request.answered_from,
                "short_notice": request.is_short_notice,
            },
        )
        return request

    def refuse_unanswerable(self, doing: Doing) -> None:
        """Refuse what nobody could answer."""
        if self.due <= doing.today:
            raise refuse(
                "due-past",
                "The deadline must be after today.",
                field="due",
                remedy="Give at least five working days.",
            )
        if BY_ID[self.topic].by_month and not self.month:
            raise refuse(
                "month-missing",
                "Say which month it is about.",
                field="month",
                remedy="Write it as year and month: 2012-06.",
            )
        if self.topic == "other" and not self.question:
            raise refuse("question-missing", "Say what you ask for.", field="question")

    def answer_at_once(self, request: InformationRequest) -> None:
        """Answer from what the service holds, or from an answer given before."""
        topic = BY_ID[request.topic]
        if topic.is_held:
            request.answer = held_answer(
                topic, request.contract, request.position, request.month
            )
            request.answered_from = "service"
        elif earlier := same_thing(request):
            request.answer = earlier.answer
            request.answered_from = "earlier"
            request.earlier = earlier
        else:
            return
        request.state = "answered"
        request.answered_on = request.asked_on
        request.spent_hours = 0

    def judge_notice(self, doing: Doing, request: InformationRequest) -> None:
        """Mark a request at too short notice; refuse it where the tally is full."""
        days = NOTICE.value + 10 * (self.effort_hours // (LARGE_EFFORT.value + 1))
        request.is_short_notice = self.due < working_days_on(doing.today, days)
        marks = marks_against(doing.actor.organisation, doing.today)
        least = working_days_on(doing.today, STRICT_NOTICE)
        if marks >= FULL_TALLY.value and self.due < least:
            raise refuse(
                "tally-full",
                f"{marks} of your organisation's requests of the last "
                f"{TALLY_MONTHS.value} months were late, at short notice or "
                "unreasonable.",
                field="due",
                remedy=f"Until that ends, give until {least:%-d %B %Y} or later.",
            )


def same_thing(request: InformationRequest) -> InformationRequest | None:
    """Find an answer already given to the same question, if the asker may see it."""
    rows = InformationRequest.objects.filter(
        asked_id=request.asked_id,
        contract_id=request.contract_id,
        position_id=request.position_id,
        topic=request.topic,
        month=request.month,
        state="answered",
        answered_from="place",
    )
    if request.topic == "other" or not request.month:
        rows = rows.filter(
            question__iexact=request.question,
            answered_on__gte=request.asked_on - timedelta(days=92),
        )
    return rows.order_by("-answered_on").first()


def marks_against(organisation: str, today: date) -> int:
    """Count the marks against an asker that still count."""
    since = today - timedelta(days=30 * TALLY_MONTHS.value)
    overdue = Q(state__in=("asked", "upheld"), due__lt=today)
    return (
        InformationRequest.objects.filter(asker_id=organisation, asked_on__gte=since)
        .filter(MARKS | overdue)
        .count()
    )


@act(
    name="ask-for-information",
    title="Ask for information",
    on=Position,
    by=(Role.PRIME_MANAGER, Role.PRIME_FINANCE, *ASKERS),
)
class AskForInformation(_Asking):
    """Ask a place in the chain for information.

    The service looks first: what it holds, or what was already answered, you get at
    once. Requests are counted in a tally that the whole chain can see. One at short
    notice, one whose deadline passes, and one found unreasonable count against you.
    """

    def do(self, doing: Doing, subject: Position) -> InformationRequest:
        """Ask the place."""
        return self.ask_of(doing, subject.contract, subject, subject.organisation_id)


@act(
    name="ask-prime-for-information",
    title="Ask the prime for information",
    on=Contract,
    by=ASKERS,
)
class AskPrimeForInformation(_Asking):
    """Ask a prime for information about its contract; the same rules hold for all."""

    def do(self, doing: Doing, subject: Contract) -> InformationRequest:
        """Ask the prime."""
        return self.ask_of(doing, subject, None, subject.prime_id)


@act(
    name="answer-request",
    title="Answer the request",
    on=InformationRequest,
    by=PROVIDER_ROLES,
    machine=REQUEST,
)
class AnswerRequest(Act):
    """Answer once: the next who asks you for the same thing gets this answer."""

    answer: str = ask("Your answer", min_length=1, max_length=20000, long=True)
    spent_hours: int = ask(
        "How many hours did it take?",
        hint="Set against what the asker expected, for all to see.",
        ge=0,
        le=2000,
    )

    def do(self, doing: Doing, subject: InformationRequest) -> None:
        """Keep the answer."""
        must_be_of(doing, subject.asked_id)
        subject.answer = self.answer
        subject.spent_hours = self.spent_hours
        subject.answered_on = doing.today
        subject.answered_from = "place"
        subject.save(
            update_fields=["answer", "spent_hours", "answered_on", "answered_from"]
        )
        late = doing.today > subject.due
        note(
            doing,
            subject,
            Kind.INFORMATION_RETURNED,
            code="late" if late else "on-time",
        )


@act(
    name="contest-request",
    title="Say that it is unreasonable",
    on=InformationRequest,
    by=MANAGERS,
    machine=REQUEST,
)
class ContestRequest(Act):
    """Ask the commissioner to rule. Nothing is due until then."""

    objection: str = ask(
        "Why is it unreasonable?", min_length=10, max_length=2000, long=True
    )

    def do(self, doing: Doing, subject: InformationRequest) -> None:
        """Keep the objection."""
        must_be_of(doing, subject.asked_id)
        subject.objection = self.objection
        subject.save(update_fields=["objection"])
        note(doing, subject, "request-contested")


@act(
    name="withdraw-request",
    title="Withdraw the request",
    on=InformationRequest,
    by=(Role.PRIME_MANAGER, Role.PRIME_FINANCE, *ASKERS),
    machine=REQUEST,
)
class WithdrawRequest(Act):
    """Take the request back. It stays in the record; it no longer falls due."""

    def do(self, doing: Doing, subject: InformationRequest) -> None:
        """Record it."""
        must_be_of(doing, subject.asker_id)
        note(doing, subject, "request-withdrawn")


class _Ruling(Act):
    ruling: str = ask("Why?", min_length=10, max_length=2000, long=True)

    def rule(self, doing: Doing, subject: InformationRequest, found: str) -> None:
        """Keep the ruling of somebody who did not ask."""
        must_be_another(doing, subject.asked_by, did="asked for this")
        subject.ruling = self.ruling
        subject.save(update_fields=["ruling"])
        note(doing, subject, "request-ruled", code=found)


@act(
    name="find-request-fair",
    title="Find the request reasonable",
    on=InformationRequest,
    by=ASKERS,
    machine=REQUEST,
)
class FindRequestFair(_Ruling):
    """The place must answer, within the ordinary notice from today."""

    def do(self, doing: Doing, subject: InformationRequest) -> None:
        """Set the new deadline."""
        subject.due = max(subject.due, working_days_on(doing.today, NOTICE))
        subject.save(update_fields=["due"])
        self.rule(doing, subject, "reasonable")


@act(
    name="find-request-unfair",
    title="Find the request unreasonable",
    on=InformationRequest,
    by=ASKERS,
    machine=REQUEST,
)
class FindRequestUnfair(_Ruling):
    """Nothing need be answered, and it counts against the asker."""

    def do(self, doing: Doing, subject: InformationRequest) -> None:
        """Record it."""
        self.rule(doing, subject, "unreasonable")


def note(
    doing: Doing, subject: InformationRequest, kind: str, *, code: str = ""
) -> None:
    """Record a step where the asker and the asked can read it."""
    asker = Organisation.objects.filter(pk=subject.asker_id).first()
    from_outside = (
        asker is not None and asker.pk == COMMISSIONER and subject.position_id
    )
    doing.record(
        kind,
        contract="" if from_outside else subject.contract_id,
        position=subject.position_id or "",
        organisation=subject.asked_id,
        code=code,
        details={"request": subject.reference},
    )
