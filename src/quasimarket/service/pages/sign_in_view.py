"""The page on which managers keep the sign-ins of their people."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.sign_in_acts import SIGN_IN_KEEPERS
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import Role


MOST = 500


@require_safe
def people(request: Any) -> HttpResponse:
    """List the people who sign in, with what can be done about each."""
    actor = request.actor
    if actor.role not in SIGN_IN_KEEPERS:
        raise PermissionDenied
    rows = staff_of(actor)
    with_app = set(
        Authenticator.objects.filter(
            user__in=rows, type=Authenticator.Type.TOTP
        ).values_list("user_id", flat=True)
    )
    return show(
        request,
        "pages/people.html",
        title=_("People who sign in"),
        back="/",
        people=Table(
            caption=_("People who sign in"),
            caption_hidden=True,
            columns=(
                Column(heading=_("Name"), cell=lambda one: one.name),
                Column(heading=_("E-mail"), cell=lambda one: one.email),
                Column(
                    heading=_("Organisation"), cell=lambda one: one.organisation.name
                ),
                Column(heading=_("Role"), cell=lambda one: one.role.replace("-", " ")),
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
