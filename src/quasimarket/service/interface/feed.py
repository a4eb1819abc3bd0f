"""The log as programs follow it: in the order of commits, so that nothing is missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

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

    def in_block(self, block: "Block") -> bool:
        """Whether it lies in a block."""
        return self.sequence == block.sequence


class Block(NamedTuple):
    """A block of the log: its number, its place in the order, its first and last id."""

    block: int
    sequence: int
    first: int
    last: int

    @property
    def end(self) -> Place:
        """Give the place after its last event."""
        return Place(sequence=self.sequence, event=self.last)


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
        place = blocks[-1].end
        if found:
            return [row for row, _ in found], place
    return [], place


def _blocks(place: Place, since: datetime | None) -> list[Block]:
    """Give the next blocks, a few thousand rows."""
    rows = _blocks_from(place.sequence, since)
    left = [row for row in rows if row.end > place]
    if rows and not left:  # a long one that was read to its end: what follows it?
        left = _blocks_from(rows[-1].sequence + 1, since)
    return left


def _blocks_from(sequence: int, since: datetime | None) -> list[Block]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT block, sequence, first_event, last_event "
            "FROM interface_blocks_after(%s, %s)",
            [sequence, since],
        )
        return [Block(*row) for row in cursor.fetchall()]


def _in_blocks(
    blocks: list[Block], place: Place, wanted: Q, limit: int
) -> list[tuple[LogEvent, Place]]:
    sequence_of = {one.block: one.sequence for one in blocks}
    rows: Any = LogEvent.objects.filter(wanted, block__in=list(sequence_of))
    if len(blocks) == 1:  # it may be long: go along the ids, from its own first
        [one] = blocks
        first = max(one.first, place.event + 1) if place.in_block(one) else one.first
        rows = rows.filter(id__gte=first, id__lte=one.last).order_by("id")[:limit]
    found = [
        (row, Place(sequence=sequence_of[row.block], event=row.id)) for row in rows
    ]
    found.sort(key=lambda pair: pair[1])
    return [pair for pair in found if pair[1] > place][:limit]
