"""What the operator does for the commissioner where no two people are left who can.

It is no act: nobody does it on a page. It goes through the owner's connection, which
whoever runs the machine has and the service has not, and the log says so.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connections, transaction

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.acting import clock
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.shown_once import new_password
from quasimarket.service.pages.sign_in_keeping import Lost
from quasimarket.service.people.actor import OPERATOR, SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import OrganisationKind, Role
from quasimarket.service.people.scope import acting_as, signed
from quasimarket.service.programme.models import Programme


LET_IN = "let-in"
MADE = "make-manager"
ABSENT = "--also-absent"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
OWNER = "owner"
"""The connection whose tables they are; its policies open for what is set below."""


def let_in(
    address: str, lost: Lost, *, also_absent: Sequence[str] = (), why: str
) -> dict[str, Any]:
    """Give one person of the commissioner a new password, and say what was done.

    A suspension ends, and a lost authenticator app goes.

    Args:
        address: with which they sign in.
        lost: what they can no longer sign in with.
        also_absent: the addresses of others who cannot sign in either.
        why: what the log says of it.

    Raises:
        InputFault: there is no programme, nobody of the commissioner has the address,
            or two can still act.
    """
    with _operating() as (cursor, people, now):
        person, *others = _named(people, {"ADDRESS": [address], ABSENT: also_absent})
        _refuse_where_two_can(people, away=(person, *others))
        was_suspended, had_app = not person.is_active, _apps(person).exists()
        password = new_password()
        person.set_password(password)
        person.was_given_secret = person.is_active = True
        person.save(
            using=OWNER, update_fields=["password", "was_given_secret", "is_active"]
        )
        if lost is Lost.APP:
            _apps(person).delete()
        doing = Doing(actor=OPERATOR, act=LET_IN, now=now, reason=why)
        told = {"lost": str(lost), "was_suspended": was_suspended}
        _write(cursor, doing, person, others, told)
    return {
        "name": person.name,
        "email": person.email,
        "password": password,
        "app_taken_away": had_app and lost is Lost.APP,
        "suspension_ended": was_suspended,
    }


def make_manager(
    name: str, address: str, *, also_absent: Sequence[str] = (), why: str
) -> dict[str, Any]:
    """Make a contract manager in place of somebody who has left for good.

    Args:
        name: what they are called.
        address: with which they will sign in.
        also_absent: the addresses of those who cannot sign in, suspended or not.
        why: what the log says of it.

    Raises:
        InputFault: there is no programme, the address is in use or is none, or two can
            still act.
    """
    with _operating() as (cursor, people, now):
        absent = _named(people, {ABSENT: also_absent})
        _refuse_where_two_can(people, away=absent)
        email = User.objects.normalize_email(address.strip()).lower()
        _refuse_unusable(name, email)
        password = new_password()
        person = User(
            email=email,
            name=name.strip(),
            organisation_id=people[0].organisation_id,
            role=Role.CONTRACT_MANAGER,
            was_given_secret=True,
        )
        person.set_password(password)
        person.save(using=OWNER)
        doing = Doing(actor=OPERATOR, act=MADE, now=now, reason=why)
        _write(cursor, doing, person, absent, {"role": str(person.role)})
    return {"name": person.name, "email": person.email, "password": password}


@contextmanager
def _operating() -> Iterator[tuple[Any, list[User], datetime]]:
    """Open the owner's transaction in the operator's scope.

    Gives a cursor of it, the commissioner's people, whom nobody changes meanwhile, and
    the time on the programme's clock.
    """
    _refuse_without_programme()
    with acting_as(SYSTEM):
        now = clock.now()
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.scope', %s, true), "
            "set_config('app.definer', 'on', true)",
            [signed(OPERATOR.kind, OPERATOR.id)],
        )
        people = (
            User.objects.using(OWNER)
            .filter(organisation__kind=OrganisationKind.COMMISSIONER)
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        yield cursor, list(people), now


def _write(
    cursor: Any,
    doing: Doing,
    person: User,
    absent: Sequence[User],
    details: dict[str, Any],
) -> None:
    """Append to the log whose sign-in it was, by its number, and who was said away."""
    doing.record(
        doing.act,
        organisation=person.organisation_id,
        audience="commissioner",
        number=person.pk,
        details={**details, "also_absent": sorted(one.pk for one in absent)},
    )
    cursor.execute("SELECT log_append(%s::jsonb)", [json.dumps(doing.entries)])


def _refuse_without_programme() -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT to_regclass('programme_programme') IS NOT NULL")
        (has_tables,) = cursor.fetchone()
    if has_tables:
        with acting_as(SYSTEM):
            if Programme.objects.exists():
                return
    raise InputFault(
        [
            Fault(
                where="--state",
                found="a database without a programme",
                expected="the one that the service runs on",
                hint="`quasimarket begin` begins one, with two people",
            )
        ]
    )


def _apps(person: User) -> Any:
    return Authenticator.objects.using(OWNER).filter(user_id=person.pk)


def _named(people: Sequence[User], given: Mapping[str, Sequence[str]]) -> list[User]:
    """Find people by their addresses, or name every unknown one by its option."""
    known = {one.email.lower(): one for one in people}
    asked = [(where, one.strip()) for where, some in given.items() for one in some]
    faults = [
        Fault(
            where=where,
            found=address,
            expected="the address of somebody of the commissioner",
            hint="for a provider's person a contract manager does it, on the page "
            "“People who sign in”",
        )
        for where, address in asked
        if address.lower() not in known
    ]
    if faults:
        raise InputFault(faults)
    return [known[address.lower()] for _, address in asked]


def _refuse_where_two_can(people: Sequence[User], *, away: Sequence[User]) -> None:
    """Refuse where one could ask on the page and another confirm."""
    able = [one for one in people if one.is_active and one not in away]
    if len(able) >= 2 and any(one.role == Role.CONTRACT_MANAGER for one in able):
        raise InputFault(
            [
                Fault(
                    where="ADDRESS",
                    found="people who can still do it: "
                    + ", ".join(one.email for one in able),
                    expected="a commissioner of whom no two are left who can",
                    hint="one of them asks for it on the page “People who sign in” and "
                    f"another confirms it; name with {ABSENT} who cannot sign in",
                )
            ]
        )


def _refuse_unusable(name: str, email: str) -> None:
    faults = []
    if not name.strip() or len(name.strip()) > 120:
        faults.append(
            Fault(where="NAME", found=name or "nothing", expected="a name of 1 to 120")
        )
    if ADDRESS.fullmatch(email) is None or len(email) > 254:
        faults.append(
            Fault(
                where="ADDRESS",
                found=email,
                expected="an e-mail address, as in nia@department.example.org",
            )
        )
    elif User.objects.using(OWNER).filter(email__iexact=email).exists():
        faults.append(
            Fault(
                where="ADDRESS",
                found=f"{email}, with which somebody signs in already",
                expected="another address",
                hint=f"`quasimarket people {LET_IN}` is for somebody who is there",
            )
        )
    if faults:
        raise InputFault(faults)
