"""Tell organisations of events: signed, in order, at least once, and not for ever.

A message that is not taken is sent again, later each time; after ten failures in a row
the address is paused until its organisation resumes it. Receivers tell repeats by the
events' ids.
"""

import hashlib
import hmac
import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from quasimarket.service.acting import clock
from quasimarket.service.interface.addresses import (
    AddressRefused,
    is_trial,
    looked_up,
)
from quasimarket.service.interface.feed import Place, events_after
from quasimarket.service.interface.models import Webhook
from quasimarket.service.interface.shapes import EventSeen, event_seen
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.scope import acting_as


MOST_EVENTS = 100
MOST_FAILURES = 10
LEASE = timedelta(minutes=2)
"""How long one worker has a webhook to itself."""
SECONDS = 10
SIGNATURE = "Quasimarket-Signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: what is sent, and where the log stands when it has arrived."""

    webhook: int
    address: str
    secret: str
    was: str
    becomes: str
    body: bytes
    """Empty where nothing is to be told, though the log has gone on."""
    may_be_own: bool


def deliver_all() -> int:
    """Send every webhook what it has not been told; give how many messages arrived."""
    arrived = 0
    for webhook in _due():
        while (message := _next_message(webhook)) is not None:
            outcome = send(message) if message.body else ""
            _note(message, outcome)
            if outcome:
                break
            arrived += bool(message.body)
    return arrived


def signature_of(secret: str, at: int, body: bytes) -> str:
    """Sign a message: "t=1700000000,v1=5257a8..."; the time guards against replays."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={digest.hexdigest()}"


def send(message: Message) -> str:
    """Send a message; give blank if it was taken, else why not."""
    now = int(datetime.now(UTC).timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "quasimarket-webhooks/1",
        SIGNATURE: signature_of(message.secret, now, message.body),
    }
    try:
        parts, ip, port = looked_up(message.address, may_be_own=message.may_be_own)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line = _Line(parts.hostname or "", ip, port, is_safe=parts.scheme == "https")
        try:
            line.request("POST", path, body=message.body, headers=headers)
            status = line.getresponse().status  # a redirect is not followed
        finally:
            line.close()
    except AddressRefused as error:
        return f"refused: {error}"
    except (OSError, http.client.HTTPException) as error:
        return f"not reached: {type(error).__name__}"
    return "" if 200 <= status < 300 else f"answered {status}"


class _Line(http.client.HTTPConnection):
    """A connection to an address that was judged, under the name that was given."""

    def __init__(self, host: str, ip: str, port: int, *, is_safe: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._ip = ip
        self._is_safe = is_safe

    def connect(self) -> None:
        self.sock = socket.create_connection((self._ip, self.port), SECONDS)
        if self._is_safe:
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host
            )


def _due() -> list[int]:
    """Take the webhooks that may be tried, for a while."""
    now = datetime.now(UTC)
    with acting_as(SYSTEM):
        rows = Webhook.objects.select_for_update(skip_locked=True).filter(
            Q(next_try__isnull=True) | Q(next_try__lte=now), is_paused=False
        )
        taken = list(rows.values_list("pk", flat=True))
        Webhook.objects.filter(pk__in=taken).update(next_try=now + LEASE)
    return taken


def _next_message(webhook: int) -> Message | None:
    with acting_as(SYSTEM):
        row = Webhook.objects.select_related("key__made_by").get(pk=webhook)
        key = row.key
        if key.ended_at or key.expires_at <= clock.now() or not key.made_by.is_active:
            Webhook.objects.filter(pk=webhook).update(
                is_paused=True, last_outcome="its key has ended"
            )
            return None
        may_be_own = is_trial()
    with acting_as(Actor.of_key(key)):
        events, place = events_after(
            Place.of(row.after), MOST_EVENTS, kinds=tuple(row.kinds)
        )
        seen = [event_seen(one) for one in events]
    if str(place) == row.after:
        _release(webhook)
        return None
    return Message(
        webhook=webhook,
        address=row.address,
        secret=row.secret,
        was=row.after,
        becomes=str(place),
        body=_body(row.reference, str(place), seen) if seen else b"",
        may_be_own=may_be_own,
    )


def _body(reference: str, place: str, events: list[EventSeen]) -> bytes:
    said: dict[str, Any] = {
        "webhook": reference,
        "message": f"{reference}-{place}",
        "events": [one.model_dump(mode="json") for one in events],
    }
    return json.dumps(said, separators=(",", ":")).encode()


def _release(webhook: int) -> None:
    with acting_as(SYSTEM):
        Webhook.objects.filter(pk=webhook).update(next_try=None)


def _note(message: Message, outcome: str) -> None:
    """Keep how it went; another worker may have told the same in the meantime."""
    with acting_as(SYSTEM):
        row = Webhook.objects.select_for_update().get(pk=message.webhook)
        if not outcome:
            if row.after == message.was:
                row.after = message.becomes
            row.failures = 0
        else:
            row.failures += 1
            wait = timedelta(minutes=2 ** min(row.failures, 8) / 2)
            row.next_try = datetime.now(UTC) + wait
            row.is_paused = row.failures >= MOST_FAILURES
        row.last_outcome = outcome or "taken"
        row.save()
