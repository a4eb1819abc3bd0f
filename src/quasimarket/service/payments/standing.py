"""What a contract or a place has earned, claimed, awaits and was paid, by month."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStanding:
    """One month of one payee. Amounts are pence, and only the payee's own."""

    month: str
    earned: int
    """Milestones earned in the month, claimed or not yet decided against."""
    claimed: int
    """Claims made in the month."""
    awaiting: int
    """Claims made in the month that are neither paid nor refused."""
    refused: int
    """Claims made in the month that stand rejected, withdrawn or clawed back."""
    paid_lines: int
    paid_pence: int
    """In the month's statement, reversals taken off."""
    payable_pence: int
    """What the statement came to, after what was brought forward."""


_STANDING = """
    WITH mine AS (
        SELECT to_char(earned, 'YYYY-MM') AS earned_in,
            to_char(raised_on, 'YYYY-MM') AS raised_in, state
        FROM claims_claim
        WHERE contract_id = %(contract)s AND {place}
    ),
    lines AS (
        SELECT month, count(*) AS lines, sum(amount)::bigint AS pence
        FROM {lines} WHERE contract_id = %(contract)s AND {line_place} GROUP BY month
    ),
    statements AS (
        SELECT month, payable FROM payments_statement
        WHERE contract_id = %(contract)s
            AND position_id IS NOT DISTINCT FROM %(position)s
    ),
    months AS (
        SELECT earned_in AS month FROM mine WHERE earned_in IS NOT NULL
        UNION SELECT raised_in FROM mine UNION SELECT month FROM lines
        UNION SELECT month FROM statements
    )
    SELECT m.month,
        (SELECT count(*) FROM mine WHERE earned_in = m.month
            AND state NOT IN ('rejected', 'withdrawn', 'clawed-back')),
        (SELECT count(*) FROM mine WHERE raised_in = m.month),
        (SELECT count(*) FROM mine WHERE raised_in = m.month
            AND state IN ('raised', 'accepted', 'disputed')),
        (SELECT count(*) FROM mine WHERE raised_in = m.month
            AND state IN ('rejected', 'withdrawn', 'clawed-back')),
        coalesce((SELECT lines FROM lines l WHERE l.month = m.month), 0),
        coalesce((SELECT pence FROM lines l WHERE l.month = m.month), 0),
        coalesce((SELECT payable FROM statements s WHERE s.month = m.month), 0)
    FROM months m ORDER BY m.month
"""


def standing(contract: str, position: str | None = None) -> list[MonthStanding]:
    """Say how a payee stands, month by month, as far as the scope may see.

    Args:
        contract: the contract.
        position: a place in its chain; the prime's own claim on the commissioner
            unless given.
    """
    if position is None:
        query = _STANDING.format(
            place="true", lines="payments_paymentline", line_place="true"
        )
    else:
        mine = "position_id = %(position)s"
        query = _STANDING.format(
            place=mine, lines="payments_passedline", line_place=mine
        )
    with connection.cursor() as cursor:
        cursor.execute(query, {"contract": contract, "position": position})
        return [
            MonthStanding(
                month=row[0],
                earned=row[1],
                claimed=row[2],
                awaiting=row[3],
                refused=row[4],
                paid_lines=row[5],
                paid_pence=int(row[6]),
                payable_pence=int(row[7]),
            )
            for row in cursor.fetchall()
        ]
