"""Moving a participant: between places of a contract, and rarely between contracts."""

from datetime import date
from typing import Any

from quasimarket.events import EventKind
from quasimarket.rulebook.regime import AllocationMethod
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.acts.delivery import IN_HOUSE, places_offered
from quasimarket.service.participation.guards import check_day, check_place
from quasimarket.service.participation.keeping import Keeper, keeper_of
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Contract


CONSENT = ask(
    "Did the participant agree to the move?",
    hint="They must know who will have their record, and may say no.",
)


def refuse_without_consent(has_consent: bool) -> None:
    """Refuse a move that the participant did not agree to."""
    if not has_consent:
        raise refuse(
            "no-consent",
            "A participant is moved only with their consent.",
            field="has_consent",
            remedy="Ask them, and record the move when they have agreed.",
        )


@act(
    name="transfer",
    title="Move the participant to another place",
    on=Participation,
    by=(Role.PRIME_MANAGER,),
    machine=COURSE,
)
class Transfer(Act):
    """Move the participant to another place of the same contract, with their consent.

    The new place holds them from the day of the move, and earns what is earned then.
    """

    position: str = ask("Who takes over?")
    has_consent: bool = CONSENT
    moved_on: date = ask("From which day?")
    why: str = ask("Why?", max_length=300, min_length=1)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the other places of the contract."""
        own = [(IN_HOUSE, "Our own unit")]
        places = own + places_offered(subject.contract_id)
        return {
            "position": [
                one for one in places if one[0] != (subject.position_id or IN_HOUSE)
            ]
        }

    def do(self, doing: Doing, subject: Participation) -> None:
        """Move the case; nobody's adviser goes with it."""
        keeper = keeper_of(doing)
        refuse_without_consent(self.has_consent)
        check_day(doing, self.moved_on, "moved_on", first=subject.referred)
        place = None
        if self.position != IN_HOUSE:
            place = check_place(keeper, subject, self.position, self.moved_on)
        target = place.id if place else None
        if target == subject.position_id:
            raise refuse(
                "there-already",
                "This place holds the participant already.",
                field="position",
                remedy="Choose another place.",
            )
        move(doing, keeper, subject, subject.contract_id, target, self)


def move(
    doing: Doing,
    keeper: Keeper,
    subject: Participation,
    contract: str,
    position: str | None,
    given: "Transfer | MoveContract",
) -> None:
    """Give the case to a contract and place, and record who had it."""
    before = {
        "from_contract": subject.contract_id,
        "from_position": subject.position_id or IN_HOUSE,
        "consent": given.has_consent,
    }
    subject.contract_id = contract
    subject.position_id = position
    subject.adviser_id = None
    keeper.change(subject, "contract", "position", "adviser")
    doing.record(
        EventKind.TRANSFERRED,
        participation=subject,
        happened=given.moved_on,
        reason=given.why or doing.reason,
        details=before,
    )


@act(
    name="move-contract",
    title="Move the participant to another contract",
    on=Participation,
    by=(Role.CONTRACT_MANAGER,),
    machine=COURSE,
    asks_again=True,
)
class MoveContract(Act):
    """Move the participant to another prime of the same area.

    It can be done only where the rules say so: when the present contract has ended, or
    where participants choose their provider. A change of address is no reason. Group,
    clocks and counts go on; what is earned from the day on is the new contract's.
    """

    contract: str = ask("Which contract takes over?")
    has_consent: bool = CONSENT
    moved_on: date = ask("From which day?")
    why: str = ask("Why?", max_length=300, min_length=1)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the area's other contracts."""
        rows = Contract.objects.filter(area=subject.area, ended_on__isnull=True)
        return {
            "contract": [
                (one.id, f"{one.id} {one.prime.name}")
                for one in rows.exclude(id=subject.contract_id).select_related("prime")
            ]
        }

    def do(self, doing: Doing, subject: Participation) -> Any:
        """Move the case to the other prime's own unit, which allocates it anew."""
        keeper = keeper_of(doing)
        check_day(
            doing,
            self.moved_on,
            "moved_on",
            first=subject.referred,
            may_be_announced=True,
        )
        present = keeper.contract(subject.contract_id)
        ended = (
            present is not None
            and present.ended_on is not None
            and present.ended_on <= self.moved_on
        )
        chosen = (
            keeper.rulebook.allocation.method is AllocationMethod.PARTICIPANT_CHOICE
        )
        if not ended and not chosen:
            raise refuse(
                "rules-forbid",
                "The participant stays with this contract for the whole time.",
                remedy="A move is possible once the contract has ended, or where the "
                "rulebook lets participants choose.",
            )
        if not ended:
            refuse_without_consent(self.has_consent)
        target = keeper.contract(self.contract)
        if (
            target is None
            or target.area != subject.area
            or target.id == (subject.contract_id)
        ):
            raise refuse(
                "not-a-contract-of-this-area",
                "This is not another contract of the participant's area.",
                field="contract",
                remedy="Choose one of the area's other contracts.",
            )
        if keeper.call_offs_open(subject):
            raise refuse(
                "open-call-offs",
                "A specialist of the present contract is still helping.",
                remedy="The request to the specialist is finished or withdrawn first.",
            )
        move(doing, keeper, subject, target.id, None, self)
