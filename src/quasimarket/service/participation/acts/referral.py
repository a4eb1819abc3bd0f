"""A referral: made, questioned, confirmed, cancelled."""

from datetime import date
from enum import StrEnum
from typing import Any

from quasimarket.core.identifiers import GroupId
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import Refusal, refuse
from quasimarket.service.participation.drawing import draw_contract
from quasimarket.service.participation.guards import (
    WITHHELD,
    check_day,
    check_withheld,
    words,
)
from quasimarket.service.participation.keeping import (
    Keeper,
    keeper_of,
    last_allotted_day,
)
from quasimarket.service.participation.models import Participation, Person
from quasimarket.service.participation.references import new_reference
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import DELIVERY, Role
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook


class WrongReferral(StrEnum):
    """Why a referral should not have been made: R006's five causes."""

    INELIGIBLE = "ineligible"
    WRONG_OPPORTUNITY = "wrong-opportunity-type"
    TWICE_TO_THE_SAME = "referred-twice-to-the-same-provider"
    TO_MORE_THAN_ONE = "referred-to-more-than-one-provider"
    WRONG_INTERVIEW = "wrong-interview"


@act(
    name="refer",
    title="Refer a participant",
    by=(Role.CONTRACT_MANAGER,),
)
class Refer(Act):
    """Refer somebody to the programme.

    The contract is drawn at random among the area's contracts by their market shares;
    the draw is kept with the case, and can be worked out again. The participant stays
    for the whole allotted time, with the same contract even after a move.
    """

    name: str = ask("What is the participant's name?", max_length=120, min_length=1)
    national_insurance: str = ask(
        "What is their National Insurance number?",
        hint="It is on their letters. For example, QQ 12 34 56 C.",
        max_length=13,
    )
    area: str = ask("Which area do they live in?")
    group: str = ask("Which payment group are they in?")
    referred_on: date = ask("When were they referred?")
    born: date | None = ask("When were they born?", default=None)
    address: str = ask("What is their address?", default="", max_length=300)
    telephone: str = ask("What is their telephone number?", default="", max_length=30)
    email: str = ask("What is their e-mail address?", default="", max_length=254)
    language: str = ask("Which language do they prefer?", default="English")
    needs: str = ask(
        "Which adjustments have they asked for?",
        hint="Say what would help, not the condition.",
        default="",
        max_length=300,
    )
    is_vulnerable: bool = ask("Are safeguarding steps owed to them?", default=False)
    is_contact_withheld: bool = ask(
        "Are their contact details withheld?",
        hint="A case under MAPPA that a nominated officer refers. It is restricted to "
        "you until you name who else may see it.",
        default=False,
    )

    @classmethod
    def offered(cls, subject: Any, actor: Actor) -> dict[str, list[tuple[str, str]]]:
        """Offer the programme's areas and groups."""
        rulebook = agreed_rulebook()
        run = set(Contract.objects.values_list("area", flat=True))
        return {
            "area": [(one.id, one.name) for one in rulebook.areas if one.id in run],
            "group": [(one.id, f"{one.id} {one.name}") for one in rulebook.groups],
        }

    def do(self, doing: Doing, subject: None) -> Participation:
        """Draw the contract and begin the participation."""
        keeper = keeper_of(doing)
        number = folded_number(self.national_insurance)
        check_withheld(self.is_contact_withheld, self.model_dump())
        check_referral(doing, keeper.rulebook, self.group, self.referred_on)
        contract, allocation = draw_contract(
            self.area, self.group, self.referred_on, keeper.rulebook
        )
        person = keeper.person(number)
        if person is None:
            facts = self.model_dump(
                exclude={"national_insurance", "area", "group", "referred_on"}
            )
            person = Person(
                reference=new_reference("H"), national_insurance=number, **facts
            )
            keeper.add_person(person)
        elif keeper.takes_part(person):
            raise second_referral()
        elif self.is_contact_withheld:
            withhold_contact(keeper, person)
        return begin(
            doing,
            keeper,
            person,
            contract,
            self.group,
            self.referred_on,
            allocation,
            restricted_to=named_alone(doing, person),
        )


