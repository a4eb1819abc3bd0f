"""What managers do about the sign-ins of their organisation's people.

A password that is made here is shown once and changed before the first page. Every act
stands in the log under the manager's name. For a sign-in with a commissioner's role
they only ask: `sign_in_request_acts` has what a second person does then.
"""

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import NotAllowed, refuse
from quasimarket.service.acting.shown_once import ShownOnce
from quasimarket.service.pages.role_names import ROLE_NAMES
from quasimarket.service.pages.sign_in_keeping import (
    Lost,
    ask_for,
    make,
    mend,
    needs_two,
    refuse_address_in_use,
    set_active,
)
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.models import Organisation, SignInRequest, User
from quasimarket.service.people.roles import (
    MANAGERS,
    ROLES_OF,
    OrganisationKind,
    Role,
)


SIGN_IN_KEEPERS = (*MANAGERS, Role.CONTRACT_MANAGER)
"""A provider's managers for their own; the contract manager for every organisation."""


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

    A sign-in of the commissioner's is only asked for here. It is made when another
    person of the commissioner confirms it, and the password is shown to them.
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
            "role": [(str(one), str(ROLE_NAMES[one])) for one in Role if one in held],
            "organisation": [(one.id, one.name) for one in rows],
        }

    def do(self, doing: Doing, subject: None) -> ShownOnce | SignInRequest:
        """Make the person, or ask another of the commissioner to confirm them."""
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
        refuse_address_in_use(email)
        if needs_two(self.role):
            return ask_for(
                doing,
                "make",
                name=self.name,
                email=email,
                role=str(self.role),
                organisation_id=wanted,
            )
        return make(
            doing, email=email, name=self.name, organisation=wanted, role=self.role
        )


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

    A sign-in of the commissioner's stays as it is until another person confirms this.
    """

    lost: Lost = ask("What have they lost?")

    def do(self, doing: Doing, subject: User) -> ShownOnce | SignInRequest:
        """Take away what was lost, or ask another to confirm it."""
        _check(doing, subject)
        if needs_two(subject.role):
            return _ask_about(doing, "mend", subject, lost=str(self.lost))
        return mend(doing, subject, self.lost)


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
        set_active(doing, subject, False, reason=self.why)


@act(
    name="resume-sign-in",
    title="Let somebody sign in again",
    on=User,
    by=SIGN_IN_KEEPERS,
    asks_again=True,
)
class ResumeSignIn(Act):
    """Let somebody who was shut out sign in again, as before.

    For a sign-in of the commissioner's, another person confirms it first.
    """

    def do(self, doing: Doing, subject: User) -> SignInRequest | None:
        """Let them in, or ask another to confirm it."""
        _check(doing, subject)
        if subject.is_active:
            raise refuse("not-suspended", "The sign-in is not suspended.")
        if needs_two(subject.role):
            return _ask_about(doing, "resume", subject)
        set_active(doing, subject, True)
        return None


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


def _ask_about(doing: Doing, kind: str, user: User, *, lost: str = "") -> SignInRequest:
    return ask_for(
        doing,
        kind,
        user=user,
        role=user.role,
        organisation_id=user.organisation_id,
        lost=lost,
    )
