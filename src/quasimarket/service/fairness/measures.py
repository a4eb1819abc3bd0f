"""Creaming, parking, pressure and convergence, live: straight from the records.

They count what can be counted today, in the reader's own scope. The estimates with
intervals are insight's, made from the whole log.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from quasimarket.events.organisation_event import OrganisationEventKind as Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupService:
    """How the people of one payment group at one contract are served."""

    contract: str
    group: str
    people: int
    contacts: int
    untouched: int
    started_work: int

    @property
    def contacts_each(self) -> float:
        """Give supportive contacts a person, in the last 90 days."""
        return round(self.contacts / self.people, 2)

    @property
    def untouched_share(self) -> float:
        """Give the share with no supportive contact in 90 days, in per cent."""
        return round(100 * self.untouched / self.people, 1)

    @property
    def work_share(self) -> float:
        """Give the share who started work, in per cent."""
        return round(100 * self.started_work / self.people, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """What a place was asked and told in a month."""

    position: str
    month: str
    requests: int
    directives: int
    reviews: int
    notices: int

    @property
    def total(self) -> int:
        """Add them up."""
        return self.requests + self.directives + self.reviews + self.notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far places differ in one quarter."""

    quarter: str
    places: int
    mean: float
    variation: float
    """The standard deviation over the mean, in per cent: less is convergence."""


SERVICE = """
WITH recent AS (
    SELECT c.participation_id AS id, count(*) AS contacts
    FROM participation_contact c
    WHERE c.purpose = 'support' AND c."on" > %(today)s - 90 AND c."on" <= %(today)s
    GROUP BY 1
)
SELECT p.contract_id, p."group", count(*), coalesce(sum(r.contacts), 0)::bigint,
    count(*) FILTER (WHERE r.id IS NULL),
    count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM participation_spell s WHERE s.participation_id = p.id))
FROM participation_participation p LEFT JOIN recent r ON r.id = p.id
WHERE p.state = 'attached' AND NOT p.in_work AND p.attached <= %(today)s - 90
GROUP BY 1, 2 ORDER BY 1, 2
"""
PRESSURE = """
SELECT l.position, to_char(l.happened, 'YYYY-MM'),
    count(*) FILTER (WHERE l.kind = ANY (%(requests)s)),
    count(*) FILTER (WHERE l.kind = ANY (%(directives)s)),
    count(*) FILTER (WHERE l.kind = ANY (%(reviews)s)),
    count(*) FILTER (WHERE l.kind = ANY (%(notices)s))
FROM log_logevent l
WHERE l.kind = ANY (%(kinds)s) AND l.position <> ''
GROUP BY 1, 2 ORDER BY 2 DESC, 1 LIMIT 500
"""
SPREAD = """
WITH rates AS (
    SELECT to_char(date_trunc('quarter', c."on"), 'YYYY "Q"Q') AS quarter,
        c.position_id, count(*)::float / count(DISTINCT c.participation_id) AS rate,
        count(DISTINCT c.participation_id) AS people
    FROM participation_contact c
    WHERE c.position_id IS NOT NULL AND c."on" <= %(today)s
    GROUP BY 1, 2
)
SELECT quarter, count(*), avg(rate), coalesce(stddev_samp(rate) / avg(rate), 0)
FROM rates WHERE people >= 5 GROUP BY 1 HAVING count(*) >= 2 ORDER BY 1
"""
KINDS = {
    "requests": [str(Kind.INFORMATION_REQUESTED)],
    "directives": [str(Kind.DIRECTIVE_ISSUED), "directive-amended"],
    "reviews": [str(Kind.PERFORMANCE_REVIEWED)],
    "notices": [str(Kind.IMPROVEMENT_NOTICED)],
}


def service_by_group(today: date) -> list[GroupService]:
    """Count service out of work by contract and group: who is touched, who is not."""
    return [
        GroupService(
            contract=contract, group=group, people=people, contacts=contacts,
            untouched=untouched, started_work=started,
        )
        for contract, group, people, contacts, untouched, started in _rows(
            SERVICE, {"today": today}
        )
    ]  # fmt: skip


def pressure_by_place() -> list[Pressure]:
    """Count what each place was asked and told, the latest month first."""
    every = [kind for kinds in KINDS.values() for kind in kinds]
    return [
        Pressure(
            position=place, month=month, requests=requests, directives=directives,
            reviews=reviews, notices=notices,
        )
        for place, month, requests, directives, reviews, notices in _rows(
            PRESSURE, {**KINDS, "kinds": every}
        )
    ]  # fmt: skip


def spread_by_quarter(today: date) -> list[Spread]:
    """Measure how far places differ in contacts a person, quarter by quarter."""
    return [
        Spread(
            quarter=quarter,
            places=places,
            mean=round(mean, 2),
            variation=round(100 * variation, 1),
        )
        for quarter, places, mean, variation in _rows(SPREAD, {"today": today})
    ]


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
