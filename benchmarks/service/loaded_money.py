"""Write the claims that a loaded log holds as rows that were paid, month by month.

At the size of the whole programme seven million claims are there after six years. To
let the service raise, check and pay them takes hours, and what is asked here is only
how quickly it answers beside them. So each `claimed` event becomes a claim, each claim
of an earlier month a line of that month's statement, at one price a milestone: the
engines do not work these sums out, and no event of the log says that they were paid.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connections, transaction


REFUSED_OF = 50
"""One claim of so many is rejected; one of twenty of those is disputed."""
CLAIMS = """
    INSERT INTO claims_claim (reference, participation_id, contract_id, position_id,
        "group", milestone, number, earned, state, raised_on, raised_by, times_raised,
        off_benefit, checked_on, employment, rejection, decided_on, paid_in)
    SELECT p.reference || '.' || e.milestone || '.' || e.number, p.id, p.contract_id,
        p.position_id, p."group", e.milestone, e.number, e.happened, s.state, e.known,
        0, 1, CASE s.state WHEN 'raised' THEN 'waiting' ELSE 'passed' END,
        CASE s.state WHEN 'raised' THEN NULL ELSE e.known END,
        CASE e.milestone WHEN 'attachment' THEN 'unmatched' ELSE 'complete' END,
        CASE WHEN s.state IN ('rejected', 'disputed') THEN 'not-reached' ELSE '' END,
        CASE s.state WHEN 'raised' THEN NULL ELSE e.known END,
        CASE s.state WHEN 'paid' THEN to_char(e.known, 'YYYY-MM') ELSE '' END
    FROM (
        SELECT DISTINCT ON (participation, milestone, number)
            participation, milestone, number, happened, known, id
        FROM log_logevent WHERE kind = 'claimed' AND participation IS NOT NULL
        ORDER BY participation, milestone, number, id
    ) e
    JOIN participation_participation p ON p.id = e.participation
    CROSS JOIN LATERAL (SELECT CASE
        WHEN e.id %% (20 * %(refused)s) = 0 THEN 'disputed'
        WHEN e.id %% %(refused)s = 0 THEN 'rejected'
        WHEN e.known < %(open_from)s - 31 THEN 'paid'
        WHEN e.known < %(open_from)s THEN 'accepted'
        ELSE 'raised' END AS state) s
    ORDER BY e.known, e.id
"""
RUNS = """
    INSERT INTO payments_paymentrun (reference, month, settled_to, state, prepared_by,
        prepared_at, last_event, after_month, sample_seed, sample_size,
        verified_people, verified_lines, differences, approved_by, approved_at,
        exported_at, confirmed_by, confirmed_at, lines, lines_pence, passed_lines,
        passed_pence, payable_pence, content_hash)
    SELECT 'run-' || paid_in, paid_in,
        (paid_in || '-01')::date + interval '1 month' - interval '1 day', 'confirmed',
        %(preparer)s, now(), 0, coalesce(lag(paid_in) OVER (ORDER BY paid_in), ''), '',
        0, 0, 0, '[]', %(approver)s, now(), now(), %(preparer)s, now(), count(*), 0, 0,
        0, 0, ''
    FROM claims_claim WHERE state = 'paid' GROUP BY paid_in ORDER BY paid_in
"""
LINES = """
    INSERT INTO payments_paymentline (run_id, sequence, month, contract_id, position_id,
        participation_id, participant, kind, number, earned, payable, amount, "group",
        is_reversal, rule, stands)
    SELECT r.id, row_number() OVER (PARTITION BY r.id ORDER BY c.contract_id, c.id),
        c.paid_in, c.contract_id, c.position_id, c.participation_id,
        split_part(c.reference, '.', 1), c.milestone, c.number, c.earned, c.raised_on,
        CASE c.milestone WHEN 'attachment' THEN 40000 WHEN 'job-outcome' THEN 120000
            ELSE 21500 END,
        c."group", false, 'benchmark', true
    FROM claims_claim c JOIN payments_paymentrun r ON r.month = c.paid_in
    WHERE c.state = 'paid'
"""
STATEMENTS = """
    INSERT INTO payments_statement (run_id, month, contract_id, brought_forward, lines,
        payable, carried_forward)
    SELECT run_id, month, contract_id, 0, sum(amount), sum(amount), 0
    FROM payments_paymentline GROUP BY run_id, month, contract_id
    ORDER BY month, contract_id
"""
TOTALS = """
    UPDATE payments_paymentrun r SET lines_pence = s.lines, payable_pence = s.lines
    FROM (SELECT run_id, sum(lines) AS lines FROM payments_statement GROUP BY run_id) s
    WHERE s.run_id = r.id
"""
TABLES = (
    "claims_claim",
    "payments_paymentrun",
    "payments_paymentline",
    "payments_statement",
)


def load_money(open_from, preparer: int, approver: int) -> None:
    """Write claims, runs, lines and statements.

    Args:
        open_from: the first day whose claims still wait for their checks.
        preparer: the id of who prepared and confirmed each run.
        approver: the id of who approved it.
    """
    given = {
        "refused": REFUSED_OF,
        "open_from": open_from,
        "preparer": preparer,
        "approver": approver,
    }
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', true)")
        cursor.execute("SET LOCAL work_mem = '512MB'")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        with _checked_afterwards(cursor, TABLES):
            for statement in (CLAIMS, RUNS, LINES, STATEMENTS, TOTALS):
                cursor.execute(statement, given)
                print(f"rows written: {cursor.rowcount:,}", file=sys.stderr, flush=True)


@contextmanager
def _checked_afterwards(cursor, tables: Sequence[str]) -> Iterator[None]:
    """Take all indexes but the tables' own keys away, and make them anew at the end.

    All at once it takes a fraction of the time.
    """
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), "
        "pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('f', 'u') AND conrelid::regclass::text = ANY (%s)",
        [list(tables)],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        "SELECT quote_ident(i.indexname), i.indexdef FROM pg_indexes i "
        "WHERE i.tablename = ANY (%s) AND NOT EXISTS "
        "(SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table, name, _ in constraints:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in constraints:
        # under policies old rows would be looked up one by one, for half an hour
        unchecked = " NOT VALID" if definition.startswith("FOREIGN") else ""
        cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}{unchecked}"
        )
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
