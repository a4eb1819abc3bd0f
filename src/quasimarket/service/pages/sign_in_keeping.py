"""What making and mending a sign-in comes to, whoever confirmed it."""

from enum import StrEnum
from secrets import token_hex
from typing import Any

from allauth.mfa.models import Authenticator

from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.acting.shown_once import ShownOnce, new_password
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import SignInRequest, User
from quasimarket.service.people.roles import COMMISSIONER_ROLES
from quasimarket.service.people.scope import acting_as


PLACE = "/people/"


class Lost(StrEnum):
    """What somebody can no longer sign in with."""

    PASSWORD = "password"
    APP = "authenticator-app"


def needs_two(role: str) -> bool:
    """Whether a sign-in decides for the commissioner, so that two people make it."""
    return role in COMMISSIONER_ROLES


def ask_for(doing: Doing, kind: str, **fields: Any) -> SignInRequest:
    """Keep what is asked until another person of the commissioner confirms it."""
    asked = SignInRequest.objects.create(
        reference=f"sign-in-{token_hex(5)}",
        kind=kind,
        asked_by=doing.actor.id,
        asked_at=doing.now,
        **fields,
    )
    record_request(doing, asked)
    return asked


def refuse_address_in_use(email: str) -> None:
    """Refuse an address with which somebody signs in already.

    Raises:
        Refusal: with the field `email`.
    """
    with acting_as(SYSTEM):
        is_used = User.objects.filter(email__iexact=email).exists()
    if is_used:
        raise refuse(
            "address-in-use",
            "Somebody signs in with this address already.",
            field="email",
            remedy="Ask for another address.",
        )


def make(
    doing: Doing, *, email: str, name: str, organisation: str, role: str
) -> ShownOnce:
    """Make the person, with a password that they must change."""
    refuse_address_in_use(email)
    password = new_password()
    # in the doer's own scope: the database notes who had a hand in it
    made = User.objects.create_user(
        email,
        password,
        name=name,
        organisation_id=organisation,
        role=role,
        was_given_secret=True,
    )
    record(doing, made, {"role": str(role)})
    return _shown(made, password)


def mend(doing: Doing, user: User, lost: str) -> ShownOnce:
    """Take away what was lost, and end what was signed in with it."""
    # whoever found a lost app may know the password: that goes in either case
    password = new_password()
    user.set_password(password)
    user.was_given_secret = True
    user.save(update_fields=["password", "was_given_secret"])
    if lost == Lost.APP:
        with acting_as(SYSTEM):
            Authenticator.objects.filter(user=user).delete()
    record(doing, user, {"lost": str(lost)})
    return _shown(user, password)


def set_active(doing: Doing, user: User, active: bool, *, reason: str = "") -> None:
    """Shut somebody out or let them in; the database then knows them no more."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(doing, user, {}, reason=reason)


def record(
    doing: Doing, user: User, details: dict[str, Any], *, reason: str = ""
) -> None:
    """Put into the log whose sign-in it was, by its number."""
    doing.record(
        doing.act,
        organisation=user.organisation_id,
        audience="own",
        reason=reason,
        number=user.pk,
        details=details,
    )


def record_request(doing: Doing, asked: SignInRequest, *, reason: str = "") -> None:
    """Put into the log what was asked; nobody is named."""
    doing.record(
        doing.act,
        organisation=asked.organisation_id,
        audience="commissioner",
        reason=reason,
        number=asked.user_id,
        details={"request": asked.reference, "kind": asked.kind, "role": asked.role},
    )


def _shown(user: User, password: str) -> ShownOnce:
    shown = ShownOnce({"Signs in with": user.email, "Password": password})
    shown.address = PLACE
    return shown
