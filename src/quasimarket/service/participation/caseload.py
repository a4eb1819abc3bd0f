"""Caseloads: a page at a time, by the key that whoever asks can see.

A list is read by contract, by place or by adviser, each from its own index, and the
first rows of several keys are merged. A page begins after the last row of the one
before (its day and id), so that the last page costs what the first does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from quasimarket.service.participation.models import (
    CallOff,
    Participation,
    Person,
    SearchName,
)
from quasimarket.service.participation.states import OPEN_CALL_OFF
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import PRIME_ROLES, SUB_ROLES
from quasimarket.service.programme.models import Contract, Position


PAGE = 25
MOST_FOUND = 50
SOON = 10
"""Days ahead in which a deadline is near."""
LAST = "\U0010ffff"
"""After every letter: the end of what begins with a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a caseload is asked for."""

    state: str = ""
    contract: str = ""
    position: str = ""
    is_mine: bool = False
    is_due: bool = False
    """Only what is due soon or overdue, the most overdue first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a caseload and where the next one begins; blank at the end."""

    rows: Sequence[Participation]
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """By which column a caseload is read, and which values the reader has of it."""

    column: str
    """contract_id, position_id or adviser_id; blank where all of it is read."""
    kind: str = "varchar"
    values: tuple[Any, ...] = ()


def key_of(actor: Actor, wanted: Wanted) -> Key:
    """Give the key that the actor's caseload is read by."""
    if wanted.is_mine:
        return Key(column="adviser_id", kind="bigint", values=(actor.id,))
    if wanted.position:
        return Key(column="position_id", values=(wanted.position,))
    if wanted.contract:
        return Key(column="contract_id", values=(wanted.contract,))
    if actor.role in SUB_ROLES:
        return Key(column="position_id", values=places_of(actor))
    if actor.role in PRIME_ROLES:
        return Key(column="contract_id", values=contracts_of(actor))
    if wanted.state or wanted.is_due:
        every = Contract.objects.order_by("id").values_list("id", flat=True)
        return Key(column="contract_id", values=tuple(every))
    return Key(column="")


def places_of(actor: Actor) -> tuple[str, ...]:
    """Give the places that the actor's organisation holds."""
    rows = Position.objects.filter(organisation_id=actor.organisation)
    return tuple(rows.order_by("id").values_list("id", flat=True))


def contracts_of(actor: Actor) -> tuple[str, ...]:
    """Give the contracts of the actor's organisation."""
    rows = Contract.objects.filter(prime_id=actor.organisation)
    return tuple(rows.order_by("id").values_list("id", flat=True))


def caseload(
    actor: Actor, wanted: Wanted, *, today: date, after: str = "", size: int = PAGE
) -> Page:
    """Give a page of the actor's caseload.

    Args:
        actor: who asks; the scope is theirs.
        wanted: what of it.
        today: the day by which a deadline is judged.
        after: where the page begins, as the page before said.
        size: rows on it.

    Raises:
        ValueError: `after` is not what a page said.
    """
    keys = _ids(key_of(actor, wanted), wanted, today, after, size + 1)
    shown = keys[:size]
    found = {one.pk: one for one in Participation.objects.filter(pk__in=shown)}
    rows = [found[key] for key in shown]
    attach_people(rows)
    more = len(keys) > size
    return Page(rows=rows, after=_mark(rows[-1], wanted.is_due) if more else "")


def _ids(key: Key, wanted: Wanted, today: date, after: str, size: int) -> list[int]:
    """Give the ids of a page: the first of each key's own index, merged.

    One statement for all keys, so that the policy asks for the scope once and not for
    each key.
    """
    day, order, beyond = (
        ("due_on", "due_on, id", ">") if wanted.is_due
        else ("referred", "referred DESC, id DESC", "<")
    )  # fmt: skip
    given: dict[str, Any] = {"size": size}
    tests = []
    if wanted.state:
        tests.append("state = %(state)s")
        given["state"] = wanted.state
    if wanted.is_due:
        tests.append("due_on <= %(until)s")
        given["until"] = today + timedelta(days=SOON)
    if after:
        given["day"], given["id"] = _read_mark(after)
        tests.append(
            f"{day} {beyond}= %(day)s AND ({day} {beyond} %(day)s "
            f"OR id {beyond} %(id)s)"
        )
    if key.column:
        tests.append(f"{key.column} = k.key")
    # every part is one of this module's own words; what is asked for is a parameter
    inner = (
        f"SELECT id, {day} FROM participation_participation "
        f"{'WHERE ' + ' AND '.join(tests) if tests else ''} "
        f"ORDER BY {order} LIMIT %(size)s"
    )
    statement = inner
    if key.column:
        given["keys"] = list(key.values)
        statement = (
            f"SELECT p.id, p.{day} FROM unnest(%(keys)s::{key.kind}[]) AS k(key) "
            f"CROSS JOIN LATERAL ({inner}) p ORDER BY {order} LIMIT %(size)s"
        )
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]


