"""How far the benefit feed reaches: a claim is accepted only within it."""

import hashlib
from datetime import date, datetime

from quasimarket.service.claims.models import FeedImport
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


def note_coverage(feed: str, covers_to: date, now: datetime) -> None:
    """Note that a feed had no news up to a day; doing it again changes nothing."""
    digest = hashlib.sha256(f"{feed}|{covers_to}|no news".encode()).hexdigest()
    with acting_as(SYSTEM):
        FeedImport.objects.get_or_create(
            feed=feed,
            digest=digest,
            defaults={
                "reference": f"{feed}-{covers_to}",
                "covers_to": covers_to,
                "at": now,
                "by": 0,
            },
        )


def covered_to(feed: str) -> date | None:
    """Give the last day that a feed knows of."""
    latest = FeedImport.objects.filter(feed=feed).order_by("-covers_to").first()
    return latest.covers_to if latest else None
