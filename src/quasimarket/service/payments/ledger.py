"""The ledger of a run, its totals and its fingerprint, all from its lines."""

from dataclasses import dataclass

from django.db import connection

from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.programme.setting_up import COMMISSIONER


_ENTRIES = """
    WITH entries AS (
        SELECT row_number() OVER (ORDER BY direction, month, contract_id, place, kind,
                is_reversal) AS entry, s.*
        FROM (
            SELECT 0 AS direction, month, contract_id, '' AS place, kind, is_reversal,
                count(*) AS lines, sum(amount)::bigint AS amount
            FROM payments_paymentline WHERE run_id = %(run)s
            GROUP BY month, contract_id, kind, is_reversal
            UNION ALL
            SELECT 1, month, contract_id, position_id, kind, is_reversal, count(*),
                sum(amount)::bigint
            FROM payments_passedline WHERE run_id = %(run)s
            GROUP BY month, contract_id, position_id, kind, is_reversal
        ) s
    )
    INSERT INTO payments_posting (run_id, entry, month, account, kind, is_reversal,
        lines, amount)
    SELECT %(run)s, entry, month, account, kind, is_reversal, lines, side * amount
    FROM entries, LATERAL (VALUES
        (-1, CASE direction WHEN 0 THEN 'commissioner'
            ELSE 'prime/' || contract_id END),
        (1, CASE direction WHEN 0 THEN 'prime/' || contract_id
            ELSE 'subcontract/' || contract_id || '/' || place END)
    ) AS sides(side, account)
"""
_PAYMENTS = """
    INSERT INTO payments_payment (run_id, payer_id, payee_id, contract_id, position_id,
        amount)
    SELECT %(run)s,
        CASE WHEN s.position_id IS NULL THEN %(commissioner)s ELSE c.prime_id END,
        CASE WHEN s.position_id IS NULL THEN c.prime_id ELSE p.organisation_id END,
        s.contract_id, s.position_id, s.amount
    FROM (
        SELECT contract_id, position_id, sum(payable)::bigint AS amount
        FROM payments_statement WHERE run_id = %(run)s
        GROUP BY contract_id, position_id
    ) s
    JOIN programme_contract c ON c.id = s.contract_id
    LEFT JOIN programme_position p ON p.id = s.position_id
    WHERE s.amount > 0
    ORDER BY s.position_id IS NOT NULL, s.contract_id, s.position_id
"""
_HASH = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', direction,
        sequence, month, contract_id, position_id, participant, kind, number, earned,
        amount, is_reversal, rule, first_event, spell_event), E'\n'
        ORDER BY direction, sequence), ''), 'UTF8')), 'hex')
    FROM (
        SELECT 0 AS direction, sequence, month, contract_id,
            coalesce(position_id, '') AS position_id, participant, kind, number, earned,
            amount, is_reversal, rule, coalesce(first_event, -1) AS first_event,
            coalesce(spell_event, -1) AS spell_event
        FROM payments_paymentline WHERE run_id = %(run)s
        UNION ALL
        SELECT 1, sequence, month, contract_id, position_id, participant, kind, number,
            earned, amount, is_reversal, rule, coalesce(first_event, -1),
            coalesce(spell_event, -1)
        FROM payments_passedline WHERE run_id = %(run)s
    ) l
"""
_TOTALS = """
    SELECT
        (SELECT count(*) FROM payments_paymentline WHERE run_id = %(run)s),
        (SELECT coalesce(sum(amount), 0) FROM payments_paymentline
            WHERE run_id = %(run)s),
        (SELECT count(*) FROM payments_passedline WHERE run_id = %(run)s),
        (SELECT coalesce(sum(amount), 0) FROM payments_passedline
            WHERE run_id = %(run)s),
        (SELECT coalesce(sum(payable), 0) FROM payments_statement
            WHERE run_id = %(run)s AND position_id IS NULL),
        (SELECT coalesce(sum(lines), 0) FROM payments_statement
            WHERE run_id = %(run)s AND position_id IS NULL),
        (SELECT coalesce(sum(amount), 0) FROM payments_posting
            WHERE run_id = %(run)s),
        (SELECT coalesce(-sum(amount), 0) FROM payments_posting
            WHERE run_id = %(run)s AND account = 'commissioner')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a run's tables come to, in lines and pence."""

    lines: int
    lines_pence: int
    passed_lines: int
    passed_pence: int
    payable_pence: int
    statements_pence: int
    postings_pence: int
    from_commissioner_pence: int

    @property
    def agree(self) -> bool:
        """Whether lines, statements and ledger say the same, and it balances."""
        return (
            self.postings_pence == 0
            and self.lines_pence
            == self.from_commissioner_pence
            == self.statements_pence
        )


def post(run: PaymentRun) -> None:
    """Post the run's lines to the ledger, and make the payments of its statements."""
    names = {"run": run.pk, "commissioner": COMMISSIONER}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, names)
        cursor.execute(_PAYMENTS, names)


def totals(run: PaymentRun) -> Totals:
    """Add up what stands in the run's tables."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"run": run.pk})
        sums = [int(value) for value in cursor.fetchone()]
    return Totals(
        lines=sums[0],
        lines_pence=sums[1],
        passed_lines=sums[2],
        passed_pence=sums[3],
        payable_pence=sums[4],
        statements_pence=sums[5],
        postings_pence=sums[6],
        from_commissioner_pence=sums[7],
    )


def content_hash(run: PaymentRun) -> str:
    """Give the SHA-256 of every line of the run, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_HASH, {"run": run.pk})
        return str(cursor.fetchone()[0])
