"""Where no two of the commissioner are left, the operator lets one in, and is seen."""

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import (
    DatabaseError,
    IntegrityError,
    connection,
    connections,
    transaction,
)

from quasimarket.core.errors import InputFault
from quasimarket.service.log.models import LogEvent
from quasimarket.service.pages.sign_in_by_operator import let_in, make_manager
from quasimarket.service.pages.sign_in_keeping import Lost
from quasimarket.service.people.actor import OPERATOR, SIGN_IN, SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as, signed
from quasimarket.service.programme.models import Programme
from quasimarket.service.safekeeping.audit import verify
from tests.lib.sign_ins import PASSWORD, make_person, make_programme


KEEPS = "SELECT people_one_keeps_the_other(%s, %s)"


@pytest.fixture
def two(fresh_database):
    """Give the two people whom a live programme begins with."""
    cache.clear()
    make_programme()
    made = [make_person(Role.CONTRACT_MANAGER) for _ in range(2)]
    go_live()
    return made


def go_live():
    with acting_as(SYSTEM):
        Programme.objects.update(is_demonstration=False)


def lets_in(person, password):
    with acting_as(SIGN_IN):
        return User.objects.get(pk=person.pk).check_password(password)


def apps_of(person):
    with acting_as(SYSTEM):
        return Authenticator.objects.filter(user=person).count()


@pytest.mark.parametrize(("lost", "apps"), [(Lost.PASSWORD, 2), (Lost.APP, 0)])
def test_one_of_two_is_let_in_and_the_log_says_who_did_it(
    two, fresh_database, lost, apps
):
    here, away = two

    done = let_in(away.email.upper(), lost, why="Telephone lost")

    assert lets_in(away, done["password"])
    assert not lets_in(away, PASSWORD)
    assert (apps_of(away), apps_of(here)) == (apps, 2)
    assert lets_in(here, PASSWORD)
    with acting_as(Actor.of_user(here)):
        entry = LogEvent.objects.get(kind="let-in")
        assert User.objects.get(pk=away.pk).was_given_secret
    assert (entry.actor_kind, entry.number) == ("operator", away.pk)
    assert entry.reason == "Telephone lost"
    assert entry.details["lost"] == lost
    assert done["password"] not in str(entry.details)
    with psycopg.connect(fresh_database.admin) as admin:
        assert verify(admin, []) == []


def test_nobody_is_let_in_where_one_can_ask_and_another_confirm(fresh_database):
    make_programme()
    away, payer, policy = (
        make_person(role) for role in (Role.CONTRACT_MANAGER, Role.PAYMENT, Role.POLICY)
    )
    manager = make_person(Role.CONTRACT_MANAGER)
    go_live()

    with pytest.raises(InputFault) as refused:
        let_in(away.email, Lost.PASSWORD, why="Forgotten")

    assert payer.email in str(refused.value)
    assert "--also-absent" in str(refused.value)
    assert lets_in(away, PASSWORD)
    with acting_as(SYSTEM):
        assert not LogEvent.objects.filter(kind="let-in").exists()
    # two who may only confirm are not enough: nobody could ask
    let_in(away.email, Lost.PASSWORD, also_absent=[manager.email], why="Both away")
    with acting_as(SYSTEM):
        entry = LogEvent.objects.get(kind="let-in")
    assert entry.details["also_absent"] == [manager.pk]
    assert lets_in(manager, PASSWORD)
    assert lets_in(policy, PASSWORD)


def test_suspension_ends_and_is_told(two):
    here, away = two
    with acting_as(Actor.of_user(here)):
        User.objects.filter(pk=away.pk).update(is_active=False)

    done = let_in(away.email, Lost.PASSWORD, why="Suspended by mistake")

    assert done["suspension_ended"]
    with acting_as(SYSTEM):
        assert User.objects.get(pk=away.pk).is_active


