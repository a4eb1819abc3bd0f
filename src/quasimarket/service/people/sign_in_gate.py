"""What stands between a request and a page: a sign-in, a second factor, a promise.

Whoever is not signed in is sent to sign in, and whoever signs in with a password that
somebody else made is sent to change it. Staff without an authenticator app set one
up before anything else, then accept the code of conduct. Participants need neither.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quasimarket.service.people.roles import Role


OPEN = ("/accounts/", "/static/", "/i18n/")
"""Addresses that look after themselves."""
OWN_KEYS = ("/api/",)
"""Addresses that know their callers by other means."""


class SignInGate:
    """Send whoever may not yet go on to where they can mend that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the gate stands before its view."""
        return self.get_response(request)

    def process_view(
        self,
        request: Any,
        view: Callable[..., HttpResponse],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> HttpResponse | None:
        """Let a request through, or say where to go first."""
        if request.path.startswith((*OPEN, *OWN_KEYS)):
            return None
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return before_work(request, named)


def before_work(request: Any, named: dict[str, Any]) -> HttpResponse | None:
    """Say what somebody must do before their first page, if anything."""
    if request.user.was_given_secret:
        return HttpResponseRedirect(reverse("account_change_password"))
    if request.user.role == Role.PARTICIPANT:
        return None
    if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    if request.user.accepted_conduct is None and named.get("act") != "accept-conduct":
        return HttpResponseRedirect(reverse("pages:conduct"))
    return None
