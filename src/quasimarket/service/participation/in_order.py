"""Participations in the order of their ids, as programs read them, page after page.

They are read by contract and by place, each along its own index, and merged with those
whom specialists help: a place with few people need not pass over everybody else's.
"""

from collections.abc import Collection

from django.db import connection

from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import SHOWN_CALL_OFF
from quasimarket.service.people.scope import reach


_BY_KEY = """
    SELECT p.id FROM unnest(%(contracts)s::varchar[]) AS k(key)
    CROSS JOIN LATERAL (SELECT id FROM participation_participation
        WHERE contract_id = k.key AND id > %(last)s
        ORDER BY id LIMIT %(size)s) p
    UNION ALL
    SELECT p.id FROM unnest(%(positions)s::varchar[]) AS k(key)
    CROSS JOIN LATERAL (SELECT id FROM participation_participation
        WHERE position_id = k.key AND id > %(last)s
        ORDER BY id LIMIT %(size)s) p
    UNION ALL
    SELECT p.id FROM participation_calloff o
    JOIN participation_participation p ON p.id = o.participation_id
    WHERE o.position_id = ANY (%(positions)s::varchar[])
        AND o.state = ANY (%(helping)s) AND p.id > %(last)s
"""
_MERGED = f"SELECT DISTINCT id FROM ({_BY_KEY}) found ORDER BY id LIMIT %(size)s"


def participations_after(
    last: int, size: int, *, people: Collection[int] | None = None
) -> list[Participation]:
    """Give the participations that can be seen after an id, in the order of ids.

    Args:
        last: the id.
        size: at most so many.
        people: of these ids alone.
    """
    rows = Participation.objects.order_by("id")
    if people is not None:
        return list(rows.filter(id__in=list(people), id__gt=last)[:size])
    seen = reach()
    if seen.sees_all:
        return list(rows.filter(id__gt=last)[:size])
    given = {
        "last": last,
        "size": size,
        "contracts": list(seen.contracts),
        "positions": list(seen.positions),
        "helping": list(SHOWN_CALL_OFF),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MERGED, given)
        ids = [row[0] for row in cursor.fetchall()]
    return list(rows.filter(id__in=ids))
