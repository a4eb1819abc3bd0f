"""Let claims and the log say what a confirmed run paid."""

from datetime import datetime

from django.db import connection

from quasimarket.service.payments.models import PaymentRun


PAID = """
    UPDATE claims_claim c SET state = 'paid', paid_in = l.month, earned = l.earned,
        contract_id = l.contract_id, position_id = l.position_id
    FROM payments_paymentline l
    WHERE l.run_id = %(run)s AND l.stands AND l.participation_id = c.participation_id
        AND l.kind = c.milestone AND l.number = c.number AND c.state = 'accepted'
"""
NO_LONGER = """
    UPDATE claims_claim c SET state = 'accepted', paid_in = ''
    FROM payments_paymentline l
    WHERE l.run_id = %(run)s AND l.is_reversal
        AND l.participation_id = c.participation_id AND l.kind = c.milestone
        AND l.number = c.number AND c.state = 'paid'
        AND NOT EXISTS (SELECT 1 FROM payments_paymentline s WHERE s.stands
            AND s.participation_id = c.participation_id AND s.kind = c.milestone
            AND s.number = c.number)
"""
LINES_AT_ONCE = 20_000
EVENTS = """
    SELECT log_append(jsonb_agg(jsonb_build_object(
        'act', 'confirm-payment-run', 'kind', 'paid',
        'recorded_at', %(now)s::timestamptz,
        'happened', greatest(l.payable, l.earned),
        'known', greatest(%(day)s::date, l.payable), 'audience', 'commissioner',
        'participation', l.participation_id, 'participant', l.participant,
        'contract', l.contract_id, 'position', coalesce(l.position_id, ''),
        'group', l."group", 'milestone', l.kind, 'number', l.number,
        'amount', l.amount, 'source', 'system', 'details',
        jsonb_build_object('run', %(reference)s::text)) ORDER BY l.sequence))
    FROM payments_paymentline l
    WHERE l.run_id = %(run)s AND l.participation_id IS NOT NULL AND NOT l.is_reversal
        AND l.sequence > %(first)s AND l.sequence <= %(first)s + %(many)s
    HAVING count(*) > 0
"""


def mark_paid(run: PaymentRun, now: datetime) -> None:
    """Mark the run's claims paid, or no longer so, and log every payment."""
    with connection.cursor() as cursor:
        cursor.execute(NO_LONGER, {"run": run.pk})
        cursor.execute(PAID, {"run": run.pk})
        for first in range(0, run.lines, LINES_AT_ONCE):
            cursor.execute(
                EVENTS,
                {
                    "run": run.pk,
                    "reference": run.reference,
                    "now": now,
                    "day": now.date(),
                    "first": first,
                    "many": LINES_AT_ONCE,
                },
            )
