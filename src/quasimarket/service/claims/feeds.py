"""Bring a feed in: what is new goes into the records, and what it says into the log."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Model

from quasimarket.events import EventKind
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.claims.feed_rows import (
    MOST_BYTES,
    FeedFile,
    FeedRow,
    fault,
    read_feed,
)
from quasimarket.service.claims.matching import match_records
from quasimarket.service.claims.models import (
    BenefitRecord,
    EmploymentRecord,
    FeedImport,
)
from quasimarket.service.participation.models import BenefitSpell, Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


FEEDS: dict[str, type[Model]] = {
    "benefit": BenefitRecord,
    "employment": EmploymentRecord,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record that the file makes or changes."""

    row: FeedRow
    before: BenefitRecord | EmploymentRecord | None


def bring_in(
    feed: str, content: str, covers_to: date, doing: Doing, *, dry_run: bool
) -> FeedImport:
    """Bring a feed's file in, or say what bringing it in would do.

    Args:
        feed: benefit or employment.
        content: the file.
        covers_to: the feed knows everything up to this day.
        doing: who does it, and when.
        dry_run: nothing is kept, and the import that is given is not in the database.

    Raises:
        Refusal: it is no such file, or it reaches into the future.
    """
    digest = hashlib.sha256(f"{feed}|{covers_to}|{content}".encode()).hexdigest()
    _refuse_unfit(content, covers_to, doing.today)
    with acting_as(SYSTEM):
        known = FeedImport.objects.filter(feed=feed, digest=digest).first()
        if known is not None:
            return known
        try:
            file = read_feed(content, covers_to, _people)
        except ValueError as error:
            raise refuse(
                "no-such-file",
                f"This is not a file of the feed: {error}.",
                field="content",
                remedy="Send CSV with the columns record, participant, first_day, "
                "last_day and as_at.",
            ) from error
        changes, rejected = _changes(feed, file)
        brought = FeedImport(
            reference=f"{feed}-{covers_to}-{digest[:8]}",
            feed=feed,
            covers_to=covers_to,
            digest=digest,
            at=doing.now,
            by=doing.actor.id,
            rows=file.count,
            accepted=len(changes),
            unchanged=file.count - len(changes) - len(rejected),
            rejected=rejected,
        )
        if not dry_run:
            brought.save()
            _keep(brought, changes, doing)
        return brought


def _refuse_unfit(content: str, covers_to: date, today: date) -> None:
    if covers_to > today:
        raise refuse(
            "covers-the-future",
            "A feed cannot know what is to come.",
            field="covers_to",
            remedy="Give the day on which the feed was made, or an earlier one.",
        )
    if len(content.encode()) > MOST_BYTES or "\x00" in content:
        raise refuse(
            "file-unfit",
            "The file is too large, or it is not text.",
            field="content",
            remedy="Part it into files of less than 20 megabytes of CSV.",
        )


def _people(named: set[str]) -> Mapping[str, int]:
    """Find participations by reference, or by National Insurance number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n, min(p.id) FROM unnest(%s::text[]) n
            JOIN participation_participation p ON p.reference = n
            GROUP BY n
            UNION
            SELECT n, max(p.id) FROM unnest(%s::text[]) n
            JOIN participation_person who
                ON who.national_insurance = upper(replace(n, ' ', ''))
                AND who.national_insurance <> ''
            JOIN participation_participation p ON p.person_id = who.id
                AND p.state <> 'cancelled'
            GROUP BY n
            """,
            [sorted(named), sorted(named)],
        )
        return dict(cursor.fetchall())


def _changes(feed: str, file: FeedFile) -> tuple[list[Change], list[dict[str, object]]]:
    records = FEEDS[feed].objects.in_bulk(
        [row.record for row in file.rows], field_name="record"
    )
    changes = []
    rejected: list[dict[str, object]] = list(file.rejected)
    for row in file.rows:
        before = records.get(row.record)
        found = _against(row, before)
        if found:
            cells = {"record": row.record, "participant": "", "as_at": str(row.as_at)}
            rejected.append({"row": 0, "cells": cells, "faults": [found]})
        elif before is None or _is_news(row, before):
            changes.append(Change(row=row, before=before))
    return changes, rejected


def _against(
    row: FeedRow, before: BenefitRecord | EmploymentRecord | None
) -> dict[str, str] | None:
    if before is None:
        return None
    if before.participation_id != row.participation:
        return fault("record", "record-of-another", row.record)
    if before.last_day and row.last_day is None and row.as_at > before.as_at:
        return fault("last_day", "reopened", before.last_day)
    return None


def _is_news(row: FeedRow, before: BenefitRecord | EmploymentRecord) -> bool:
    """Whether a row is a later word than what is kept, and another."""
    kept = (before.as_at, before.last_day or date.max, before.first_day)
    is_same = (row.first_day, row.last_day) == (before.first_day, before.last_day)
    return row.order > kept and not is_same


def _keep(brought: FeedImport, changes: Sequence[Change], doing: Doing) -> None:
    kind = FEEDS[brought.feed]
    kind.objects.bulk_create(
        [
            kind(
                record=one.row.record,
                participation_id=one.row.participation,
                first_day=one.row.first_day,
                last_day=one.row.last_day,
                as_at=one.row.as_at,
                brought_by=brought,
            )
            for one in changes
        ],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=["first_day", "last_day", "as_at", "brought_by"],
    )
    if brought.feed == "benefit":
        _tell_of_benefits(changes, doing)
    else:
        match_records(doing)
    doing.write()


def _tell_of_benefits(changes: Sequence[Change], doing: Doing) -> None:
    people = Participation.objects.in_bulk({one.row.participation for one in changes})
    BenefitSpell.objects.bulk_create(
        [
            BenefitSpell(
                reference=one.row.record,
                participation_id=one.row.participation,
                first_day=one.row.first_day,
                last_day=one.row.last_day,
            )
            for one in changes
        ],
        update_conflicts=True,
        unique_fields=["participation", "reference"],
        update_fields=["first_day", "last_day"],
    )
    for one in changes:
        for kind, day in _news(one):
            doing.record(
                kind,
                participation=people[one.row.participation],
                happened=day,
                spell=one.row.record,
                source="benefit-feed",
            )


def _news(change: Change) -> Iterable[tuple[EventKind, date]]:
    row, before = change.row, change.before
    if before is None or before.first_day != row.first_day:
        yield EventKind.BENEFIT_STARTED, row.first_day
    if row.last_day and (before is None or before.last_day != row.last_day):
        yield EventKind.BENEFIT_ENDED, row.last_day
