"""Lists of claims: a page at a time, by the keys that whoever asks can see.

A list is read by contract and by place, each from its own index, and the first rows of
several keys are merged: by whom it was earned with, by whom its participant is with
now, and by the specialists who help them. Those are the ways in which the policy lets a
claim be seen, so a page holds what a search of the whole table would give; the policy
itself is asked of each row found.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from quasimarket.service.claims.models import Claim
from quasimarket.service.claims.states import CLAIM
from quasimarket.service.participation.states import SHOWN_CALL_OFF
from quasimarket.service.people.scope import Reach, reach


EXPORTED_AT_ONCE = 2_000
LAST = 2**63 - 1
"""No id comes after it."""
_BY_KEY = """
    SELECT c.id FROM unnest(%(states)s::varchar[]) AS s(state)
    CROSS JOIN unnest(%({keys})s::varchar[]) AS k(key)
    CROSS JOIN LATERAL (
        SELECT id FROM claims_claim
        WHERE {column} = k.key AND state = s.state AND id {beyond} %(place)s
        ORDER BY id {order} LIMIT %(size)s) c
"""
_HELPED = """
    SELECT c.id FROM participation_calloff o
    JOIN claims_claim c ON c.participation_id = o.participation_id
    WHERE o.position_id = ANY (%(positions)s::varchar[])
        AND o.state = ANY (%(helping)s) AND c.state = ANY (%(states)s)
        AND c.id {beyond} %(place)s
"""
"""A specialist helps hundreds, not hundreds of thousands: these are sorted."""
_MERGED = """
    SELECT DISTINCT id FROM ({parts}) found ORDER BY id {order} LIMIT %(size)s
"""
_WHOLE = """
    SELECT c.id FROM unnest(%(states)s::varchar[]) AS s(state)
    CROSS JOIN LATERAL (
        SELECT id FROM claims_claim WHERE state = s.state AND id {beyond} %(place)s
        ORDER BY id {order} LIMIT %(size)s) c
    ORDER BY id {order} LIMIT %(size)s
"""
_COLUMNS = {
    "contracts": ("contract_id", "held_contract"),
    "positions": ("position_id", "held_position"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Along the ids, up or down: which come next, and in what order."""

    beyond: str
    order: str


UP = Way(beyond=">", order="ASC")
DOWN = Way(beyond="<", order="DESC")


def newest_claims(state: str = "", *, before: int = 0, size: int) -> list[Claim]:
    """Give the claims that can be seen, the newest first.

    Args:
        state: in this state alone.
        before: only those with an earlier id.
        size: at most so many.
    """
    states = [state] if state else CLAIM.states
    return _claims(_ids(DOWN, states, before or LAST, size))


def every_claim(state: str = "") -> Iterator[Claim]:
    """Give all the claims that can be seen, the newest first."""
    before = 0
    while found := newest_claims(state, before=before, size=EXPORTED_AT_ONCE):
        yield from found
        before = found[-1].pk


def claims_after(
    last: int, size: int, *, people: Collection[int] | None = None
) -> list[Claim]:
    """Give the claims that can be seen after an id, in the order of ids.

    Args:
        last: the id.
        size: at most so many.
        people: of these participations alone.
    """
    if people is not None:
        rows = Claim.objects.filter(participation_id__in=list(people), id__gt=last)
        return list(rows.order_by("id")[:size])
    return _claims(_ids(UP, CLAIM.states, last, size))


def count_up_to(most: int, state: str) -> int:
    """Count the claims in a state that can be seen, as far as a number."""
    return len(_ids(DOWN, [state], LAST, most))


def _claims(ids: Sequence[int]) -> list[Claim]:
    found = Claim.objects.in_bulk(ids)
    return [found[one] for one in ids if one in found]


def _ids(way: Way, states: Sequence[str], place: int, size: int) -> list[int]:
    seen = reach()
    statement = statement_of(seen, way)
    if not statement:
        return []
    given = {
        "states": list(states),
        "place": place,
        "size": size,
        "contracts": list(seen.contracts),
        "positions": list(seen.positions),
        "helping": list(SHOWN_CALL_OFF),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]


def statement_of(seen: Reach, way: Way) -> str:
    """Give the statement that finds a page's ids; blank where nothing can be seen."""
    words = {"beyond": way.beyond, "order": way.order}
    if seen.sees_all:
        return _WHOLE.format(**words)
    keys = {"contracts": seen.contracts, "positions": seen.positions}
    parts = [
        _BY_KEY.format(keys=name, column=column, **words)
        for name, columns in _COLUMNS.items()
        if keys[name]
        for column in columns
    ]
    if seen.positions:
        parts.append(_HELPED.format(**words))
    if not parts:
        return ""
    return _MERGED.format(parts=" UNION ALL ".join(parts), **words)
