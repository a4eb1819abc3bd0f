"""Contact details that are withheld from a case that was open until now (R019)."""

from quasimarket.service.acting.doing import Doing
from quasimarket.service.participation.guards import WITHHELD
from quasimarket.service.participation.models import (
    Participation,
    Person,
    ReferralVersion,
)


def withhold_from_now(doing: Doing, case: Participation) -> None:
    """Take away at once how to reach somebody, and restrict the case to the bringer.

    It does not wait for somebody to apply what the referral says now: until then all
    who see the case would see where the person lives. What earlier versions of the
    referral said of it goes too. The scope is the programme's.
    """
    person = case.person
    person.is_contact_withheld = True
    for name in WITHHELD:
        setattr(person, name, "")
    person.save(update_fields=[*WITHHELD, "is_contact_withheld"])
    bringer = [doing.actor.id] if doing.actor.kind == "user" else []
    cases = list(Participation.objects.filter(person=person))
    for one in cases:
        one.restricted_to = sorted({*(one.restricted_to or ()), *bringer})
        one.save(update_fields=["restricted_to"])
        doing.record("contact-withheld", participation=one)
    case.restricted_to = sorted({*(case.restricted_to or ()), *bringer})
    _forget_in_versions(person)


def _forget_in_versions(person: Person) -> None:
    for version in ReferralVersion.objects.filter(participation__person=person):
        if any(version.said.get(name) for name in WITHHELD):
            version.said = {
                name: "" if name in WITHHELD else value
                for name, value in version.said.items()
            }
            version.save(update_fields=["said"])
