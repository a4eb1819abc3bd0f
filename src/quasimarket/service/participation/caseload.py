"""Caseloads: a page at a time, by the key that whoever asks can see.

A list is read by contract, by place or by adviser, each from its own index, and the
pages of several keys are merged. A page begins after the last row of the one before
(its day and id), so that the last page costs what the first does.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet

from quasimarket.service.participation.models import (
    CallOff,
    Participation,
    Person,
    SearchName,
)
from quasimarket.service.participation.states import OPEN_CALL_OFF
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import PRIME_ROLES, SEES_ALL, SUB_ROLES
from quasimarket.service.programme.models import Contract, Position


PAGE = 25
MOST_FOUND = 50
SOON = 10
"""Days ahead in which a deadline is near."""
Rows: TypeAlias = "QuerySet[Participation]"


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


def branches(actor: Actor, wanted: Wanted) -> list[Rows]:
    """Give one query for each key that the actor's caseload is read by."""
    rows = Participation.objects.all()
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.is_mine:
        return [rows.filter(adviser_id=actor.id)]
    if wanted.position:
        return [rows.filter(position_id=wanted.position)]
    if wanted.contract:
        return [rows.filter(contract_id=wanted.contract)]
    if actor.role in SUB_ROLES:
        places = Position.objects.filter(organisation_id=actor.organisation)
        return [
            rows.filter(position_id=one) for one in places.values_list("id", flat=True)
        ]
    contracts = Contract.objects.all()
    if actor.role in PRIME_ROLES:
        contracts = contracts.filter(prime_id=actor.organisation)
    elif actor.role in SEES_ALL and not wanted.state and not wanted.is_due:
        return [rows]
    return [
        rows.filter(contract_id=one) for one in contracts.values_list("id", flat=True)
    ]


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
    order = _by_due if wanted.is_due else _by_referral
    key = _due_key if wanted.is_due else _referral_key
    parts = [
        list(order(rows, after, today)[: size + 1]) for rows in branches(actor, wanted)
    ]
    found = list(heapq.merge(*parts, key=key))
    shown = found[:size]
    attach_people(shown)
    more = len(found) > size
    return Page(rows=shown, after=_mark(shown[-1], wanted.is_due) if more else "")


def everything(actor: Actor, wanted: Wanted, *, today: date, most: int) -> Page:
    """Give a caseload whole, for a file, up to a number of rows."""
    return caseload(actor, wanted, today=today, size=most)


def _by_referral(rows: Rows, after: str, today: date) -> Rows:
    if after:
        day, key = _read_mark(after)
        rows = rows.filter(referred__lte=day).filter(
            Q(referred__lt=day) | Q(id__lt=key)
        )
    return rows.order_by("-referred", "-id")


def _by_due(rows: Rows, after: str, today: date) -> Rows:
    rows = rows.filter(due_on__lte=today + timedelta(days=SOON))
    if after:
        day, key = _read_mark(after)
        rows = rows.filter(due_on__gte=day).filter(Q(due_on__gt=day) | Q(id__gt=key))
    return rows.order_by("due_on", "id")


def _referral_key(row: Participation) -> tuple[int, int]:
    return (-row.referred.toordinal(), -row.pk)


def _due_key(row: Participation) -> tuple[date, int]:
    return (row.due_on, row.pk)


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
    """Give the open call-offs that a specialist's places were asked for."""
    places = Position.objects.filter(organisation_id=actor.organisation)
    found: list[CallOff] = []
    for place in places.values_list("id", flat=True):
        for state in OPEN_CALL_OFF:
            rows = CallOff.objects.filter(position_id=place, state=state)
            found += rows.select_related("participation").order_by("-asked", "-id")[
                :size
            ]
    attach_people([one.participation for one in found])
    return sorted(found, key=lambda one: (one.asked, one.pk), reverse=True)[:size]


def search(actor: Actor, text: str) -> list[Participation]:
    """Find participants by reference, National Insurance number or name.

    A name is found by the beginning of its last word, and of its first if two are
    given. What is found is what the actor may see, and at most fifty.
    """
    words = text.lower().split()
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
    found: list[int] = []
    for rows in _search_branches(actor):
        rows = _starts(rows, "last", words[-1])
        if len(words) > 1:
            rows = _starts(rows, "first", words[0])
        keys = rows.order_by("last", "first").values_list("participation_id", flat=True)
        found += keys[: MOST_FOUND + 1]
    return found


def _starts(rows: Any, field: str, word: str) -> Any:
    """Ask for a beginning by two comparisons: an index serves them under a policy."""
    word = word[:100]
    return rows.filter(**{f"{field}__gte": word, f"{field}__lt": word + "\U0010ffff"})


def _search_branches(actor: Actor) -> list[Any]:
    rows = SearchName.objects.all()
    if actor.role in SUB_ROLES:
        places = Position.objects.filter(organisation_id=actor.organisation)
        keys = list(places.values_list("id", flat=True))
        asked = [one.participation_id for one in asked_of(actor)]
        return [
            *(rows.filter(position=one) for one in keys),
            rows.filter(participation_id__in=asked),
        ]
    if actor.role in PRIME_ROLES:
        contracts = Contract.objects.filter(prime_id=actor.organisation)
        return [
            rows.filter(contract=one) for one in contracts.values_list("id", flat=True)
        ]
    return [rows]