def everything(actor: Actor, wanted: Wanted, *, today: date, most: int) -> Page:
    """Give a caseload whole, for a file, up to a number of rows."""
    return caseload(actor, wanted, today=today, size=most)


def _mark(row: Participation, is_due: bool) -> str:
    day = row.due_on if is_due else row.referred
    return f"{day.isoformat()}.{row.pk}"


def _read_mark(text: str) -> tuple[date, int]:
    day, _, key = text.partition(".")
    if not key.isdecimal() or len(key) > 18:
        raise ValueError("not a place in a list")
    return date.fromisoformat(day), int(key)


def attach_people(rows: Iterable[Any], name: str = "person_id") -> None:
    """Put to each row who it is about; None where the reader sees no people."""
    listed = list(rows)
    keys = {getattr(one, name) for one in listed}
    known = {one.pk: one for one in Person.objects.filter(pk__in=keys)} if keys else {}
    for one in listed:
        one.who = known.get(getattr(one, name))


def asked_of(actor: Actor, size: int = 200) -> list[CallOff]:
    """Give the open call-offs of a specialist's places.

    Each with its case, or None where the specialist has not accepted yet.
    """
    rows = CallOff.objects.filter(
        position_id__in=places_of(actor), state__in=OPEN_CALL_OFF
    )
    found = list(rows.order_by("-asked", "-id")[:size])
    cases = Participation.objects.in_bulk([one.participation_id for one in found])
    attach_people(cases.values())
    for one in found:
        one.case = cases.get(one.participation_id)
    return found


def search(actor: Actor, text: str) -> list[Participation]:
    """Find participants by reference, National Insurance number or name.

    A name is found by the beginning of its last word, and of its first if two are
    given. What is found is what the actor may see, and at most fifty.
    """
    words = [word[:100] for word in text.lower().split()]
    if not words:
        return []
    found = list(Participation.objects.filter(reference=text.strip())[:1])
    number = "".join(words).upper()
    if not found and len(number) == 9:
        people = Person.objects.filter(national_insurance=number)
        keys = [one.pk for one in people[:1]]
        found = list(Participation.objects.filter(person_id__in=keys))
    if not found:
        names = _names(actor, words)
        found = list(Participation.objects.filter(pk__in=names))
    attach_people(found)
    return sorted(found, key=_name_key)[:MOST_FOUND]


def _name_key(row: Any) -> tuple[str, int]:
    return (row.who.name.lower() if row.who else "", row.pk)


def _names(actor: Actor, words: Sequence[str]) -> list[int]:
    """Find by names; a specialist also among those it was asked for."""
    found = _by_key(actor, words)
    if actor.role in SUB_ROLES:
        asked = [one.participation_id for one in asked_of(actor)]
        rows = SearchName.objects.filter(participation_id__in=asked)
        rows = _starts(rows, "last", words[-1])
        if len(words) > 1:
            rows = _starts(rows, "first", words[0])
        found += list(rows.values_list("participation_id", flat=True))
    return found


def _starts(rows: Any, field: str, word: str) -> Any:
    return rows.filter(**{f"{field}__gte": word, f"{field}__lt": word + LAST})


def _by_key(actor: Actor, words: Sequence[str]) -> list[int]:
    """Ask each key's own index for a beginning, by two comparisons.

    Comparisons, since an index under a policy serves no LIKE.
    """
    column = ""
    values: tuple[str, ...] = ()
    if actor.role in SUB_ROLES:
        column, values = "position", places_of(actor)
    elif actor.role in PRIME_ROLES:
        column, values = "contract", contracts_of(actor)
    tests = ["last >= %(last)s AND last < %(last_end)s"]
    given: dict[str, Any] = {"last": words[-1], "last_end": words[-1] + LAST}
    if len(words) > 1:
        tests.append("first >= %(first)s AND first < %(first_end)s")
        given |= {"first": words[0], "first_end": words[0] + LAST}
    if column:
        tests.append(f"{column} = k.key")
        given["keys"] = list(values)
    inner = (
        "SELECT participation_id, last, first FROM participation_searchname "
        f"WHERE {' AND '.join(tests)} ORDER BY last, first LIMIT {MOST_FOUND + 1}"
    )
    statement = inner
    if column:
        statement = (
            "SELECT p.participation_id FROM unnest(%(keys)s::varchar[]) AS k(key) "
            f"CROSS JOIN LATERAL ({inner}) p ORDER BY p.last, p.first "
            f"LIMIT {MOST_FOUND + 1}"
        )
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]
