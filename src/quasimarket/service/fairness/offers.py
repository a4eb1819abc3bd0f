"""The minimum service offer in force, and the share of people to whom it was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from quasimarket.core.dates import nth_working_day_after
from quasimarket.service.fairness.models import ServiceOffer
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What every participant of a contract is promised."""

    contract: str
    source: str
    """Whose offer it is."""
    is_binding: bool
    first_contact_working_days: int
    contact_interval_days: int
    action_plan_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """To how many of whom a place kept a promise."""

    contract: str
    position: str
    """Blank is the prime's own in-house unit."""
    first_contact: int
    first_contact_of: int
    contact: int
    contact_of: int
    plan: int
    plan_of: int

    def share(self, part: str) -> float | None:
        """Give the share, in per cent, for first_contact, contact or plan."""
        whole: int = getattr(self, f"{part}_of")
        return round(100 * getattr(self, part) / whole, 1) if whole else None


def promise_of(contract: Contract, today: date) -> Promise | None:
    """Give the offer in force: the contract's own, else the rulebook's."""
    ruled = agreed_rulebook().minimum_service_offer
    own = (
        ServiceOffer.objects.filter(contract=contract, first_day__lte=today)
        .order_by("-first_day")
        .first()
    )
    is_binding = ruled is not None and ruled.is_binding
    if own is not None:
        return Promise(
            contract=contract.pk,
            source="published for this contract",
            is_binding=is_binding,
            first_contact_working_days=own.first_contact_working_days,
            contact_interval_days=own.contact_interval_days,
            action_plan_days=own.action_plan_days,
        )
    if ruled is None:
        return None
    return Promise(
        contract=contract.pk,
        source="the rulebook",
        is_binding=is_binding,
        first_contact_working_days=int(ruled.first_contact_working_days or 0),
        contact_interval_days=int(ruled.contact_interval_days or 0),
        action_plan_days=int(ruled.action_plan_days or 0),
    )


SQL = """
WITH due AS (
    SELECT * FROM unnest(%(days)s::date[], %(dues)s::date[]) AS d (referred, by)
), met AS (
    SELECT p.id, p.position_id, p.referred, p.attached, p.action_plan, p.state, d.by,
        least(p.attached, (SELECT min(c."on") FROM participation_contact c
            WHERE c.participation_id = p.id)) AS first_met,
        (SELECT max(c."on") FROM participation_contact c
            WHERE c.participation_id = p.id AND c.purpose = 'support') AS last_met
    FROM participation_participation p JOIN due d ON d.referred = p.referred
    WHERE p.contract_id = %(contract)s AND p.state NOT IN ('cancelled', 'paused')
)
SELECT coalesce(position_id, ''),
    count(*) FILTER (WHERE first_met <= by),
    count(*) FILTER (WHERE first_met <= by OR by < %(today)s),
    count(*) FILTER (WHERE state = 'attached'
        AND coalesce(last_met, attached) >= %(today)s - %(interval)s),
    count(*) FILTER (WHERE state = 'attached'),
    count(*) FILTER (WHERE action_plan <= attached + %(plan)s),
    count(*) FILTER (WHERE attached IS NOT NULL AND (action_plan <= attached + %(plan)s
        OR attached + %(plan)s < %(today)s))
FROM met GROUP BY 1 ORDER BY 1
"""
LOOKS_BACK = timedelta(days=365)


def kept_by_place(promise: Promise, today: date) -> list[Kept]:
    """Measure a promise, over the people referred in the last year, by place.

    Whose time to keep it is not over yet is left out until it is.
    """
    days = [today - timedelta(days=back) for back in range(LOOKS_BACK.days + 1)]
    holidays = agreed_rulebook().holidays
    with connection.cursor() as cursor:
        cursor.execute(
            SQL,
            {
                "contract": promise.contract,
                "today": today,
                "days": days,
                "dues": [
                    nth_working_day_after(
                        day, promise.first_contact_working_days, holidays
                    )
                    for day in days
                ],
                "interval": promise.contact_interval_days,
                "plan": promise.action_plan_days,
            },
        )
        return [
            Kept(
                contract=promise.contract,
                position=place,
                first_contact=counts[0],
                first_contact_of=counts[1],
                contact=counts[2],
                contact_of=counts[3],
                plan=counts[4],
                plan_of=counts[5],
            )
            for place, *counts in cursor.fetchall()
        ]


def is_kept(rows: Sequence[Kept], least: int) -> bool:
    """Tell whether every part was kept to at least so many per cent of all people."""
    for part in ("first_contact", "contact", "plan"):
        whole = sum(getattr(row, f"{part}_of") for row in rows)
        kept = sum(getattr(row, part) for row in rows)
        if whole and 100 * kept < least * whole:
            return False
    return True
