"""Complete the participations of whom a run has paid everything there is (R005)."""

from datetime import datetime

from django.db import connection

from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.participation.acts.ending import Complete, Completion
from quasimarket.service.participation.batch import Batch, BatchDoing
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.people.actor import SYSTEM


AT_ONCE = 5_000
# What was accepted and has no price makes no line: it is earned all the same.
_ALL_EARNED = """
    WITH touched AS (
        SELECT DISTINCT participation_id AS id FROM payments_paymentline
        WHERE run_id = %s AND NOT is_reversal AND participation_id IS NOT NULL
    ),
    had AS (
        SELECT c.participation_id AS id, c.milestone, count(*) AS many
        FROM claims_claim c JOIN touched t ON t.id = c.participation_id
        WHERE c.state = 'paid' OR c.state = 'accepted' AND c.earned IS NULL
        GROUP BY 1, 2
    )
    SELECT p.reference
    FROM touched t JOIN participation_participation p ON p.id = t.id
    JOIN unnest(%s::text[], %s::text[], %s::int[]) AS most("group", milestone, many)
        ON most."group" = p."group"
    LEFT JOIN had ON had.id = p.id AND had.milestone = most.milestone
    WHERE p.state IN ('acknowledged', 'attached') AND p.attached IS NOT NULL
    GROUP BY p.id, p.reference
    HAVING bool_and(coalesce(had.many, 0) >= most.many)
    ORDER BY p.id
"""


def complete_paid(rulebook: Rulebook, run: PaymentRun, now: datetime) -> int:
    """Complete who can earn no more; give how many. The scope is the system's."""
    most = [
        (str(group), str(one.id), one.maximum.get(group, 1))
        for one in rulebook.milestones
        for group in one.days
    ]
    if not most:  # a programme that pays for attachment alone: nobody is done by it
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _ALL_EARNED, [run.pk, *(list(one) for one in zip(*most, strict=True))]
        )
        references = [row[0] for row in cursor.fetchall()]
    for first in range(0, len(references), AT_ONCE):
        _complete(references[first : first + AT_ONCE], now)
    return len(references)


def _complete(references: list[str], now: datetime) -> None:
    batch = Batch()
    batch.load(references)
    act = Complete(completed_on=now.date(), because=Completion.ALL_PAYMENTS)
    for reference in references:
        doing = BatchDoing(actor=SYSTEM, act=Complete.about.name, now=now)
        batch.do(act, doing, batch.cases[reference])
    batch.write()
