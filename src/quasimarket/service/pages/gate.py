"""Which roles a page is for; what of it they see is settled by the database."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quasimarket.service.people.roles import Role


View = Callable[..., HttpResponse]


def seen_by(roles: Iterable[Role]) -> Callable[[View], View]:
    """Open a page to some roles; it only shows, so it is asked for safely."""
    allowed = frozenset(roles)

    def gated(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if request.actor.role not in allowed:
                raise PermissionDenied
            return view(request, *args, **named)

        shown: Any = require_safe(checked)
        shown.roles = allowed
        return shown

    return gated


def roles_of(view: View) -> frozenset[Role]:
    """Give the roles that a gated view is for."""
    found: frozenset[Role] = getattr(view, "roles", frozenset())
    return found
