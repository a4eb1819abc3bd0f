"""What information is asked for, and which of it the service itself holds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from quasimarket.service.programme.models import Contract, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing that can be asked for."""

    id: str
    name: str
    sql: str = ""
    """Gives label and number; blank where the service does not hold it."""
    by_month: bool = False

    @property
    def is_held(self) -> bool:
        """Whether the service can answer."""
        return bool(self.sql)


_OPEN = "p.state IN ('referred', 'paused', 'acknowledged', 'attached')"
TOPICS = (
    Topic(
        id="caseload",
        name="People on the caseload, by payment group",
        sql=f"SELECT 'group ' || p.\"group\", count(*) FROM participation_participation"
        f" p WHERE {{where}} AND {_OPEN} GROUP BY 1 ORDER BY 1",
    ),
    Topic(
        id="referrals",
        name="Referrals in a month, by payment group",
        sql="SELECT 'group ' || p.\"group\", count(*) FROM participation_participation "
        "p WHERE {where} AND to_char(p.referred, 'YYYY-MM') = %(month)s "
        "GROUP BY 1 ORDER BY 1",
        by_month=True,
    ),
    Topic(
        id="attachments",
        name="Attachments in a month, by payment group",
        sql="SELECT 'group ' || p.\"group\", count(*) FROM participation_participation "
        "p WHERE {where} AND to_char(p.attached, 'YYYY-MM') = %(month)s "
        "GROUP BY 1 ORDER BY 1",
        by_month=True,
    ),
    Topic(
        id="contacts",
        name="Contacts in a month, by purpose",
        sql="SELECT c.purpose, count(*) FROM participation_contact c "
        "JOIN participation_participation p ON p.id = c.participation_id "
        "WHERE {where} AND to_char(c.\"on\", 'YYYY-MM') = %(month)s "
        "GROUP BY 1 ORDER BY 1",
        by_month=True,
    ),
    Topic(
        id="job-starts",
        name="Job starts in a month, by payment group",
        sql="SELECT 'group ' || p.\"group\", count(*) FROM participation_spell s "
        "JOIN participation_participation p ON p.id = s.participation_id "
        "WHERE {where} AND to_char(s.first_day, 'YYYY-MM') = %(month)s "
        "GROUP BY 1 ORDER BY 1",
        by_month=True,
    ),
    Topic(id="staffing", name="Staff and how many people each has", by_month=True),
    Topic(id="finance", name="Costs and income", by_month=True),
    Topic(id="quality", name="Quality checks and what they found", by_month=True),
    Topic(id="plans", name="What is planned for the months ahead"),
    Topic(id="other", name="Something else"),
)
BY_ID = {topic.id: topic for topic in TOPICS}
Answerer = Callable[[], str]


def held_answer(
    topic: Topic, contract: Contract, position: Position | None, month: str
) -> str:
    """Answer from the service's own records, as far as the asker may see them."""
    where = "p.position_id = %(place)s" if position else "p.contract_id = %(place)s"
    with connection.cursor() as cursor:
        cursor.execute(
            topic.sql.format(where=where),
            {"place": position.pk if position else contract.pk, "month": month},
        )
        rows = cursor.fetchall()
    if not rows:
        return "None."
    return "; ".join(f"{label}: {number:,}" for label, number in rows)
