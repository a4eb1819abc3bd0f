"""Match tax records with reported jobs, on the person and the dates alone (R049).

matched: the record bears out a reported spell; complete: both know its end as well;
unmatched: no reported spell begins near the record's first day.
"""

from django.db import connection

from quasimarket.events import EventKind
from quasimarket.service.acting import clock
from quasimarket.service.acting.doing import Doing
from quasimarket.service.claims.long_work import allow_long_work
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


TOLERANCE_DAYS = 14
"""Between what a provider and an employer call the first or last day."""
_MATCH = """
    UPDATE claims_employmentrecord r
    SET spell = s.reference, state = CASE
        WHEN r.last_day IS NOT NULL AND s.last_day IS NOT NULL
            AND abs(r.last_day - s.last_day) <= %(days)s THEN 'complete'
        ELSE 'matched' END
    FROM (
        SELECT DISTINCT ON (r.id) r.id AS record, s.reference, s.last_day, r.spell
        FROM claims_employmentrecord r
        JOIN participation_spell s ON s.participation_id = r.participation_id
            AND abs(s.first_day - r.first_day) <= %(days)s
        WHERE r.state <> 'complete'
        ORDER BY r.id, abs(s.first_day - r.first_day), s.id
    ) s
    WHERE s.record = r.id AND (r.spell <> s.reference OR r.state = 'unmatched'
        OR r.last_day IS NOT NULL AND s.last_day IS NOT NULL
        AND abs(r.last_day - s.last_day) <= %(days)s)
    RETURNING r.participation_id, s.reference, r.as_at, s.spell = ''
"""
_CLAIMS = """
    UPDATE claims_claim c SET employment = r.state
    FROM (
        SELECT c.id, min(r.state) AS state
        FROM claims_claim c JOIN claims_employmentrecord r
            ON r.participation_id = c.participation_id AND r.state <> 'unmatched'
            AND r.first_day - %(days)s <= c.earned
            AND (r.last_day IS NULL OR r.last_day + %(days)s >= c.earned)
        GROUP BY c.id
    ) r
    WHERE r.id = c.id AND c.employment <> r.state
"""


def match_everything() -> int:
    """Match what is unmatched, by the programme itself; give how many changed.

    A job may be reported long after the tax system knew of it.
    """
    with acting_as(SYSTEM):
        allow_long_work()
        doing = Doing(actor=SYSTEM, act="match-records", now=clock.now())
        changed = match_records(doing)
        doing.write()
    return changed


def match_records(doing: Doing) -> int:
    """Match what is unmatched, in the scope of the system; give how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_MATCH, {"days": TOLERANCE_DAYS})
        matched = cursor.fetchall()
        cursor.execute(_CLAIMS, {"days": TOLERANCE_DAYS})
    fresh = [one for one in matched if one[3]]
    people = Participation.objects.in_bulk({one[0] for one in fresh})
    for participation, spell, as_at, _ in sorted(fresh):
        doing.record(
            EventKind.EMPLOYMENT_EVIDENCED,
            participation=people[participation],
            happened=min(as_at, doing.today),
            spell=spell,
            source="employment-feed",
        )
    return len(matched)
