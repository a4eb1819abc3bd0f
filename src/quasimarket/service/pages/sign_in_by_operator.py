"""Letting somebody of the commissioner in where two people are no longer left to.

It is no act: nobody does it on a page. It goes through the owner's connection, which
whoever runs the machine has and the service has not, and the log says so.
"""

import json
from collections.abc import Sequence
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


ACT = "let-in"
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
    _refuse_without_programme()
    with acting_as(SYSTEM):
        now = clock.now()
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.scope', %s, true), "
            "set_config('app.definer', 'on', true)",
            [signed(OPERATOR.kind, OPERATOR.id)],
        )
        people = list(
            User.objects.using(OWNER)
            .filter(organisation__kind=OrganisationKind.COMMISSIONER)
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        person, absent = _named(people, address, also_absent)
        _refuse_where_two_can(people, {person.pk, *absent})
        was_suspended, had_app = not person.is_active, _apps(person).exists()
        password = new_password()
        person.set_password(password)
        person.was_given_secret = person.is_active = True
        person.save(
            using=OWNER, update_fields=["password", "was_given_secret", "is_active"]
        )
        if lost is Lost.APP:
            _apps(person).delete()
        doing = Doing(actor=OPERATOR, act=ACT, now=now, reason=why)
        doing.record(
            ACT,
            organisation=person.organisation_id,
            audience="commissioner",
            number=person.pk,
            details={
                "lost": str(lost),
                "was_suspended": was_suspended,
                "also_absent": sorted(absent),
            },
        )
        cursor.execute("SELECT log_append(%s::jsonb)", [json.dumps(doing.entries)])
    return {
        "name": person.name,
        "email": person.email,
        "password": password,
        "app_taken_away": had_app and lost is Lost.APP,
        "suspension_ended": was_suspended,
    }


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


def _named(
    people: Sequence[User], address: str, also_absent: Sequence[str]
) -> tuple[User, set[int]]:
    """Find the person and the others by their addresses, or name every unknown one."""
    known = {one.email.lower(): one for one in people}
    faults = [
        Fault(
            where=where,
            found=given,
            expected="the address of somebody of the commissioner",
            hint="for a provider's person a contract manager does it, on the page "
            "“People who sign in”",
        )
        for where, given in (
            ("ADDRESS", address),
            *(("--also-absent", one) for one in also_absent),
        )
        if given.strip().lower() not in known
    ]
    if faults:
        raise InputFault(faults)
    absent = {known[one.strip().lower()].pk for one in also_absent}
    return known[address.strip().lower()], absent


def _refuse_where_two_can(people: Sequence[User], away: set[int]) -> None:
    """Refuse where one could ask on the page and another confirm."""
    able = [one for one in people if one.is_active and one.pk not in away]
    if len(able) >= 2 and any(one.role == Role.CONTRACT_MANAGER for one in able):
        raise InputFault(
            [
                Fault(
                    where="ADDRESS",
                    found="two people who can still let them in: "
                    + ", ".join(one.email for one in able),
                    expected="a commissioner of whom no two are left who can",
                    hint="one of them asks for it on the page “People who sign in” and "
                    "another confirms it; name with --also-absent who cannot sign in "
                    "either",
                )
            ]
        )
