"""A small programme with two primes and three places, and somebody in every role."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from quasimarket.service.acting.performing import perform
from quasimarket.service.participation.models import Participation, Person
from quasimarket.service.people.actor import SIGN_IN, SYSTEM, Actor
from quasimarket.service.people.models import Organisation, User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Position, Terms
from quasimarket.service.programme.setting_up import set_up_programme
from tests.lib.sign_ins import ACCEPTED, SECRET


TODAY = date(2013, 6, 14)
ROLES = {
    "commissioner": ("policy", "contract-manager", "payment", "assurance",
                     "decision-maker"),
    "prime": ("prime-manager", "prime-adviser", "prime-finance"),
    "other-prime": ("prime-manager", "prime-adviser"),
    "anchor": ("sub-manager", "sub-adviser", "sub-finance"),
    "beacon": ("sub-manager", "sub-adviser"),
    "compass": ("sub-manager",),
    "merlin": ("merlin-assessor",),
    "examiner": ("merlin-assessor",),
    "audit": ("auditor",),
    "university": ("researcher",),
}  # fmt: skip
COURSE = ("referred", "acknowledged", "attached", "completed")
KINDS = {
    "anchor": "subcontractor",
    "beacon": "subcontractor",
    "compass": "subcontractor",
    "merlin": "assessor",
    "examiner": "assessor",
    "audit": "auditor",
    "university": "research",
}


@dataclass(kw_only=True)
class World:
    """What the tests of fair treatment act on."""

    contract: Contract
    other_contract: Contract
    actors: dict[str, Actor]
    people: int = 0

    def at(self, who):
        """Give somebody: "anchor/sub-manager", or a second one with "#2"."""
        return self.actors[who]

    def do(self, who, act, subject=None):
        return perform(act, self.at(who), subject)

    def participation(self, place=None, *, state="attached", referred=None, **person):
        """Add a person who takes part."""
        with acting_as(SYSTEM):
            self.people += 1
            referred = referred or TODAY - timedelta(days=100)
            somebody = Person.objects.create(
                reference=f"p{self.people}",
                name=f"Person {self.people}",
                national_insurance=f"AB{self.people:06d}C",
                **person,
            )
            place = Position.objects.get(pk=place) if place else None
            made = Participation.objects.create(
                reference=f"case{self.people}",
                person=somebody,
                contract=place.contract if place else self.contract,
                position=place,
                group="2",
                area="1",
                referred=referred,
                allotted_end=referred + timedelta(days=727),
            )
            for step in COURSE[: COURSE.index(state) + 1]:
                made.state = step
                if step == "attached":
                    made.attached = referred + timedelta(days=10)
                made.save()
            return made

    def browser(self, who):
        """Give a browser in which somebody is signed in."""
        with acting_as(SYSTEM):
            user = User.objects.get(pk=self.at(who).id)
            if not Authenticator.objects.filter(user=user).exists():
                TOTP.activate(user, SECRET)
        browser = Client()
        with acting_as(SIGN_IN):  # a password's hash goes into the session
            user = User.objects.get(pk=user.pk)
            browser.force_login(
                user, "allauth.account.auth_backends.AuthenticationBackend"
            )
        return browser

    def place(self, name):
        with acting_as(SYSTEM):
            return Position.objects.get(pk=name)


def build_world(settings=(), today=TODAY):
    """Make it in the open transaction."""
    with acting_as(SYSTEM):
        set_up_programme(
            "work-programme",
            settings=settings,
            areas=("1",),
            today=today,
            is_demonstration=True,
            allocation_seed="seed",
        )
        contract, other = Contract.objects.order_by("pk")[:2]
        renamed = {"prime": contract.prime_id, "other-prime": other.prime_id}
        for name, kind in KINDS.items():
            Organisation.objects.create(id=name, name=name.title(), kind=kind)
        for name, where, tier in (
            ("anchor", contract, 1),
            ("beacon", contract, 1),
            ("compass", other, 1),
        ):
            place = Position.objects.create(
                id=f"{name}-place",
                contract=where,
                organisation_id=name,
                tier=tier,
                status="active",
                promised_yearly=120,
                since=date(2011, 6, 1),
            )
            Terms.objects.create(
                position=place,
                contract=where,
                first_day=date(2011, 6, 1),
                management_fee="0.15",
                passed_down={"attachment": "1", "job-outcome": "1", "sustainment": "1"},
                lag_months=1,
                has_non_disclosure=name == "anchor",
                proposed_by=1,
                agreed_by=2,
            )
        actors = {}
        for organisation, roles in ROLES.items():
            for role in roles:
                for copy in ("", "#2"):
                    user = User.objects.create_user(
                        f"{role}{copy.strip('#')}@{organisation}.example",
                        name=f"{organisation} {role}{copy}",
                        organisation_id=renamed.get(organisation, organisation),
                        role=role,
                        accepted_conduct=ACCEPTED,
                        acts_from=date(2011, 1, 1),
                        acts_until=date(2030, 1, 1),
                    )
                    actors[f"{organisation}/{role}{copy}"] = Actor.of_user(user)
    return World(contract=contract, other_contract=other, actors=actors)
