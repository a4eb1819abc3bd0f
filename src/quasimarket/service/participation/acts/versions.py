"""A referral that was sent again says something else: apply it, or keep what stands."""

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import Refusal, refuse
from quasimarket.service.participation.guards import check_withheld
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import (
    Participation,
    Person,
    ReferralVersion,
)
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import Role


APPLIED = ("name", "address", "telephone", "email", "language", "needs", "born")
"""What a version can change. Contract, group and referral date stay as they were."""
DECIDERS = (Role.CONTRACT_MANAGER, Role.PRIME_MANAGER, Role.PRIME_ADVISER)


def waiting(subject: Participation) -> list[tuple[str, str]]:
    """List the versions that wait to be decided."""
    rows = subject.versions.filter(decided_at__isnull=True, is_applied=False)
    return [(str(one.number), f"Version {one.number}") for one in rows]


def find_version(subject: Participation, number: int) -> ReferralVersion:
    """Give a version that waits to be decided, or refuse."""
    found = subject.versions.filter(
        number=number, decided_at__isnull=True, is_applied=False
    ).first()
    if found is None:
        raise refuse(
            "no-such-version",
            "No version with this number waits to be decided.",
            field="number",
            remedy="Choose one of the versions that wait.",
        )
    return found


def check_version(person: Person, version: ReferralVersion) -> None:
    """Refuse to write down what is withheld, whenever the version was sent."""
    try:
        check_withheld(person.is_contact_withheld, version.said)
    except Refusal:
        raise refuse(
            "contact-withheld",
            "This person's contact details are withheld, and the version has some.",
            field="number",
            remedy="Set the version aside; have the referral sent without them.",
        ) from None


@act(
    name="apply-referral-version",
    title="Apply what the referral says now",
    on=Participation,
    by=DECIDERS,
    machine=COURSE,
)
class ApplyReferralVersion(Act):
    """Take over what a referral that was sent again says of the participant.

    The contract, the payment group and the referral date do not change with it.
    """

    number: int = ask("Which version?")

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the versions that wait."""
        return {"number": waiting(subject)}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Change the person as the version says."""
        keeper = keeper_of(doing)
        version = find_version(subject, self.number)
        person = subject.person
        check_version(person, version)
        changed = [
            name
            for name in APPLIED
            if version.said.get(name)
            and str(getattr(person, name)) != version.said[name]
        ]
        for name in changed:
            setattr(person, name, version.said[name])
        if changed:
            keeper.change(person, *changed)
        version.is_applied = True
        version.decided_at = doing.now
        keeper.change(version, "is_applied", "decided_at")
        doing.record(
            "apply-referral-version",
            participation=subject,
            number=self.number,
            details={"changed": changed},
        )


@act(
    name="retain-referral-version",
    title="Keep what stands",
    on=Participation,
    by=DECIDERS,
    machine=COURSE,
)
class RetainReferralVersion(Act):
    """Set a version of the referral aside and keep what stands; its history remains."""

    number: int = ask("Which version?")
    why: str = ask("Why?", max_length=300, min_length=1)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the versions that wait."""
        return {"number": waiting(subject)}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Set it aside."""
        version = find_version(subject, self.number)
        version.decided_at = doing.now
        keeper_of(doing).change(version, "decided_at")
        doing.record(
            "retain-referral-version",
            participation=subject,
            number=self.number,
            reason=self.why,
        )
