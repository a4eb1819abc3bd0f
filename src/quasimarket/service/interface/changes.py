"""What has changed since a moment: pages of rows about people of whom there is news.

While little is new it is read from the news; when much is, along the rows, each page of
which is asked whether there is news of it. Either way a page costs what it shows.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from quasimarket.service.interface.shapes import Page
from quasimarket.service.log.models import LogEvent


FEW = 20_000
"""Events that are read to the end for the sake of a page."""
AT_ONCE = 1_000
"""Rows that are asked about together."""
Paged = tuple[list[Any], int | None]


class Reader(Protocol):
    """Reads rows after an id in their order, of some people or of all."""

    def __call__(
        self, last: int, size: int, /, *, people: Collection[int] | None = None
    ) -> Sequence[Any]:
        """Give at most so many rows."""


def paged_news(
    read: Reader, page: Page, since: datetime | None, person: Callable[[Any], int]
) -> Paged:
    """Give a page of rows by id, and where the next begins; None at the end.

    Args:
        read: reads the rows.
        page: where to go on, and how many.
        since: only rows about people of whom there is news since then.
        person: the id of the participation that a row is about.
    """
    if since is None:
        found = list(read(page.after, page.limit))
    elif (few := _few_with_news(since)) is not None:
        found = list(read(page.after, page.limit, people=few))
    else:
        found = _along(read, page, since, person)
    return found, found[-1].id if len(found) == page.limit else None


def _few_with_news(since: datetime) -> set[int] | None:
    """Give the participations of which the log has something newer, if it is little."""
    rows = LogEvent.objects.filter(written_at__gte=since, participation__isnull=False)
    found = list(rows.values_list("participation", flat=True)[: FEW + 1])
    return set(found) if len(found) <= FEW else None


def _along(
    read: Reader, page: Page, since: datetime, person: Callable[[Any], int]
) -> list[Any]:
    found: list[Any] = []
    last = page.after
    while len(found) < page.limit and (rows := list(read(last, AT_ONCE))):
        people = {person(one) for one in rows}
        news = LogEvent.objects.filter(participation__in=people, written_at__gte=since)
        of = set(news.values_list("participation", flat=True).distinct())
        found += [one for one in rows if person(one) in of]
        last = rows[-1].id
    return found[: page.limit]
