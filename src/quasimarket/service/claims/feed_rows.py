"""The rows of a feed, read from CSV: faults are coded, order and repeats harmless."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


COLUMNS = ("record", "participant", "first_day", "last_day", "as_at")
MOST_ROWS = 200_000
MOST_BYTES = 20_000_000
_RECORD = re.compile(r"[A-Za-z0-9._/-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One record of a feed, as the sending system had it on a day."""

    record: str
    participation: int
    first_day: date
    last_day: date | None
    as_at: date

    @property
    def order(self) -> tuple[date, date, date]:
        """Give what decides between two words on one record: the later stands."""
        return (self.as_at, self.last_day or date.max, self.first_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """A file as it was read."""

    rows: tuple[FeedRow, ...]
    """One a record: the latest word on it."""
    count: int
    rejected: tuple[dict[str, Any], ...]
    """Each with its row number, cells and faults."""


def read_feed(
    content: str, covers_to: date, find: Callable[[set[str]], Mapping[str, int]]
) -> FeedFile:
    """Read a feed's file.

    Args:
        content: the file: CSV with the columns record, participant, first_day,
            last_day and as_at; a participant is a reference or a National Insurance
            number.
        covers_to: the last day that the feed knows of.
        find: gives the participations of references and numbers.

    Raises:
        ValueError: it is no such file at all.
    """
    reader = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"the file lacks the columns {', '.join(missing)}")
    lines = list(reader)
    if len(lines) > MOST_ROWS:
        raise ValueError(f"the file has more than {MOST_ROWS:,} rows")
    people = find({_cell(line, "participant") for line in lines} - {""})
    kept: dict[str, FeedRow] = {}
    rejected = []
    for number, line in enumerate(lines, 2):
        row, faults = _row(line, people, covers_to)
        if row is not None and row.record in kept:
            other = kept[row.record]
            if other.participation != row.participation:
                faults = [_fault("record", "record-of-another", row.record)]
            elif other.order >= row.order:
                continue
        if faults:
            cells = {name: _cell(line, name) for name in COLUMNS}
            rejected.append({"row": number, "cells": cells, "faults": faults})
        elif row is not None:
            kept[row.record] = row
    return FeedFile(
        rows=tuple(kept[record] for record in sorted(kept)),
        count=len(lines),
        rejected=tuple(rejected),
    )


FAULTS = {
    "record-missing": (
        "has no record number that can be used",
        "Give the record's own number: letters, digits and . _ / - only.",
    ),
    "record-of-another": (
        "is the record number of another person's record",
        "Give each record a number of its own.",
    ),
    "person-unknown": (
        "is nobody on this programme",
        "Give the participant's reference or National Insurance number.",
    ),
    "day-unreadable": ("is not a day", "Write days as YYYY-MM-DD."),
    "ends-before-start": (
        "is before the first day",
        "Correct the days; leave the last day blank while it goes on.",
    ),
    "after-coverage": (
        "is after the day to which the feed reaches",
        "Give a later day to which it reaches, or correct the day.",
    ),
    "reopened": (
        "was given an end before, and now has none",
        "Send what followed as a new record.",
    ),
}
"""Code -> what is wrong with the cell, and what mends it."""


def _fault(field: str, code: str, found: str) -> dict[str, str]:
    wrong, remedy = FAULTS[code]
    return {
        "field": field,
        "code": code,
        "message": f"“{found}” {wrong}.",
        "remedy": remedy,
    }


def fault(field: str, code: str, found: object) -> dict[str, str]:
    """Say what is wrong with a cell: coded, in words, with what mends it."""
    return _fault(field, code, str(found))


def _row(
    line: Mapping[str, Any], people: Mapping[str, int], covers_to: date
) -> tuple[FeedRow | None, list[dict[str, str]]]:
    faults = []
    record = _cell(line, "record")
    if not _RECORD.fullmatch(record):
        faults.append(_fault("record", "record-missing", record[:60]))
    named = _cell(line, "participant")
    if named not in people:
        faults.append(_fault("participant", "person-unknown", named[:40]))
    days: dict[str, date | None] = {}
    for name in ("first_day", "last_day", "as_at"):
        text = _cell(line, name)
        days[name] = _day(text)
        if days[name] is None and (text or name != "last_day"):
            faults.append(_fault(name, "day-unreadable", text[:20]))
    first_day, last_day, as_at = days["first_day"], days["last_day"], days["as_at"]
    if first_day and last_day and last_day < first_day:
        faults.append(_fault("last_day", "ends-before-start", str(last_day)))
    if as_at and as_at > covers_to:
        faults.append(_fault("as_at", "after-coverage", str(as_at)))
    if faults or first_day is None or as_at is None:
        return None, faults
    return (
        FeedRow(
            record=record,
            participation=people[named],
            first_day=first_day,
            last_day=last_day,
            as_at=as_at,
        ),
        [],
    )


def _cell(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    return value.strip() if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