@act(
    name="receive-referral",
    title="Receive a referral",
    by=(),
)
class ReceiveReferral(Act):
    """Take in a referral whose contract has been decided. The programme alone does it.

    Imports and replays come this way; the draw of the contract, where one was held,
    comes with it.
    """

    reference: str = ask("The participant's reference", max_length=40)
    contract: str = ask("The contract")
    group: str = ask("The payment group")
    referred_on: date = ask("When they were referred")
    allocation: dict[str, Any] = ask("The draw of the contract", default_factory=dict)
    person: dict[str, Any] = ask("Who it is", hint="The fields of a person")

    def do(self, doing: Doing, subject: None) -> Participation:
        """Begin the participation under the reference given."""
        keeper = keeper_of(doing)
        check_referral(doing, keeper.rulebook, self.group, self.referred_on)
        contract = keeper.contract(self.contract)
        if contract is None:
            raise refuse(
                "unknown-contract",
                f"There is no contract {self.contract}.",
                field="contract",
                remedy="Give one of the programme's contracts.",
            )
        check_withheld(bool(self.person.get("is_contact_withheld")), self.person)
        number = str(self.person.get("national_insurance", ""))
        person = keeper.person(number)
        if person is None:
            person = Person(**{"reference": new_reference("H"), **self.person})
            keeper.add_person(person)
        elif keeper.takes_part(person):
            raise second_referral()
        elif self.person.get("is_contact_withheld"):
            withhold_contact(keeper, person)
        return begin(
            doing,
            keeper,
            person,
            contract,
            self.group,
            self.referred_on,
            self.allocation,
            reference=self.reference,
            restricted_to=named_alone(doing, person),
        )


def withhold_contact(keeper: Keeper, person: Person) -> None:
    """Take away what an earlier referral said of where somebody is."""
    for name in WITHHELD:
        setattr(person, name, "")
    person.is_contact_withheld = True
    keeper.as_programme(lambda: keeper.change(person, *WITHHELD, "is_contact_withheld"))


def named_alone(doing: Doing, person: Person) -> list[int] | None:
    """Restrict a case whose contact details are withheld to who brings it in."""
    if not person.is_contact_withheld:
        return None
    return [doing.actor.id] if doing.actor.kind == "user" else []


def folded_number(text: str) -> str:
    """Write a National Insurance number without spaces, or refuse what is none."""
    number = "".join(text.split()).upper()
    is_one = (
        len(number) == 9
        and number[:2].isalpha()
        and number[2:8].isdecimal()
        and number[8] in "ABCD"
        and number.isascii()
    )
    if not is_one:
        raise refuse(
            "not-a-national-insurance-number",
            "This is not a National Insurance number.",
            field="national_insurance",
            remedy="Give two letters, six digits and a letter from A to D.",
        )
    return number


def second_referral() -> Refusal:
    """Say that a person is on the programme already."""
    return refuse(
        "referred-already",
        "This person has been referred to the programme already.",
        field="national_insurance",
        remedy="Find their case. If that referral was wrong, cancel it first.",
    )


def check_referral(doing: Doing, rulebook: Rulebook, group: str, day: date) -> None:
    """Refuse a group that is unknown, and a day on which it takes no referrals."""
    check_day(doing, day, "referred_on")
    found = next((one for one in rulebook.groups if one.id == GroupId(group)), None)
    if found is None:
        raise refuse(
            "unknown-group",
            "The programme has no such payment group.",
            field="group",
            remedy="Choose one of " + ", ".join(one.id for one in rulebook.groups),
        )
    if not found.first_referral <= day <= found.last_referral:
        raise refuse(
            "group-closed",
            f"Group {found.id} takes referrals from {words(found.first_referral)} to "
            f"{words(found.last_referral)}.",
            field="referred_on",
            remedy="Give a day between them.",
        )


