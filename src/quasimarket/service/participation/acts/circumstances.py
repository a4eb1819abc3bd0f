"""Changes in a participant's circumstances, told one at a time or in bulk (R008)."""

from datetime import date

from quasimarket.core.identifiers import GroupId
from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.guards import check_day, check_withheld
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.rules import agreed_rulebook


KEPT = ("name", "address", "telephone", "email", "language", "needs")


def groups_offered() -> list[tuple[str, str]]:
    """List the payment groups."""
    return [(one.id, f"{one.id} {one.name}") for one in agreed_rulebook().groups]


@act(
    name="change-circumstances",
    title="Record a change of circumstances",
    on=Participation,
    by=(Role.CONTRACT_MANAGER, Role.DECISION_MAKER),
    machine=COURSE,
)
class ChangeCircumstances(Act):
    """Tell the provider what has changed for the participant. Leave blank what has not.

    A new address never changes the contract, and a new benefit or age never changes
    the payment group.
    """

    changed_on: date = ask("When did it change?")
    name: str = ask("New name", default="", max_length=120)
    address: str = ask("New address", default="", max_length=300)
    telephone: str = ask("New telephone number", default="", max_length=30)
    email: str = ask("New e-mail address", default="", max_length=254)
    language: str = ask("New preferred language", default="", max_length=20)
    needs: str = ask("Adjustments asked for now", default="", max_length=300)
    group: str = ask(
        "Group that their new benefit would put them in",
        hint="It is recorded. The group that is paid for stays that of the referral.",
        default="",
    )
    is_vulnerable: bool = ask("Safeguarding steps are owed to them now", default=False)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the payment groups."""
        return {"group": groups_offered()}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep what changed of the person; the log says which parts, not what."""
        check_day(doing, self.changed_on, "changed_on")
        keeper = keeper_of(doing)
        person = subject.person
        check_withheld(person.is_contact_withheld, self.model_dump())
        changed = [name for name in KEPT if getattr(self, name)]
        for name in changed:
            setattr(person, name, getattr(self, name))
        if self.is_vulnerable and not person.is_vulnerable:
            person.is_vulnerable = True
            changed.append("is_vulnerable")
        if not changed and not self.group:
            raise refuse(
                "nothing-changed",
                "Nothing was said to have changed.",
                remedy="Fill in what is new.",
            )
        if changed:
            keeper.change(person, *changed)
            doing.record(
                "change-circumstances",
                participation=subject,
                happened=self.changed_on,
                details={"changed": changed},
            )
        if self.group:
            check_group(self.group, [one.id for one in keeper.rulebook.groups])
            doing.record(
                EventKind.GROUP_CHANGED,
                participation=subject,
                happened=self.changed_on,
                group=self.group,
            )


def check_group(group: str, known: list[GroupId]) -> None:
    """Refuse a payment group that the programme does not have."""
    if group not in known:
        raise refuse(
            "unknown-group",
            "The programme has no such payment group.",
            field="group",
            remedy="Choose one of " + ", ".join(known),
        )


@act(
    name="correct-group",
    title="Correct a wrong payment group",
    on=Participation,
    by=(Role.CONTRACT_MANAGER,),
    machine=COURSE,
    asks_again=True,
)
class CorrectGroup(Act):
    """Put right a referral that was made in the wrong payment group.

    The referral and its reference stay. Everything is worked out anew from the start,
    and what was paid is put right by correction lines.
    """

    group: str = ask("Which group should it have been?")
    corrected_on: date = ask("When was it corrected?")
    why: str = ask("How was the error found?", max_length=300, min_length=1)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the other groups."""
        return {"group": [one for one in groups_offered() if one[0] != subject.group]}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Change the group and keep the referral."""
        keeper = keeper_of(doing)
        check_day(doing, self.corrected_on, "corrected_on", first=subject.referred)
        check_group(self.group, [one.id for one in keeper.rulebook.groups])
        if self.group == subject.group:
            raise refuse(
                "same-group",
                "The referral is in this group already.",
                field="group",
                remedy="Choose another group.",
            )
        before = subject.group
        subject.group = self.group
        keeper.change(subject, "group")
        doing.record(
            EventKind.GROUP_CORRECTED,
            participation=subject,
            happened=self.corrected_on,
            reason=self.why or doing.reason,
            details={"from": before},
        )


@act(
    name="record-reconviction",
    title="Record a reconviction",
    on=Participation,
    by=(Role.DECISION_MAKER,),
    machine=COURSE,
)
class RecordReconviction(Act):
    """Record that the participant was convicted again, where that counts."""

    convicted_on: date = ask("When was the conviction?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Put it into the log: nothing of the case changes."""
        check_day(doing, self.convicted_on, "convicted_on", first=subject.referred)
        doing.record(
            EventKind.RECONVICTED,
            participation=subject,
            happened=self.convicted_on,
            audience="chain",
        )
