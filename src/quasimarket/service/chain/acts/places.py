"""The supply-chain register: list, contract, activate, end a place."""

from datetime import date
from typing import Any, Literal

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.chain.acts.organisations import organisations_called
from quasimarket.service.chain.machines import CHANGE, OPEN_PLACE, PLACE
from quasimarket.service.chain.models import ChainChange
from quasimarket.service.fairness.standing import must_be_another, must_be_of
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.models import Organisation
from quasimarket.service.people.roles import OrganisationKind, Role
from quasimarket.service.programme.models import Contract, Position, Terms
from quasimarket.service.programme.rules import agreed_rulebook


def note(doing: Doing, place: Position, kind: str, code: str) -> None:
    """Record what happened to a place."""
    doing.record(
        kind,
        contract=place.contract_id,
        position=place.pk,
        organisation=place.organisation_id,
        code=code,
        source="prime",
    )


@act(
    name="list-place",
    title="Add a place to the chain",
    on=Contract,
    by=(Role.PRIME_MANAGER,),
)
class ListPlace(Act):
    """Name an organisation in your chain, and say how many referrals you promise.

    The promise stands in the register beside what really flows.
    """

    organisation: str = ask(
        "Which organisation of your chain?",
        hint="For one that is not in the list, give its name below",
        default="",
        max_length=80,
    )
    called: str = ask(
        "Or what is it called?",
        hint="The whole name, as the contract manager registered it",
        default="",
        max_length=200,
    )
    tier: Literal["1", "2"] = ask(
        "Which tier?", hint="1 takes people end to end; 2 is a specialist on call."
    )
    specialism: str = ask("Specialism", default="", max_length=80)
    promised_yearly: int = ask("Referrals promised a year", ge=0, le=100000)

    @classmethod
    def offered(cls, subject: Any, actor: Actor) -> dict[str, list[tuple[str, str]]]:
        """Offer the subcontractors that the doer may see, or another by its name."""
        rows = Organisation.objects.filter(kind=OrganisationKind.SUBCONTRACTOR)
        listed = [(one.pk, one.name) for one in rows.order_by("name", "pk")]
        return {"organisation": [("", "Another, named below"), *listed]}

    def do(self, doing: Doing, subject: Contract) -> None:
        """List it."""
        must_be_of(doing, subject.prime_id)
        organisation = self._found()
        number = Position.objects.filter(contract=subject).count() + 1
        place = Position.objects.create(
            id=f"{subject.pk}-{organisation}-{number}"[:120],
            contract=subject,
            organisation_id=organisation,
            tier=int(self.tier),
            status="listed",
            specialism=self.specialism,
            promised_yearly=self.promised_yearly,
            since=doing.today,
        )
        note(doing, place, Kind.OFFERED, f"tier-{self.tier}")

    def _found(self) -> str:
        """Find the organisation that was chosen or named.

        Raises:
            Refusal: with the field of the two that was answered.
        """
        if bool(self.organisation) == bool(self.called):
            raise refuse(
                "one-organisation",
                "Choose an organisation or give the name of another, one of the two.",
                field="called" if self.called else "organisation",
                remedy="Leave the name blank for one that you choose from the list.",
            )
        found = organisations_called(self.organisation or self.called)
        field = "organisation" if self.organisation else "called"
        if not found:
            raise refuse(
                "no-such-organisation",
                f"There is no subcontractor {self.organisation or self.called}.",
                field=field,
                remedy="Give its whole name, or ask the contract manager to register "
                "it first.",
            )
        if len(found) > 1:
            raise refuse(
                "several-organisations",
                f"More than one subcontractor is called {self.called}.",
                field=field,
                remedy="Ask the contract manager for its identifier, and give that.",
            )
        return found[0]


