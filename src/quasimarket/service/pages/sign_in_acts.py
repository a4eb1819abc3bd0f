"""What managers do about the sign-ins of their organisation's people.

A password that is made here is shown once and changed before the first page. Every act
stands in the log under the manager's name.
"""

from enum import StrEnum
from typing import Any

from allauth.mfa.models import Authenticator

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import NotAllowed, refuse
from quasimarket.service.acting.shown_once import ShownOnce, new_password
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import Organisation, User
from quasimarket.service.people.roles import (
    MANAGERS,
    ROLES_OF,
    OrganisationKind,
    Role,
)
from quasimarket.service.people.scope import acting_as


SIGN_IN_KEEPERS = (*MANAGERS, Role.CONTRACT_MANAGER)
"""A provider's managers for their own; the contract manager for every organisation."""
PLACE = "/people/"


class Lost(StrEnum):
    """What somebody can no longer sign in with."""

    PASSWORD = "password"
    APP = "authenticator-app"


@act(
    name="make-sign-in",
    title="Make a sign-in",
    by=SIGN_IN_KEEPERS,
    asks_again=True,
)
class MakeSignIn(Act):
    """Let somebody of your organisation sign in.

    A password is shown to you once. Give it to them; they choose another, set up an
    authenticator app and accept the code of conduct when they first sign in.
    """

    name: str = ask("What is their name?", min_length=1, max_length=120)
    email: str = ask(
        "Which e-mail address will they sign in with?",
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    )
    role: Role = ask("Which role will they have?")
    organisation: str = ask(
        "Which organisation do they work for?",
        hint="Leave it for your own",
        default="",
        max_length=80,
    )

    @classmethod
    def offered(cls, subject: None, actor: Actor) -> dict[str, list[tuple[str, str]]]:
        """Offer the organisations and roles that the doer may choose among."""
        rows = _organisations(actor)
        held = {role for one in rows for role in ROLES_OF[OrganisationKind(one.kind)]}
        return {
            "role": [(str(one), one.replace("-", " ")) for one in Role if one in held],
            "organisation": [(one.id, one.name) for one in rows],
        }

    def do(self, doing: Doing, subject: None) -> ShownOnce:
        """Make the person, with a password that they must change."""
        _by_a_person(doing)
        wanted = self.organisation or doing.actor.organisation
        rows = {one.id: one for one in _organisations(doing.actor)}
        if wanted not in rows:
            raise refuse(
                "not-your-organisation",
                "You do not make sign-ins for this organisation.",
                field="organisation",
                remedy="Leave it blank for your own organisation.",
            )
        listed = ROLES_OF[OrganisationKind(rows[wanted].kind)]
        if self.role not in listed:
            raise refuse(
                "role-of-another",
                "The role does not belong to this kind of organisation.",
                field="role",
                remedy="Choose one of " + ", ".join(listed) + ".",
            )
        email = User.objects.normalize_email(self.email).lower()
        with acting_as(SYSTEM):
            if User.objects.filter(email__iexact=email).exists():
                raise refuse(
                    "address-in-use",
                    "Somebody signs in with this address already.",
                    field="email",
                    remedy="Ask for another address.",
                )
            password = new_password()
            made = User.objects.create_user(
                email,
                password,
                name=self.name,
                organisation_id=wanted,
                role=self.role,
                was_given_secret=True,
            )
        _record(doing, made, {"role": str(self.role)})
        return _shown(made, password)


@act(
    name="mend-sign-in",
    title="Help somebody who cannot sign in",
    on=User,
    by=SIGN_IN_KEEPERS,
    asks_again=True,
)
class MendSignIn(Act):
    """Give somebody a new password, and let them set up a lost authenticator app anew.

    Be sure that it is they who ask: speak to them. The new password is shown to you
    once. They are signed out everywhere, and must change it when they next sign in.
    """

    lost: Lost = ask("What have they lost?")

    def do(self, doing: Doing, subject: User) -> ShownOnce:
        """Take away what was lost, and end what was signed in with it."""
        _check(doing, subject)
        if self.lost is Lost.APP:
            Authenticator.objects.filter(user=subject).delete()
        # whoever found a lost app may know the password: that goes in either case
        password = new_password()
        with acting_as(SYSTEM):
            subject.set_password(password)
            subject.was_given_secret = True
            subject.save(update_fields=["password", "was_given_secret"])
        _record(doing, subject, {"lost": str(self.lost)})
        return _shown(subject, password)


@act(
    name="suspend-sign-in",
    title="Suspend a sign-in",
    on=User,
    by=SIGN_IN_KEEPERS,
    asks_again=True,
)
class SuspendSignIn(Act):
    """Shut somebody out at once, wherever they are signed in. It can be undone."""

    why: str = ask("Why?", min_length=1, max_length=300)

    def do(self, doing: Doing, subject: User) -> None:
        """Shut them out; the database then knows them no more."""
        _check(doing, subject)
        if not subject.is_active:
            raise refuse("already-suspended", "The sign-in is suspended already.")
        _set_active(subject, False)
        _record(doing, subject, {}, reason=self.why)


@act(
    name="resume-sign-in",
    title="Let somebody sign in again",
    on=User,
    by=SIGN_IN_KEEPERS,
    asks_again=True,
)
class ResumeSignIn(Act):
    """Let somebody who was shut out sign in again, as before."""

    def do(self, doing: Doing, subject: User) -> None:
        """Let them in."""
        _check(doing, subject)
        if subject.is_active:
            raise refuse("not-suspended", "The sign-in is not suspended.")
        _set_active(subject, True)
        _record(doing, subject, {})


def _organisations(actor: Actor) -> list[Organisation]:
    """List the organisations for whose people an actor makes sign-ins."""
    rows = Organisation.objects.exclude(kind=OrganisationKind.PARTICIPANTS)
    if actor.role is not Role.CONTRACT_MANAGER:
        rows = rows.filter(id=actor.organisation)
    return list(rows.order_by("kind", "name"))


def _by_a_person(doing: Doing) -> None:
    """Refuse a key: a program makes and mends no sign-ins."""
    if doing.actor.kind != "user":
        raise NotAllowed(doing.act)


def _check(doing: Doing, subject: User) -> None:
    """Refuse a sign-in that is not the doer's to change."""
    _by_a_person(doing)
    if subject.pk == doing.actor.id:
        raise refuse(
            "your-own",
            "This is your own sign-in.",
            remedy="Another manager does it; your password you change yourself.",
        )
    is_own = subject.organisation_id == doing.actor.organisation
    is_overseen = doing.actor.role is Role.CONTRACT_MANAGER
    if subject.role == Role.PARTICIPANT or not (is_own or is_overseen):
        raise refuse(
            "not-your-organisation",
            "This person does not work for your organisation.",
            remedy="A participant's sign-in is renewed on the page of their case.",
        )


def _set_active(user: User, is_active: bool) -> None:
    user.is_active = is_active
    user.save(update_fields=["is_active"])


def _shown(user: User, password: str) -> ShownOnce:
    shown = ShownOnce({"Signs in with": user.email, "Password": password})
    shown.address = PLACE
    return shown


def _record(
    doing: Doing, user: User, details: dict[str, Any], *, reason: str = ""
) -> None:
    doing.record(
        doing.act,
        organisation=user.organisation_id,
        audience="own",
        reason=reason,
        number=user.pk,
        details=details,
    )
