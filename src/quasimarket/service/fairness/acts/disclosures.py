"""Protected disclosure: said once, seen by assurance alone.

Its log rows name no contract, place or organisation, and are read only by who wrote
them and by assurance; its pages lie under /in-confidence/, which the access log shows
to nobody but assurance.
"""

from typing import Literal

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.fairness.machines import DISCLOSURE
from quasimarket.service.fairness.models import Disclosure, DisclosureNote
from quasimarket.service.fairness.standing import contract_choices
from quasimarket.service.people.roles import PROVIDER_ROLES, Role
from quasimarket.service.programme.models import Contract


SUBJECTS = ("false-claims", "pressure", "sanctions", "safety", "money", "other")


def note(doing: Doing, disclosure: Disclosure, kind: str) -> None:
    """Record a step without saying whom it is about."""
    doing.record(
        kind,
        audience="confidential",
        details={"disclosure": disclosure.reference},
    )


@act(
    name="make-disclosure",
    title="Make a protected disclosure",
    by=PROVIDER_ROLES,
)
class MakeDisclosure(Act):
    """Tell the commissioner's assurance team what you saw.

    Nobody else sees it: not the prime, not your own organisation, not the contract
    manager. No count and no date of it is shown to them either.
    """

    about: Literal[SUBJECTS] = ask("What is it about?")  # type: ignore[misc, valid-type]  # the subjects are a table; acts are asked by type
    contract: str = ask("Which contract, if you know", default="")
    text: str = ask("What did you see?", min_length=20, max_length=20000, long=True)

    offered = staticmethod(contract_choices)

    def do(self, doing: Doing, subject: None) -> Disclosure:
        """Keep it."""
        contract = Contract.objects.filter(pk=self.contract).first()
        disclosure = Disclosure.objects.create(
            about_organisation=contract.prime_id if contract else "",
            contract=self.contract,
            subject=self.about,
            text=self.text,
            made_on=doing.today,
            by=doing.actor.id,
            by_organisation=doing.actor.organisation,
        )
        note(doing, disclosure, "disclosure-made")
        return disclosure


@act(
    name="add-to-disclosure",
    title="Add to the disclosure",
    on=Disclosure,
    by=(*PROVIDER_ROLES, Role.ASSURANCE),
)
class AddToDisclosure(Act):
    """Ask or answer, in confidence."""

    text: str = ask("Your words", min_length=1, max_length=20000, long=True)

    def do(self, doing: Doing, subject: Disclosure) -> None:
        """Keep the note."""
        add_note(doing, subject, self.text)
        note(doing, subject, "disclosure-noted")


@act(
    name="take-up-disclosure",
    title="Look into the disclosure",
    on=Disclosure,
    by=(Role.ASSURANCE,),
    machine=DISCLOSURE,
)
class TakeUpDisclosure(Act):
    """Say that you look into it; who made it sees that."""

    def do(self, doing: Doing, subject: Disclosure) -> None:
        """Take it up."""
        note(doing, subject, "disclosure-taken-up")


@act(
    name="close-disclosure",
    title="Close the disclosure",
    on=Disclosure,
    by=(Role.ASSURANCE,),
    machine=DISCLOSURE,
)
class CloseDisclosure(Act):
    """Say what was found. A breach or an audit is opened on its own page."""

    found: Literal["substantiated", "partly", "not-substantiated"] = ask("Found")
    outcome: str = ask("What follows", min_length=10, max_length=20000, long=True)

    def do(self, doing: Doing, subject: Disclosure) -> None:
        """Close it."""
        subject.outcome = f"{self.found}: {self.outcome}"
        subject.save(update_fields=["outcome"])
        note(doing, subject, "disclosure-closed")


def add_note(doing: Doing, disclosure: Disclosure, text: str) -> None:
    """Keep a note."""
    DisclosureNote.objects.create(
        disclosure=disclosure,
        at=doing.now,
        on=doing.today,
        by=doing.actor.id,
        text=text,
    )
