"""Who calls: a key in the header, whose scope the rest of the call has."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from quasimarket.service.acting import clock
from quasimarket.service.acting.refusals import Refused
from quasimarket.service.interface import keys
from quasimarket.service.interface.pace import keep_pace
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.scope import set_scope


class ReadsOnly(Refused):
    """The key may read and not write."""


class KeyInHeader(HttpBearer):
    """`Authorization: Bearer qmk_...`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Find the key, count the call, and let the rest of it be in its scope."""
        row = keys.find(token, clock.now())
        if row is None:
            return None
        request.actor = Actor.of_key(row)
        request.api_key = row
        set_scope(request.actor)
        keep_pace()
        if request.method not in ("GET", "HEAD") and "write" not in row.scopes:
            raise ReadsOnly
        return row
