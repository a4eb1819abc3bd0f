"""Claims that look alike across people: what one job may be, or may not be (T4).

Two people who are reached in the same way, or who began with the same employer from
one place on the same day, may be a household and a factory that took people on. Or one
of them was made up. Nothing is refused for it: it is a list for whoever looks into it.
"""

from dataclasses import dataclass
from itertools import groupby

from django.db import connection


MOST = 200
LEAST_BEGINNERS = 3
"""So many of one place with one employer on one day are shown."""
SAME_CONTACT = """
WITH reached AS (
    SELECT c.id, c.reference, p.person_id, way.kind, way.word
    FROM claims_claim c
    JOIN participation_participation p ON p.id = c.participation_id
    JOIN participation_person h ON h.id = p.person_id
    CROSS JOIN LATERAL (VALUES
        ('telephone', regexp_replace(h.telephone, '[^0-9]', '', 'g')),
        ('e-mail', lower(trim(h.email)))
    ) AS way (kind, word)
    WHERE c.milestone = ANY (%(of_work)s) AND c.state <> 'rejected'
        AND way.word <> ''
)
SELECT kind, '', NULL::date, array_agg(DISTINCT reference ORDER BY reference)
FROM reached GROUP BY kind, word HAVING count(DISTINCT person_id) > 1
ORDER BY max(id) DESC LIMIT %(most)s
"""
SAME_BEGINNING = """
SELECT 'employer and day', min(j.employer), j.first_day,
    array_agg(DISTINCT c.reference ORDER BY c.reference)
FROM participation_spell j
JOIN claims_claim c ON c.participation_id = j.participation_id
    AND c.milestone = ANY (%(of_work)s) AND c.number = 1 AND c.state <> 'rejected'
    AND c.earned >= j.first_day
WHERE trim(j.employer) <> ''
GROUP BY lower(trim(j.employer)), j.first_day, c.position_id
HAVING count(DISTINCT j.participation_id) >= %(least)s
ORDER BY max(c.id) DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Some claims of several people, and what they have in common."""

    what: str
    """telephone, e-mail, or employer and day."""
    detail: str
    """The employer with the day; a telephone number is not said."""
    claims: tuple[str, ...]

    @property
    def by_case(self) -> list[tuple[str, ...]]:
        """Give the claims of each case: a claim's reference begins with the case's."""
        return [
            tuple(of_one)
            for _, of_one in groupby(self.claims, lambda one: one.partition(".")[0])
        ]


def claims_alike(of_work: list[str]) -> list[Alike]:
    """List the claims that look alike, as far as the reader may see both sides.

    Args:
        of_work: the milestones that are paid for a job.
    """
    values = {"of_work": of_work, "most": MOST, "least": LEAST_BEGINNERS}
    found: list[Alike] = []
    with connection.cursor() as cursor:
        for query in (SAME_CONTACT, SAME_BEGINNING):
            cursor.execute(query, values)
            found += [
                Alike(
                    what=what,
                    detail=f"{employer}, {day:%-d %B %Y}" if day else "",
                    claims=tuple(claims),
                )
                for what, employer, day, claims in cursor.fetchall()
            ]
    return found