def test_unknown_and_providers_addresses_are_named_together(two):
    provider = make_person(Role.PRIME_MANAGER)

    with pytest.raises(InputFault) as refused:
        let_in(provider.email, Lost.APP, also_absent=["x@example.org"], why="Lost")

    assert [one.where for one in refused.value.faults] == ["ADDRESS", "--also-absent"]
    assert "contract manager" in refused.value.faults[0].hint


def test_two_whom_the_operator_let_in_decide_nothing_together(two):
    """Whoever made both passwords could be both people."""
    here, away = two
    let_in(away.email, Lost.PASSWORD, why="Forgotten")
    assert not keeps(here, away)
    assert not keeps_the_programme(away)

    let_in(here.email, Lost.PASSWORD, why="Forgotten too")

    assert keeps(here, away)


def keeps(one, other):
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(KEEPS, [one.pk, other.pk])
        return cursor.fetchone()[0]


def keeps_the_programme(one):
    """Whether somebody is held to have made what the programme itself asks."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(KEEPS, [0, one.pk])
        return cursor.fetchone()[0]


def test_services_role_is_no_operator(two):
    """Not even with the operator's scope, which it could sign."""
    _, away = two
    mend = "UPDATE people_user SET password = 'x', was_given_secret = true "
    with acting_as(OPERATOR), connection.cursor() as cursor:
        cursor.execute(mend + "WHERE id = %s", [away.pk])
        assert cursor.rowcount == 0
        cursor.execute("SELECT people_is_operator()")
        assert cursor.fetchone() == (False,)
    with (
        pytest.raises(IntegrityError, match="asked for by one"),
        acting_as(SYSTEM),
        connection.cursor() as cursor,
    ):
        cursor.execute(mend + "WHERE id = %s", [away.pk])
    assert lets_in(away, PASSWORD)


def test_manager_is_made_in_place_of_one_who_left(two, fresh_database):
    here, gone = two
    with acting_as(Actor.of_user(here)):
        User.objects.filter(pk=gone.pk).update(is_active=False)

    done = make_manager("Nia New", "Nia@example.org", why="The other has left")

    with acting_as(Actor.of_user(here)):
        made = User.objects.get(email="nia@example.org")
        entry = LogEvent.objects.get(kind="make-manager")
    assert (made.role, made.was_given_secret) == ("contract-manager", True)
    assert lets_in(made, done["password"])
    assert not keeps(here, made)
    assert (entry.actor_kind, entry.number) == ("operator", made.pk)
    assert "Nia" not in str(entry.details)
    with pytest.raises(InputFault, match="people who can still"):
        make_manager("Ola", "ola@example.org", why="A fourth")
    with pytest.raises(InputFault) as unusable:
        make_manager(" ", "nia@example.org", also_absent=[here.email], why="x")
    assert [one.where for one in unusable.value.faults] == ["NAME", "ADDRESS"]


def test_operator_makes_contract_managers_alone(two):
    insert = (
        "INSERT INTO people_user (password, email, name, organisation_id, role, "
        "is_active, was_given_secret) VALUES "
        "('x', 'x@example.org', 'X', 'org-commissioner', %s, true, %s)"
    )
    for role, is_given in (("payment", True), ("contract-manager", False)):
        with pytest.raises(DatabaseError, match="but its password"):
            as_operator(insert, role, is_given)


def test_operator_changes_no_address_or_role(two):
    _, away = two
    for column, value in (("email", "mine@example.org"), ("role", "payment")):
        with pytest.raises(DatabaseError, match="but its password"):
            as_operator(
                f"UPDATE people_user SET {column} = %s, was_given_secret = true "
                "WHERE id = %s",
                value,
                away.pk,
            )


def as_operator(statement, *parameters):
    """Run a statement as the owner in the operator's scope."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.scope', %s, true), "
            "set_config('app.definer', 'on', true)",
            [signed("operator", 0)],
        )
        cursor.execute(statement, parameters)


def test_database_without_a_programme_is_named(fresh_database):
    with pytest.raises(InputFault, match="without a programme"):
        let_in("meera@department.example.org", Lost.PASSWORD, why="Lost")