@act(
    name="contract-place",
    title="Record the subcontract",
    on=Position,
    by=(Role.PRIME_MANAGER,),
    machine=PLACE,
)
class ContractPlace(Act):
    """Say that a subcontract is signed; its terms must be agreed here first."""

    def do(self, doing: Doing, subject: Position) -> None:
        """Contract it, on terms that both sides agreed."""
        must_be_of(doing, subject.contract.prime_id)
        if not Terms.objects.filter(position=subject, agreed_by__isnull=False).exists():
            raise refuse(
                "terms-missing",
                "Both sides must agree the terms first.",
                remedy="Propose terms; the place agrees to them.",
            )
        note(doing, subject, Kind.ACCEPTED, f"tier-{subject.tier}")


@act(
    name="activate-place",
    title="Open the place to referrals",
    on=Position,
    by=(Role.PRIME_MANAGER,),
    machine=PLACE,
)
class ActivatePlace(Act):
    """From today people may be allocated to it."""

    def do(self, doing: Doing, subject: Position) -> None:
        """Activate it."""
        must_be_of(doing, subject.contract.prime_id)
        note(doing, subject, "place-activated", f"tier-{subject.tier}")


@act(
    name="propose-ending",
    title="End the place",
    on=Position,
    by=(Role.PRIME_MANAGER,),
)
class ProposeEnding(Act):
    """End a subcontract. Where the rulebook says so the commissioner must approve."""

    reason: str = ask("Why?", min_length=20, max_length=200, long=True)
    last_day: date = ask("The last day")

    def do(self, doing: Doing, subject: Position) -> ChainChange:
        """Ask for it, or do it where nobody need approve."""
        must_be_of(doing, subject.contract.prime_id)
        if subject.status not in OPEN_PLACE:
            raise refuse("ended-already", "The place has ended.")
        if self.last_day < doing.today:
            raise refuse(
                "day-past", "The day cannot lie in the past.", field="last_day"
            )
        chain = agreed_rulebook().supply_chain
        needs_approval = chain is not None and chain.change_needs_approval
        change = ChainChange.objects.create(
            contract=subject.contract,
            position=subject,
            reason=self.reason,
            last_day=self.last_day,
            state="proposed" if needs_approval else "approved",
            asked_on=doing.today,
            asked_by=doing.actor.id,
        )
        if needs_approval:
            note(doing, subject, "ending-proposed", "")
        else:
            end(doing, change)
        return change


def end(doing: Doing, change: ChainChange) -> None:
    """End a place."""
    place = change.position
    place.status, place.ended_on = "ended", change.last_day
    place.end_reason = change.reason
    place.save(update_fields=["status", "ended_on", "end_reason"])
    note(doing, place, Kind.SUBCONTRACT_ENDED, change.reason[:120])


class _Deciding(Act):
    why: str = ask("Why?", min_length=10, max_length=4000, long=True)

    def decide(self, doing: Doing, subject: ChainChange) -> None:
        """Keep the decision of somebody who did not ask."""
        must_be_another(doing, subject.asked_by, did="asked for it")
        subject.decided_by, subject.decision = doing.actor.id, self.why
        subject.save(update_fields=["decided_by", "decision"])


@act(
    name="approve-ending",
    title="Approve the ending",
    on=ChainChange,
    by=(Role.CONTRACT_MANAGER,),
    machine=CHANGE,
)
class ApproveEnding(_Deciding):
    """Let the prime end the place."""

    def do(self, doing: Doing, subject: ChainChange) -> None:
        """End it."""
        self.decide(doing, subject)
        end(doing, subject)


@act(
    name="refuse-ending",
    title="Refuse the ending",
    on=ChainChange,
    by=(Role.CONTRACT_MANAGER,),
    machine=CHANGE,
)
class RefuseEnding(_Deciding):
    """The place stays in the chain."""

    def do(self, doing: Doing, subject: ChainChange) -> None:
        """Refuse it."""
        self.decide(doing, subject)
        note(doing, subject.position, "ending-refused", "")
