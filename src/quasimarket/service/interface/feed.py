"""The log as programs follow it: in the order of commits, so that nothing is missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from quasimarket.service.log.models import LogEvent


BATCHES = 20
"""How many stretches of others' doings are passed over before an empty page."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A place in the log: a block in the order of commits, and an event in it."""

    sequence: int = 0
    event: int = 0

    @classmethod
    def of(cls, text: str) -> "Place":
        """Read "12.3456"."""
        sequence, _, event = text.partition(".")
        return cls(sequence=int(sequence), event=int(event or 0))

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.sequence}.{self.event}"


def head() -> str:
    """Give the place at the log's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT interface_head()")
        return str(cursor.fetchone()[0])


def events_after(
    place: Place,
    limit: int,
    *,
    kinds: Sequence[str] = (),
    since: datetime | None = None,
) -> tuple[list[LogEvent], Place]:
    """Give events that the scope may read, and the place to go on from.

    No events and another place than before: only others' doings stood between; go on.
    No events and the same place: the end.
    """
    wanted = Q(kind__in=kinds) if kinds else Q()
    if since is not None:
        wanted &= Q(written_at__gte=since)
    for _ in range(BATCHES):
        blocks = _blocks(place, since)
        if not blocks:
            return [], place
        found = _in_blocks(blocks, place, wanted, limit)
        if len(found) == limit:
            return [row for row, _ in found], found[-1][1]
        place = Place(sequence=blocks[-1][1], event=blocks[-1][2])
        if found:
            return [row for row, _ in found], place
    return [], place


def _blocks(place: Place, since: datetime | None) -> list[tuple[int, int, int]]:
    """Give the next blocks (number, sequence, last event), a few thousand rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM interface_blocks_after(%s, %s)", [place.sequence, since]
        )
        rows = cursor.fetchall()
    return [row for row in rows if Place(sequence=row[1], event=row[2]) > place]


def _in_blocks(
    blocks: list[tuple[int, int, int]], place: Place, wanted: Q, limit: int
) -> list[tuple[LogEvent, Place]]:
    sequence_of = {block: sequence for block, sequence, _ in blocks}
    rows: Any = LogEvent.objects.filter(wanted, block__in=list(sequence_of))
    if len(blocks) == 1:  # it may be long: go along the ids
        if place.sequence == blocks[0][1]:
            rows = rows.filter(id__gt=place.event)
        rows = rows.filter(id__lte=blocks[0][2]).order_by("id")[:limit]
    found = [
        (row, Place(sequence=sequence_of[row.block], event=row.id)) for row in rows
    ]
    found.sort(key=lambda pair: pair[1])
    return [pair for pair in found if pair[1] > place][:limit]
