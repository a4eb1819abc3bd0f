"""What is shown when the database is away, and how long a statement may take."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from quasimarket.service.pages import error_pages


AWAY = ("08", "53", "55P03", "57")
"""No connection, no room for one more, a lock not had, stopped or broken off."""
READING = "15s"
"""A page that takes longer is broken off: nobody waits for it, and others would."""
WRITING = "110s"
"""An import or a month of payments; a little less than a worker may take."""


def our_fault(request: HttpRequest) -> HttpResponse:
    """Answer a fault of our own: 503 if it is that the database is away, else 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, Exception) or not is_away(error):
        return error_pages.our_fault(request)
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            {
                "type": "urn:quasimarket:problem:unavailable",
                "title": "The service is unavailable.",
                "status": 503,
            },
            status=503,
            content_type="application/problem+json",
        )
        response["Retry-After"] = "60"
        return response
    return error_pages.unavailable(request, error)


def is_away(error: Exception) -> bool:
    """Whether the database cannot be reached, or not in time.

    PostgreSQL counts a missing scope among these errors, which is a fault of ours.
    """
    if isinstance(error, InterfaceError):
        return True
    state = getattr(error.__cause__, "sqlstate", None) or "08000"
    return isinstance(error, OperationalError) and state.startswith(AWAY)


class StatementLimits:
    """Limit how long a statement of a request may take; its transaction is open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the limit for the length of the transaction."""
        limit = READING if request.method in ("GET", "HEAD") else WRITING
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), "
                "set_config('lock_timeout', '10s', true)",
                [limit],
            )
        return self.get_response(request)
