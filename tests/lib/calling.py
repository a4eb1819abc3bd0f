"""Programs that call the interface, each with a key."""

import json
import secrets
from datetime import UTC, datetime, timedelta

from django.test import Client

from quasimarket.service.interface.keys import digest_of, new_key
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import ApiKey
from quasimarket.service.people.scope import acting_as


NOON = datetime(2013, 6, 14, 12, tzinfo=UTC)


def make_key(world, who, *, may=("read", "write"), days=30):
    """Make a key for somebody's organisation; give its text."""
    actor = world.at(who)
    key, prefix = new_key()
    with acting_as(SYSTEM):
        ApiKey.objects.create(
            prefix=prefix,
            digest=digest_of(key),
            name="a test",
            organisation_id=actor.organisation,
            role=actor.role,
            scopes=list(may),
            made_by_id=actor.id,
            made_at=NOON,
            expires_at=NOON + timedelta(days=days),
        )
    return key


class Caller:
    """A client that sends one key with every call."""

    def __init__(self, key=None):
        self.client = Client(raise_request_exception=False)
        self.headers = {"authorization": f"Bearer {key}"} if key else {}

    def get(self, path, **headers):
        return self.client.get(f"/api/v1{path}", headers=self._with(headers))

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"/api/v1{path}",
            data=body if isinstance(body, str) else json.dumps(body or {}),
            content_type="application/json",
            headers=self._with(headers),
        )

    def acknowledge(self, case, day="2013-06-13", **headers):
        """Acknowledge a referral: the act that these tests do."""
        return self.post(
            f"/participations/{case}/acknowledge-referral",
            {"acknowledged_on": day},
            **headers,
        )

    def _with(self, headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.headers | named


def idempotency_key():
    return secrets.token_hex(8)
