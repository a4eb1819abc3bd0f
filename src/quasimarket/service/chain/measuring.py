"""How contracts and places are doing, counted from the records for performance."""

from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from django.db import connection

from quasimarket.core.dates import Month
from quasimarket.performance import Measures, measure, referrals_from_arrays
from quasimarket.rulebook.rulebook import Rulebook


EPOCH = date(1970, 1, 1)
LIVE = ["raised", "accepted", "paid", "disputed"]
"""A claim in one of these states stands; the others are struck out."""
PEOPLE = """
SELECT p.contract_id, p."group", p.referred - date '1970-01-01',
    coalesce(c.earned - date '1970-01-01', -1), coalesce(c.contract_id, p.contract_id)
FROM participation_participation p
LEFT JOIN claims_claim c ON c.participation_id = p.id AND c.milestone = %(outcome)s
    AND c.number = 1 AND c.state = ANY (%(live)s) AND c.earned <= %(today)s
WHERE p.state <> 'cancelled' AND p.referred <= %(today)s
ORDER BY p.id
"""
REFERRED = """
SELECT contract_id, coalesce(position_id, ''), "group",
    count(*) FILTER (WHERE referred >= %(month)s),
    count(*) FILTER (WHERE referred >= %(quarter)s),
    count(*) FILTER (WHERE referred >= %(year)s), count(*)
FROM participation_participation
WHERE state <> 'cancelled' AND referred <= %(today)s GROUP BY 1, 2, 3
"""
EARNED = """
SELECT contract_id, coalesce(position_id, ''), "group",
    count(*) FILTER (WHERE earned >= %(month)s),
    count(*) FILTER (WHERE earned >= %(quarter)s),
    count(*) FILTER (WHERE earned >= %(year)s), count(*)
FROM claims_claim
WHERE milestone = %(outcome)s AND number = 1 AND state = ANY (%(live)s)
    AND earned <= %(today)s GROUP BY 1, 2, 3
"""
LATE = EARNED.replace(
    "GROUP BY", "AND earned <= %(before)s AND raised_on > %(before)s GROUP BY"
)
"""Outcomes of days that the table before covered, and did not have yet."""
WINDOWS = ("month", "quarter", "year", "all")
WINDOW_NAMES = {
    "month": "This month",
    "quarter": "Last 3 months",
    "year": "Last 12 months",
    "all": "Since the start",
}
Key = tuple[str, str, str]
"""Contract, place (blank is in-house), group."""


@dataclass(slots=True)
class Windows:
    """Referrals and outcomes in the four windows, in order."""

    referrals: list[int]
    outcomes: list[int]
    late: list[int]
    """Outcomes of days that the table before covered, raised after it."""

    @classmethod
    def none(cls) -> "Windows":
        """Begin at nought."""
        return cls(*([0] * len(WINDOWS) for _ in fields(cls)))

    def add(self, other: "Windows") -> None:
        """Add another's counts."""
        for place in range(len(WINDOWS)):
            self.referrals[place] += other.referrals[place]
            self.outcomes[place] += other.outcomes[place]
            self.late[place] += other.late[place]


def measures(rulebook: Rulebook, today: date) -> Measures | None:
    """Work out levels, league and share shifts; None before the first referral."""
    with connection.cursor() as cursor:
        cursor.execute(
            PEOPLE,
            {
                "outcome": str(rulebook.performance.milestone),
                "live": LIVE,
                "today": today,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    contracts = {str(one.id): code for code, one in enumerate(rulebook.contracts)}
    groups = {str(one.id): code for code, one in enumerate(rulebook.groups)}
    contract, group, referred, earned, earned_at = zip(*rows, strict=True)
    return measure(
        referrals_from_arrays(
            rulebook,
            today,
            contract=np.array([contracts[one] for one in contract], np.int16),
            group=np.array([groups[one] for one in group], np.int8),
            referred=np.array(referred, np.int32),
            earned=np.array(earned, np.int32),
            outcome_contract=np.array([contracts[one] for one in earned_at], np.int16),
            is_counted=np.array(earned, np.int32) >= 0,
        )
    )


def windows(
    rulebook: Rulebook, today: date, before: date | None = None
) -> dict[Key, Windows]:
    """Count referrals made and outcomes earned in each window (R063).

    Args:
        rulebook: says which milestone is the outcome.
        today: the day that the windows reach to.
        before: the day of the table before, from which what is late is told.
    """
    month = Month.of(today)
    values = {
        "outcome": str(rulebook.performance.milestone),
        "live": LIVE,
        "today": today,
        "before": before or date.min,
        "month": month.first_day,
        "quarter": month.plus(-2).first_day,
        "year": month.plus(-11).first_day,
    }
    found: dict[Key, Windows] = {}
    with connection.cursor() as cursor:
        for sql, name in (
            (REFERRED, "referrals"),
            (EARNED, "outcomes"),
            (LATE, "late"),
        ):
            cursor.execute(sql, values)
            for contract, place, group, *counts in cursor.fetchall():
                kept = found.setdefault((contract, place, group), Windows.none())
                setattr(kept, name, list(counts))
    return found
