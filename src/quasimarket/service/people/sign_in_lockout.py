"""What the lock on repeated wrong passwords needs to know, and what it shows."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def username_of(
    request: HttpRequest | None, credentials: Mapping[str, Any] | None = None
) -> str:
    """Give the e-mail address tried, in one spelling: A@X and a@x are one person."""
    given = dict(credentials or {})
    tried = given.get("email") or given.get("username")
    if not tried and request is not None:
        tried = request.POST.get("login", "")
    return str(tried or "").strip().lower()


def locked_out(
    request: HttpRequest, credentials: Mapping[str, Any], *_: Any, **__: Any
) -> HttpResponse:
    """Say that there were too many tries, whether or not there is such a person."""
    return render(request, "people/locked_out.html", status=429)
