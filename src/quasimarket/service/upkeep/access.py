"""Note who looked at what: every page, search, export and call, and failed sign-ins.

An entry is written after the request's own transaction, so that it stands though the
page failed. What is noted is the route and an opaque reference, never what was typed.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from quasimarket.service.people.actor import SIGN_IN, Actor
from quasimarket.service.people.scope import acting_as


UNKNOWN = "(no such page)"
FAILED = "failed"
_INSERT = (
    "INSERT INTO log_accessentry (at, actor_kind, actor, organisation, method, route, "
    "subject, status, milliseconds) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


class AccessLog:
    """Write an entry for each request; a request that cannot be noted fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Answer, then note it. When the database is away there is nowhere to."""
        began = time.monotonic()
        response = self.get_response(request)
        if response.status_code != 503:
            note(request, response, int((time.monotonic() - began) * 1000))
        return response


def note(request: Any, response: HttpResponse, milliseconds: int) -> None:
    """Write the entry. It gives nothing back: who is noted may not read it."""
    actor: Actor = getattr(request, "actor", SIGN_IN)
    with acting_as(SIGN_IN), connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                datetime.now(UTC),
                actor.kind,
                actor.id,
                actor.organisation,
                (request.method or "")[:8],
                route_of(request)[:200],
                subject_of(request, response)[:120],
                response.status_code,
                milliseconds,
            ],
        )


def route_of(request: HttpRequest) -> str:
    """Give the route's pattern, and whether a file was asked for."""
    match = request.resolver_match
    if match is None:
        return UNKNOWN
    return str(match.route) + (
        "?format=csv" if request.GET.get("format") == "csv" else ""
    )


def subject_of(request: Any, response: HttpResponse) -> str:
    """Give what was looked at, if it was there: else it is only what was typed."""
    if getattr(request, "sign_in_failed", False):
        return FAILED
    if request.resolver_match is None or response.status_code >= 400:
        return ""
    return " ".join(str(part) for part in request.resolver_match.kwargs.values())


@receiver(user_login_failed)
def _failed(sender: object, request: Any = None, **rest: Any) -> None:
    if request is not None:
        getattr(request, "_request", request).sign_in_failed = True
