"""The supply-chain register: what was promised against what flowed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from quasimarket.service.programme.models import Position


FLOWED = """
SELECT position_id, count(*) FILTER (WHERE referred > %(today)s - 365), count(*)
FROM participation_participation
WHERE position_id IS NOT NULL AND state <> 'cancelled' GROUP BY 1
"""
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place of the register."""

    place: Position
    last_year: int
    in_all: int
    promised: int
    """For the time in the last year that the place was in the chain."""

    @property
    def kept(self) -> float | None:
        """Give the flow as a share of the promise, in per cent."""
        return round(100 * self.last_year / self.promised, 1) if self.promised else None


def register(today: date) -> list[Entry]:
    """List the places that the reader may see, with what was promised and what came."""
    with connection.cursor() as cursor:
        cursor.execute(FLOWED, {"today": today})
        flowed = {place: (last, every) for place, last, every in cursor.fetchall()}
    return [
        Entry(
            place=place,
            last_year=flowed.get(place.pk, (0, 0))[0],
            in_all=flowed.get(place.pk, (0, 0))[1],
            promised=promised_in_year(place, today),
        )
        for place in Position.objects.select_related(
            "organisation", "contract__prime"
        ).order_by("contract_id", "tier", "pk")
    ]


def promised_in_year(place: Position, today: date) -> int:
    """Give the promise for the part of the last year that the place was there."""
    begins = max(place.since, today - YEAR)
    ends = min(place.ended_on or today, today)
    days = max((ends - begins).days, 0)
    return round(place.promised_yearly * min(days, 365) / 365)
