"""What a second person of the commissioner does about a sign-in that one asked for."""

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import NotAllowed, refuse
from quasimarket.service.acting.shown_once import ShownOnce
from quasimarket.service.pages.sign_in_keeping import (
    make,
    mend,
    record_request,
    set_active,
)
from quasimarket.service.pages.sign_in_states import SIGN_IN_REQUEST
from quasimarket.service.people.models import SignInRequest, User
from quasimarket.service.people.roles import COMMISSIONER_ROLES


@act(
    name="confirm-sign-in",
    title="Confirm the sign-in",
    on=SignInRequest,
    by=COMMISSIONER_ROLES,
    machine=SIGN_IN_REQUEST,
    asks_again=True,
)
class ConfirmSignIn(Act):
    """Confirm what a colleague asked for: it is done at once, and under both names.

    Be sure that the person exists and is the one who is meant: speak to them. A
    password is shown to you, once; give it to nobody but them.
    """

    email: str = ask(
        "Which e-mail address do they sign in with?",
        hint="From themselves, not from this page",
        min_length=3,
        max_length=254,
    )

    def do(self, doing: Doing, subject: SignInRequest) -> ShownOnce | None:
        """Do what was asked, once, in the name of both."""
        _decide(doing, subject)
        person = User.objects.filter(pk=subject.user_id).first()
        expected = person.email if person else subject.email
        if self.email.strip().lower() != expected.lower():
            raise refuse(
                "other-address",
                "That is not the address that was asked for.",
                field="email",
                remedy="Refuse it if the address asked for is wrong.",
            )
        if person is None:
            return make(
                doing,
                email=subject.email,
                name=subject.name,
                organisation=subject.organisation_id,
                role=subject.role,
            )
        if subject.kind == "mend":
            return mend(doing, person, subject.lost)
        if person.is_active:
            raise refuse("not-suspended", "The sign-in is not suspended.")
        set_active(doing, person, True)
        return None


@act(
    name="refuse-sign-in",
    title="Refuse the sign-in",
    on=SignInRequest,
    by=COMMISSIONER_ROLES,
    machine=SIGN_IN_REQUEST,
    asks_again=True,
)
class RefuseSignIn(Act):
    """Leave the sign-in as it is, or unmade."""

    why: str = ask("Why?", min_length=3, max_length=300)

    def do(self, doing: Doing, subject: SignInRequest) -> None:
        """Note who refused it."""
        _decide(doing, subject)
        record_request(doing, subject, reason=self.why)


def _decide(doing: Doing, subject: SignInRequest) -> None:
    """Write the second person down, unless they are the first or it is for them."""
    if doing.actor.kind != "user":
        raise NotAllowed(doing.act)
    if subject.asked_by == doing.actor.id:
        raise refuse(
            "four-eyes",
            "You asked for this, so you cannot decide it.",
            remedy="Ask another person of the commissioner.",
        )
    if subject.user_id == doing.actor.id:
        raise refuse(
            "your-own",
            "This is your own sign-in.",
            remedy="Ask another person of the commissioner.",
        )
    subject.decided_by, subject.decided_at = doing.actor.id, doing.now
    subject.save(update_fields=["state", "decided_by", "decided_at"])
