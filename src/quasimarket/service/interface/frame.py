"""What every answer of the interface has in common, whatever made it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from quasimarket.service.interface.problems import problem
from quasimarket.service.programme.read_once import found_programme


View = Callable[..., HttpResponse]
SANDBOX = "X-Quasimarket-Sandbox"


def framed(view: View) -> View:
    """Mark a demonstration's answers, keep them out of caches, and say 404 and 405."""

    @wraps(view)
    def answer(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        # Asked first: a call that failed may leave no transaction to ask in.
        row = found_programme()
        is_sandbox = row is not None and row.is_demonstration
        response = _answer(view, request, *given, **named)
        response["Cache-Control"] = "no-store"
        if is_sandbox:
            response[SANDBOX] = "true"
        return response

    return answer


def _answer(
    view: View, request: HttpRequest, *given: Any, **named: Any
) -> HttpResponse:
    try:
        response = view(request, *given, **named)
    except Http404:
        return unknown(request)
    if response.status_code == 405:
        said = problem(405, "method", "This address does not take that method.")
        said["Allow"] = response["Allow"]
        return said
    return response


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Say that there is no such address."""
    return problem(404, "no-such-address", "The interface has no such address.")
