"""The retaliation watch: a place's referrals before and after its complaint.

Of all referrals to the contract in a window, the place had a share. If nothing changed,
the two shares differ by chance alone; the reading compares them by the usual test of
two proportions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from quasimarket.core.dates import Month
from quasimarket.service.fairness.models import Complaint


FEW = 20
"""Referrals of the contract in a window beneath which no reading is given."""
BEYOND_CHANCE = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyFlow:
    """A place's referrals in one month, and its contract's."""

    month: str
    place: int
    contract: int

    @property
    def percent(self) -> float | None:
        """Give the place's share."""
        return round(100 * self.place / self.contract, 1) if self.contract else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """What became of one complainant's referrals."""

    complainant: str
    position: str
    address: str
    raised_on: date
    is_confidential: bool
    before: int
    before_of: int
    after: int
    after_of: int
    months: int
    """Whole months since the complaint that the figures reach."""

    @property
    def share_before(self) -> str:
        """Give the share before."""
        return percent(self.before, self.before_of)

    @property
    def share_after(self) -> str:
        """Give the share since."""
        return percent(self.after, self.after_of)

    @property
    def difference(self) -> float | None:
        """Give the fall in standard errors; None with too few referrals."""
        if min(self.before_of, self.after_of) < FEW:
            return None
        pooled = (self.before + self.after) / (self.before_of + self.after_of)
        error = math.sqrt(
            pooled * (1 - pooled) * (1 / self.before_of + 1 / self.after_of)
        )
        if error == 0:
            return 0.0
        gap = self.before / self.before_of - self.after / self.after_of
        return gap / error

    @property
    def reading(self) -> str:
        """Say what the figures show."""
        fall = self.difference
        if fall is None:
            return "too few to tell"
        if fall > BEYOND_CHANCE:
            return "fell beyond chance"
        return "rose beyond chance" if fall < -BEYOND_CHANCE else "as before"

    @property
    def colour(self) -> str:
        """Give the colour of the reading."""
        return {"fell beyond chance": "red", "too few to tell": "grey"}.get(
            self.reading, "green"
        )


def percent(part: int, whole: int) -> str:
    """Write a share.

    >>> percent(1, 8)
    '12.5%'
    """
    return f"{100 * part / whole:.1f}%" if whole else "–"


def flow_by_month(position: str) -> list[MonthlyFlow]:
    """Read a place's referrals; the database gives none to who may not know them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM fairness_referral_flow(%s)", [position])
        return [
            MonthlyFlow(month=month, place=place, contract=contract)
            for month, place, contract in cursor.fetchall()
        ]


def flow_around(complaints: Sequence[Complaint], months: int) -> list[FlowRow]:
    """Set the months before each complaint against those after its own month."""
    found = []
    for one in complaints:
        at = Month.of(one.raised_on)
        by_month = {row.month: row for row in flow_by_month(one.position_id)}
        before = [
            by_month[name]
            for ahead in range(-months, 0)
            if (name := str(at.plus(ahead))) in by_month
        ]
        after = [
            by_month[name]
            for ahead in range(1, months + 1)
            if (name := str(at.plus(ahead))) in by_month
        ]
        found.append(
            FlowRow(
                complainant=one.complainant.name,
                position=one.position_id,
                address=one.get_absolute_url(),
                raised_on=one.raised_on,
                is_confidential=one.is_confidential,
                before=sum(row.place for row in before),
                before_of=sum(row.contract for row in before),
                after=sum(row.place for row in after),
                after_of=sum(row.contract for row in after),
                months=len(after),
            )
        )
    return found