def begin(
    doing: Doing,
    keeper: Keeper,
    person: Person,
    contract: Contract,
    group: str,
    referred: date,
    allocation: dict[str, Any],
    *,
    reference: str = "",
    restricted_to: list[int] | None = None,
) -> Participation:
    """Begin a participation, whoever brought the referral."""
    participation = Participation(
        reference=reference or new_reference("P"),
        person=person,
        contract=contract,
        group=group,
        area=contract.area,
        referred=referred,
        allotted_end=last_allotted_day(keeper.rulebook, referred),
        allocation=allocation,
        restricted_to=restricted_to,
    )
    keeper.add(participation)
    doing.record(
        EventKind.REFERRED,
        participation=participation,
        happened=referred,
        details={"allocation": allocation} if allocation else {},
    )
    return participation


@act(
    name="query-referral",
    title="Say that the referral may be wrong",
    on=Participation,
    by=(*DELIVERY, Role.CONTRACT_MANAGER),
    machine=COURSE,
)
class QueryReferral(Act):
    """Say at once that a referral may be wrong.

    All activity pauses while it is decided. The contract manager decides on the same
    day whether it stands.
    """

    code: WrongReferral = ask("What may be wrong?")
    queried_on: date = ask("When was this found?")
    choice: str = ask(
        "What does the participant want?",
        hint="Their own choice is recorded, whatever is decided.",
        max_length=200,
        min_length=1,
    )

    def do(self, doing: Doing, subject: Participation) -> None:
        """Pause the case."""
        check_day(doing, self.queried_on, "queried_on", first=subject.referred)
        subject.queried = self.queried_on
        subject.query = self.code
        subject.choice = self.choice
        keeper_of(doing).change(subject, "queried", "query", "choice")
        doing.record(
            "query-referral",
            participation=subject,
            happened=self.queried_on,
            code=str(self.code),
        )


@act(
    name="confirm-referral",
    title="Say that the referral stands",
    on=Participation,
    by=(Role.CONTRACT_MANAGER,),
    machine=COURSE,
)
class ConfirmReferral(Act):
    """Say that the referral stands after all. The case goes on from where it was.

    A referral that had not been acknowledged counts as acknowledged on that day.
    """

    decided_on: date = ask("When was it decided?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Take the pause away."""
        first = subject.queried or subject.referred
        check_day(
            doing, self.decided_on, "decided_on", first=first, first_is="the question"
        )
        subject.state = "attached" if subject.attached else "acknowledged"
        changed = ["queried", "query"]
        if subject.acknowledged is None:
            subject.acknowledged = self.decided_on
            changed.append("acknowledged")
            doing.record(
                EventKind.ACKNOWLEDGED,
                participation=subject,
                happened=self.decided_on,
            )
        code = subject.query
        subject.queried, subject.query = None, ""
        keeper_of(doing).change(subject, *changed)
        doing.record(
            "confirm-referral",
            participation=subject,
            happened=self.decided_on,
            code=code,
            details={"choice": subject.choice} if subject.choice else {},
        )


@act(
    name="cancel-referral",
    title="Cancel the referral",
    on=Participation,
    by=(Role.CONTRACT_MANAGER,),
    machine=COURSE,
    asks_again=True,
)
class CancelReferral(Act):
    """Cancel a referral that should not have been made.

    It is then as if it had not been made: what was paid for it is taken back, and it
    leaves every count.
    """

    code: WrongReferral = ask("Why was it wrong?")
    cancelled_on: date = ask("When was it cancelled?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """End the case."""
        check_day(doing, self.cancelled_on, "cancelled_on", first=subject.referred)
        subject.ended_because = self.code
        keeper_of(doing).change(subject, "ended_because")
        doing.record(
            EventKind.REFERRAL_CANCELLED,
            participation=subject,
            happened=self.cancelled_on,
            code=str(self.code),
        )
