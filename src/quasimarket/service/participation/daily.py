"""What a day brings of itself: time runs out, jobs begin and end as was announced."""

from datetime import UTC, date, datetime, time

from django.db import connection

from quasimarket.service.participation.acts.ending import Complete
from quasimarket.service.participation.batch import Batch, BatchDoing
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import HELD
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


SIZE = 5_000


def pass_day(today: date) -> int:
    """Complete whose allotted time is over, settle who is in work; give how many.

    It may be run at any time and again; days that were missed are made up.
    """
    completed = 0
    while done := _complete_some(today):
        completed += done
    settle_work(today)
    return completed


def _complete_some(today: date) -> int:
    with acting_as(SYSTEM):
        over = Participation.objects.filter(state__in=HELD, allotted_end__lt=today)
        references = list(
            over.select_for_update(skip_locked=True)
            .order_by("allotted_end", "id")
            .values_list("reference", flat=True)[:SIZE]
        )
        if not references:
            return 0
        batch = Batch()
        batch.load(references)
        for reference in references:
            case = batch.cases[reference]
            doing = BatchDoing(
                actor=SYSTEM,
                act=Complete.about.name,
                now=datetime.combine(today, time(12), UTC),
            )
            batch.do(Complete(completed_on=case.allotted_end), doing, case)
        batch.write()
    return len(references)


def settle_work(today: date) -> int:
    """Set for every case whether the day lies in one of its spells; give how many."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH working AS (
                SELECT DISTINCT participation_id AS id FROM participation_spell
                WHERE first_day <= %(today)s
                    AND (last_day IS NULL OR last_day >= %(today)s))
            UPDATE participation_participation p SET in_work = w.id IS NOT NULL
            FROM participation_participation q LEFT JOIN working w ON w.id = q.id
            WHERE p.id = q.id AND q.in_work <> (w.id IS NOT NULL)
            """,
            {"today": today},
        )
        return int(cursor.rowcount)
