"""Specialists: called off by whoever holds the participant, and their answers."""

from datetime import date
from typing import Any

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.acts.delivery import places_offered
from quasimarket.service.participation.guards import check_day, check_place
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import CallOff, Participation
from quasimarket.service.participation.references import new_reference
from quasimarket.service.participation.states import CALL_OFF, COURSE, OPEN_CALL_OFF
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.roles import DELIVERY, PRIME_ROLES, SUB_ROLES, Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Position


SPECIALISTS = tuple(role for role in SUB_ROLES if role in DELIVERY)


@act(
    name="call-off-specialist",
    title="Ask a specialist to help",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class CallOffSpecialist(Act):
    """Ask a specialist of the chain to help with one need.

    The specialist sees this request and the case's reference. Once they have said that
    they will help, they see the case as well.
    """

    position: str = ask("Which specialist?")
    need: str = ask(
        "What should they help with?",
        hint="Say the help that is needed. Leave out what they need not know.",
        max_length=200,
        min_length=1,
    )
    asked_on: date = ask("When are they asked?")
    answer_by: date | None = ask("By when should they answer?", default=None)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the contract's specialists; to a subcontractor without their names."""
        if actor.role in PRIME_ROLES:
            return {"position": places_offered(subject.contract_id, specialists=True)}
        with acting_as(SYSTEM):
            rows = list(
                Position.objects.filter(
                    contract_id=subject.contract_id,
                    tier=2,
                    ended_on__isnull=True,
                    status__in=("contracted", "active"),
                ).order_by("specialism", "id")
            )
        return {"position": [(one.id, one.specialism or "Specialist") for one in rows]}

    def do(self, doing: Doing, subject: Participation) -> CallOff:
        """Ask; the database opens the case to the place once it accepts."""
        keeper = keeper_of(doing)
        check_day(doing, self.asked_on, "asked_on", first=subject.referred)
        if self.answer_by is not None:
            check_day(
                doing,
                self.answer_by,
                "answer_by",
                first=self.asked_on,
                first_is="the request",
                may_be_announced=True,
            )
        place = keeper.as_programme(
            lambda: check_place(keeper, subject, self.position, self.asked_on)
        )
        if any(
            one.position_id == place.id and one.state in OPEN_CALL_OFF
            for one in keeper.call_offs(subject)
        ):
            raise refuse(
                "asked-already",
                "This specialist has been asked already, and the request is open.",
                field="position",
                remedy="Wait for the answer, or withdraw the request first.",
            )
        made = CallOff(
            reference=new_reference("C"),
            participation=subject,
            participant=subject.reference,
            contract_id=subject.contract_id,
            position_id=place.id,
            asked=self.asked_on,
            answer_by=self.answer_by,
            need=self.need,
        )
        keeper.add(made)
        doing.record(
            EventKind.SPECIALIST_REFERRED,
            participation=subject,
            position=place.id,
            happened=self.asked_on,
            details={"call_off": made.reference},
        )
        return made


def answer(
    doing: Doing, subject: CallOff, day: date, code: str, text: str, field: str
) -> None:
    """Keep what became of a call-off; the database closes the case to the place."""
    first = max(subject.asked, subject.answered or subject.asked)
    check_day(doing, day, field, first=first, first_is="the request")
    subject.answered = day
    subject.answer = text
    keeper = keeper_of(doing)
    keeper.change(subject, "answered", "answer")
    doing.record(
        EventKind.SPECIALIST_ANSWERED,
        # who has not accepted does not see the case that the log names
        participation=keeper.as_programme(lambda: subject.participation),
        position=subject.position_id,
        happened=day,
        code=code,
        details={"call_off": subject.reference},
    )


def is_its_own(doing: Doing, subject: CallOff) -> bool:
    """Say whether the doer works for the specialist that was asked."""
    return Position.objects.filter(
        id=subject.position_id, organisation_id=doing.actor.organisation
    ).exists()


def refuse_others(doing: Doing, subject: CallOff) -> None:
    """Refuse whoever is not the specialist that was asked."""
    if doing.actor.role is Role.SYSTEM:
        return
    if not is_its_own(doing, subject):
        raise refuse(
            "not-the-specialist",
            "Only the specialist who was asked can answer.",
            remedy="Withdraw the request if the help is no longer wanted.",
        )


@act(
    name="accept-call-off",
    title="Say that you will help",
    on=CallOff,
    by=SPECIALISTS,
    machine=CALL_OFF,
)
class AcceptCallOff(Act):
    """Say that you will help the participant with this need."""

    answered_on: date = ask("When did you decide?")
    answer: str = ask("What will you do first?", default="", max_length=300)

    def do(self, doing: Doing, subject: CallOff) -> None:
        """Keep the answer."""
        refuse_others(doing, subject)
        answer(doing, subject, self.answered_on, "accepted", self.answer, "answered_on")


@act(
    name="decline-call-off",
    title="Say that you cannot help",
    on=CallOff,
    by=SPECIALISTS,
    machine=CALL_OFF,
)
class DeclineCallOff(Act):
    """Say that you cannot help, and why. You will not see the case."""

    answered_on: date = ask("When did you decide?")
    answer: str = ask("Why can you not help?", max_length=300, min_length=1)

    def do(self, doing: Doing, subject: CallOff) -> None:
        """Keep the answer."""
        refuse_others(doing, subject)
        answer(doing, subject, self.answered_on, "declined", self.answer, "answered_on")


@act(
    name="finish-call-off",
    title="Say that your help is over",
    on=CallOff,
    by=SPECIALISTS,
    machine=CALL_OFF,
)
class FinishCallOff(Act):
    """Say that the help is over. You will not see the case any more."""

    finished_on: date = ask("When did it end?")
    answer: str = ask("What came of it?", max_length=300, min_length=1)

    def do(self, doing: Doing, subject: CallOff) -> None:
        """Keep what came of it."""
        refuse_others(doing, subject)
        answer(doing, subject, self.finished_on, "finished", self.answer, "finished_on")


@act(
    name="withdraw-call-off",
    title="Withdraw the request",
    on=CallOff,
    by=DELIVERY,
    machine=CALL_OFF,
)
class WithdrawCallOff(Act):
    """Withdraw a request to a specialist. They will not see the case any more."""

    withdrawn_on: date = ask("When is it withdrawn?")
    why: str = ask("Why?", max_length=300, min_length=1)

    def do(self, doing: Doing, subject: CallOff) -> Any:
        """Keep why."""
        if doing.actor.role is not Role.SYSTEM and is_its_own(doing, subject):
            raise refuse(
                "not-yours-to-withdraw",
                "You were asked: decline or finish rather than withdraw.",
                remedy="Say that you cannot help, or that your help is over.",
            )
        answer(doing, subject, self.withdrawn_on, "withdrawn", self.why, "withdrawn_on")
