"""Rounds of claims: before a month is paid, and every night."""

from datetime import datetime, timedelta

from quasimarket.core.dates import Month
from quasimarket.service.claims.raising import bring_claims_up_to_date
from quasimarket.service.payments.settling import closed_months
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


def keep_claims(month: Month, at: datetime) -> dict[str, int]:
    """Bring claims up to date as of the month's last day, or today if it is earlier."""
    with acting_as(SYSTEM):
        closed = closed_months(str(month))
    return bring_claims_up_to_date(
        at, as_of=min(month.last_day, at.date()), closed=closed
    )


def keep_claims_of_yesterday(now: datetime) -> dict[str, int]:
    """Bring claims up to date as of the day that is over.

    So what is reached on the last day of a month is claimed in that month.
    """
    yesterday = now.date() - timedelta(days=1)
    with acting_as(SYSTEM):
        closed = closed_months(str(Month.of(yesterday)))
    return bring_claims_up_to_date(now, as_of=yesterday, closed=closed)
