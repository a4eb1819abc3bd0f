"""Keys: made once, shown once, kept as a digest, and ended by a day at the latest."""

import hashlib
import secrets
from datetime import datetime

from quasimarket.service.people.models import ApiKey


MARK = "qmk"
"""Every key begins so: whoever finds one in a file knows what it is."""


def new_key() -> tuple[str, str]:
    """Give a new key and its prefix."""
    prefix = secrets.token_hex(5)
    return f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}", prefix


def digest_of(key: str) -> str:
    """Give what is kept of a key: long random text needs no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def find(key: str, now: datetime) -> ApiKey | None:
    """Give the key's row, if it is one that still opens; the scope is sign-in."""
    parts = key.split("_", 2)
    if len(parts) != 3 or parts[0] != MARK:
        return None
    row = ApiKey.objects.filter(
        prefix=parts[1], ended_at__isnull=True, expires_at__gt=now
    ).first()
    if row is None or not secrets.compare_digest(row.digest, digest_of(key)):
        return None
    return row
