"""Every request in one transaction, with the scope of whoever asks.

The outer middleware opens the transaction before the session is read; the inner one
narrows the scope once it is known who asks. A page that fails undoes what it did.
"""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse

from quasimarket.service.people.actor import SIGN_IN, Actor
from quasimarket.service.people.scope import set_scope


Next = Callable[[HttpRequest], HttpResponse]


class RequestScope:
    """Open the request's transaction, with what signing in needs and no more."""

    def __init__(self, get_response: Next) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside a transaction."""
        with transaction.atomic():
            set_scope(SIGN_IN)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


class UserScope:
    """Give the request the scope of the person who is signed in, if one is."""

    def __init__(self, get_response: Next) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Set the actor, then the scope; sessions are saved after it ends."""
        request.actor = SIGN_IN
        if request.user.is_authenticated:
            request.actor = Actor.of_user(request.user)
            set_scope(request.actor)
        response = self.get_response(request)
        try:
            set_scope(SIGN_IN)
        except DatabaseError:  # the page broke the transaction: nothing of it is kept
            transaction.set_rollback(True)
        return response
