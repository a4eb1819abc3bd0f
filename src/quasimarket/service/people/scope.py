"""Tell the database for whom it is asked, for the length of one transaction.

The scope is signed, so that a statement slipped into the service cannot choose another:
the signing secret is known to the service's process and to the database's own function.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from quasimarket.service.people.actor import Actor


def set_scope(actor: Actor) -> str:
    """Set the scope of the transaction that is open; give the one that stood before."""
    return _set(signed(actor.kind, actor.id))


def _set(scope: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.scope', true), ''), "
            "set_config('app.scope', %s, true)",
            [scope],
        )
        return str(cursor.fetchone()[0])


def signed(kind: str, identity: int) -> str:
    """Give a scope with its signature: "user|12|9f86...".

    The functions of the database in `people.security` check it.
    """
    text = f"{kind}|{identity}"
    secret = settings.SIGNING_SECRET
    enclosed = f"{secret}|{text}|{secret}"  # at both ends: nothing can be appended
    digest = hashlib.sha256(enclosed.encode()).hexdigest()
    return f"{text}|{digest}"


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Open a transaction, or a savepoint in one, with an actor's scope.

    The scope that stood before stands again afterwards.
    """
    with transaction.atomic():
        before = set_scope(actor)
        yield
        _set(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whose rows the scope's policies let through, as lists are read by."""

    sees_all: bool
    contracts: tuple[str, ...]
    """Those that the organisation holds."""
    positions: tuple[str, ...]
    """The places in chains that it operates."""


def reach() -> Reach:
    """Ask the policies' own functions what the scope that stands may see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT scope_sees_all(), scope_contracts(), scope_positions()")
        sees_all, contracts, positions = cursor.fetchone()
    return Reach(
        sees_all=sees_all, contracts=tuple(contracts), positions=tuple(positions)
    )
