"""The pages on which managers keep the sign-ins of their people.

What is asked about a commissioner's has a page of its own, for whoever confirms it.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.role_names import ROLE_NAMES
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.sign_in_acts import SIGN_IN_KEEPERS
from quasimarket.service.pages.sign_in_keeping import PLACE
from quasimarket.service.pages.sign_in_states import SIGN_IN_REQUEST
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.pages.things import the, thing_page
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import SignInRequest, User
from quasimarket.service.people.roles import COMMISSIONER_ROLES, Role
from quasimarket.service.people.scope import acting_as


MOST = 500
WHAT = {
    "make": gettext_lazy("Make a sign-in"),
    "mend": gettext_lazy("Help somebody who cannot sign in"),
    "resume": gettext_lazy("Let somebody sign in again"),
}


@require_safe
def people(request: Any) -> HttpResponse:
    """List the people who sign in, with what can be done about each."""
    actor = request.actor
    if actor.role not in SIGN_IN_KEEPERS:
        raise PermissionDenied
    rows = staff_of(actor)
    with_app = _with_app(rows)
    return show(
        request,
        "pages/people.html",
        title=_("People who sign in"),
        back="/",
        asked=_waiting_table() if actor.role is Role.CONTRACT_MANAGER else "",
        people=Table(
            caption=_("People who sign in"),
            caption_hidden=True,
            columns=(
                Column(heading=_("Name"), cell=lambda one: one.name),
                Column(heading=_("E-mail"), cell=lambda one: one.email),
                Column(
                    heading=_("Organisation"), cell=lambda one: one.organisation.name
                ),
                Column(heading=_("Role"), cell=lambda one: ROLE_NAMES[Role(one.role)]),
                Column(
                    heading=_("State"),
                    cell=lambda one: state_tag(
                        "active" if one.is_active else "stopped"
                    ),
                ),
                Column(heading=_("Has an app"), cell=lambda one: one.pk in with_app),
                Column(heading=_("Change"), cell=lambda one: changes(one, actor)),
            ),
            rows=rows,
            empty=_("Nobody signs in."),
        ),
    )


@seen_by(COMMISSIONER_ROLES)
def asked_sign_in(request: Any, reference: str) -> HttpResponse:
    """Show what is asked about a commissioner's sign-in, but not its address.

    Whoever confirms it types the address, as they have it from the person.
    """
    row = the(SignInRequest.objects.select_related("organisation"), reference)
    person = User.objects.filter(pk=row.user_id).first()
    asker = User.objects.filter(pk=row.asked_by).first()
    is_mine = row.asked_by == request.actor.id
    return thing_page(
        request,
        row,
        title=WHAT[row.kind],
        facts={
            _("For whom"): person.name if person else row.name,
            _("Role"): ROLE_NAMES[Role(row.role)],
            _("Organisation"): row.organisation.name,
            _("What was lost"): row.lost.replace("-", " "),
            _("Asked by"): asker.name if asker else "",
            _("Asked"): row.asked_at,
        },
        machine=SIGN_IN_REQUEST,
        back=PLACE if request.actor.role in SIGN_IN_KEEPERS else "/",
        also=lambda about: not is_mine,
        note=_("You asked for this: another person confirms it.")
        if is_mine and row.state == "asked"
        else "",
    )


def _waiting_table() -> Table[SignInRequest]:
    return Table(
        caption=_("Waiting for a second person"),
        columns=(
            Column(
                heading=_("What"),
                cell=lambda one: WHAT[one.kind],
                link=lambda one: one.get_absolute_url(),
            ),
            Column(
                heading=_("Name"),
                cell=lambda one: one.user.name if one.user else one.name,
            ),
            Column(heading=_("Role"), cell=lambda one: ROLE_NAMES[Role(one.role)]),
            Column(heading=_("Asked"), cell=lambda one: one.asked_at),
        ),
        rows=list(waiting().order_by("pk")[:MOST]),
        empty=_("Nothing waits."),
    )


def waiting() -> Any:
    """Give what was asked and is not decided."""
    return SignInRequest.objects.filter(state="asked")


def _with_app(rows: list[User]) -> set[int]:
    """Say who has an app; its secret is for its own person."""
    with acting_as(SYSTEM):
        found = Authenticator.objects.filter(
            user__in=[one.pk for one in rows], type=Authenticator.Type.TOTP
        )
        return set(found.values_list("user_id", flat=True))


def staff_of(actor: Actor) -> list[User]:
    """List a manager's own people; for the contract manager those of everybody."""
    rows = User.objects.exclude(role=Role.PARTICIPANT).select_related("organisation")
    if actor.role is not Role.CONTRACT_MANAGER:
        rows = rows.filter(organisation_id=actor.organisation)
    return list(rows.order_by("organisation_id", "name", "pk")[:MOST])


def changes(user: User, actor: Actor) -> object:
    """Link to what can be done about somebody else's sign-in."""
    if user.pk == actor.id:
        return _("Your own")
    acts = (
        [("mend-sign-in", _("Help")), ("suspend-sign-in", _("Suspend"))]
        if user.is_active
        else [("resume-sign-in", _("Let in again"))]
    )
    return format_html_join(
        " ", "{}", ((link(f"/do/{act}/{user.pk}/", words),) for act, words in acts)
    )
