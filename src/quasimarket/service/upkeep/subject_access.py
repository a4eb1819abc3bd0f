"""Everything that is held on one participant, gathered from the register."""

import json
from typing import Any

from django.db import connection

from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import Participation, Person
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.people.sign_in_guards import MAY_BE_READ
from quasimarket.service.upkeep.register import register


_OF = {
    "person": "t.id = %(person)s",
    "itself": "t.id = ANY (%(participations)s)",
    "participation": "t.participation_id = ANY (%(participations)s)",
    "claim": "t.claim_id IN (SELECT c.id FROM claims_claim c "
    "WHERE c.participation_id = ANY (%(participations)s))",
    "user": "t.id = %(user)s",
}
ALSO = (
    "participation_benefitspell",
    "participation_latedeadline",
    "claims_claim",
    "claims_benefitrecord",
    "claims_employmentrecord",
)
"""Tables that hold nobody's words, but a person's course."""
KEPT_BACK = {"people_user": f"(SELECT {MAY_BE_READ} FROM people_user)"}
"""Without what would open a door to whoever reads the answer."""


def gather(person: Person) -> dict[str, Any]:
    """Give all rows on a person by table, and why each is held.

    Whether the reader may see the person is asked before: what is gathered is what the
    programme holds, whoever asks for it.
    """
    with acting_as(SYSTEM):
        rows = Participation.objects.filter(person=person)
        about = {
            "person": person.pk,
            "participations": list(rows.values_list("pk", flat=True)),
            "user": person.user_id,
        }
        tables = {}
        why: dict[str, list[str]] = {}
        for held in register():
            if held.about in _OF and held.holds == "person":
                why.setdefault(held.table, []).append(held.why)
                tables[held.table] = _rows(held.table, held.about, about)
        for table in ALSO:
            why[table] = ["the course and what was paid for it"]
            tables[table] = _rows(table, "participation", about)
        events = LogEvent.objects.filter(participation__in=about["participations"])
        return {
            "reference": person.reference,
            "held": [
                {"table": name, "why": "; ".join(why[name]), "rows": found}
                for name, found in tables.items()
                if found
            ],
            "events": [
                {
                    "what": one.kind,
                    "happened": one.happened.isoformat(),
                    "recorded": one.recorded_at.isoformat(),
                    "by": one.actor_organisation or "the programme",
                    "reason": one.reason,
                    "details": one.details,
                }
                for one in events.order_by("id")
            ],
        }


def _rows(table: str, about: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Read a table's rows; its name stands in the register and was not typed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) FROM {KEPT_BACK.get(table, table)} t "
            f"WHERE {_OF[about]} ORDER BY 1::text",
            values,
        )
        return [_read(row) for (row,) in cursor.fetchall()]


def _read(row: Any) -> dict[str, Any]:
    """Give a row as it is: Django leaves JSON that it has no field for as text."""
    found: dict[str, Any] = json.loads(row) if isinstance(row, str) else row
    return found
