"""The tally of requests, read from the database's own count."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow:
    """How an organisation asked in one month, or in all."""

    asker: str
    name: str
    month: str
    requests: int
    hours: int
    spent: int
    at_once: int
    short_notice: int
    overdue: int
    unreasonable: int

    @property
    def marks(self) -> int:
        """Count what stands against the asker."""
        return self.short_notice + self.overdue + self.unreasonable


NAMES = [one.name for one in fields(TallyRow)]
COUNTS = NAMES[3:]


def request_tally(today: date) -> list[TallyRow]:
    """Read the tally of the reader's chain, the latest month first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM fairness_request_tally(%s) ORDER BY month DESC, asker",
            [today],
        )
        return [
            TallyRow(**dict(zip(NAMES, row, strict=True))) for row in cursor.fetchall()
        ]


def tally_by_asker(rows: Sequence[TallyRow]) -> list[TallyRow]:
    """Add months up, the asker with most marks first."""
    totals: dict[str, dict[str, object]] = {}
    for row in rows:
        total = totals.setdefault(
            row.asker,
            {"asker": row.asker, "name": row.name, "month": ""}
            | dict.fromkeys(COUNTS, 0),
        )
        for name in COUNTS:
            total[name] = int(str(total[name])) + getattr(row, name)
    added = [TallyRow(**one) for one in totals.values()]  # type: ignore[arg-type]  # by the names of its own fields
    return sorted(added, key=lambda one: (-one.marks, one.name))
