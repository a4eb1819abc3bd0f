"""The published statistics: counts by contract, group and month, and their metadata."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from quasimarket.service.people.roles import COMMISSIONER_ROLES, Role


READERS = (*COMMISSIONER_ROLES, Role.AUDITOR, Role.RESEARCHER, Role.MERLIN_ASSESSOR)
"""Whose work the page of statistics is; every key may read them as well."""
FIRST = "0000-00"
LAST = "9999-99"
SUPPRESSED = "[c]"
"""Confidential, as official statistics mark it."""
EVERY = "all"
CSV_NAME = "statistics.csv"
COLUMNS = (
    ("measure", "Measure", "string",
     "referrals, attachments, or the milestone that was validated first"),
    ("month", "Month", "gYearMonth", "The month in which it happened"),
    ("contract", "Contract", "string", "The contract; `all` is every contract"),
    ("group", "Payment group", "string", "The group; `all` is every group"),
    ("people", "People", "integer",
     "Rounded to the nearest 5; [c] where fewer than 5, or where that would show"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published figure."""

    measure: str
    month: str
    contract: str
    group: str
    people: int | None
    """None is suppressed."""

    @property
    def shown(self) -> str:
        """Give it as it is published."""
        return SUPPRESSED if self.people is None else str(self.people)


def published(first: str = FIRST, last: str = LAST) -> list[Figure]:
    """Give the figures of some months ("2012-03"), both included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM published_statistics(%s, %s)", [first, last])
        return [
            Figure(
                measure=measure,
                month=month,
                contract=contract or EVERY,
                group=group or EVERY,
                people=people,
            )
            for measure, month, contract, group, people in cursor.fetchall()
        ]


def as_csv(figures: Sequence[Figure]) -> str:
    """Write the figures as the CSV that `metadata` describes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([name for name, *_ in COLUMNS])
    writer.writerows(
        [one.measure, one.month, one.contract, one.group, one.shown] for one in figures
    )
    return buffer.getvalue()


def metadata(programme: str) -> dict[str, Any]:
    """Describe the CSV as the W3C's CSV on the Web has it."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": CSV_NAME,
        "dc:title": f"{programme}: people by contract, group and month",
        "dc:description": (
            "Each month stands once it and the next are over, from what was known by "
            "then, and is not revised. Counts under 5 are suppressed, others rounded "
            "to the nearest 5, so columns do not add up exactly. A missing row is 0."
        ),
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "dc:title": title,
                    "dc:description": meaning,
                    "datatype": datatype,
                    "required": name != "people",
                    **({"null": [SUPPRESSED]} if name == "people" else {}),
                }
                for name, title, datatype, meaning in COLUMNS
            ],
            "primaryKey": ["measure", "month", "contract", "group"],
            "aboutUrl": "#row={_row}",
        },
    }
