"""One person alone makes no second sign-in that decides for the commissioner (T5)."""

import os
from copy import deepcopy

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.log.models import LogEvent
from quasimarket.service.pages.sign_in_acts import (
    Lost,
    MakeSignIn,
    MendSignIn,
    ResumeSignIn,
    SuspendSignIn,
)
from quasimarket.service.pages.sign_in_request_acts import ConfirmSignIn, RefuseSignIn
from quasimarket.service.people.actor import SIGN_IN, SYSTEM, Actor
from quasimarket.service.people.models import SignInRequest, User
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from tests.lib.postgresql import django_at
from tests.lib.sign_ins import PASSWORD, make_person, make_programme


NEW = {"name": "Nia New", "email": "nia@example.org", "role": "payment"}
OLD_HASH = "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA"
INSERT = (
    "INSERT INTO people_user (password, email, name, organisation_id, role, is_active) "
    "VALUES ('x', 'nia@example.org', 'Nia New', 'org-commissioner', 'payment', true)"
)


@pytest.fixture(scope="module")
def made(server):
    """Make the people once: hashing their passwords takes a while."""
    name = f"quasimarket_two_people_{os.getpid()}"
    server.drop(name)
    with django_at(server.copy(name)):
        make_programme()
        people = {
            name: make_person(role)
            for name, role in (
                ("asker", Role.CONTRACT_MANAGER),
                ("second", Role.CONTRACT_MANAGER),
                ("payer", Role.PAYMENT),
                ("policy", Role.POLICY),
                ("provider", Role.SUB_MANAGER),
            )
        }
        with acting_as(SYSTEM):
            Programme.objects.update(is_demonstration=False)
    yield name, people
    server.drop(name)


@pytest.fixture(scope="module")
def template(made):
    return made[0]


@pytest.fixture
def people(fresh_database, made):
    """Give people of a live programme's commissioner, by what they do."""
    cache.clear()
    return deepcopy(made[1])


def as_actor(person):
    return Actor.of_user(person)


def codes(error):
    return {one.code for one in error.value.unmet}


def row(person):
    with acting_as(SYSTEM):
        return User.objects.get(pk=person.pk)


def lets_in(person, password):
    with acting_as(SIGN_IN):
        return User.objects.get(pk=person.pk).check_password(password)


def run_sql(actor, statement, *parameters):
    """Run a statement as the service's role in somebody's scope."""
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_asked_sign_in_is_made_when_another_confirms_it(people):
    asked = perform(MakeSignIn(**NEW), as_actor(people["asker"]))
    with acting_as(SYSTEM):
        assert not User.objects.filter(email=NEW["email"]).exists()

    shown = perform(
        ConfirmSignIn(email="NIA@example.org"), as_actor(people["policy"]), asked
    )

    with acting_as(SYSTEM):
        made = User.objects.get(email=NEW["email"])
        entry = LogEvent.objects.get(kind="confirm-sign-in")
    assert (made.role, made.was_given_secret) == ("payment", True)
    assert lets_in(made, shown["Password"])
    assert (entry.actor, entry.number) == (people["policy"].pk, made.pk)
    assert "Nia" not in str(entry.details)


@pytest.mark.parametrize("lost", list(Lost))
def test_mending_has_no_effect_before_it_is_confirmed(people, lost):
    payer = people["payer"]
    asked = perform(MendSignIn(lost=lost), as_actor(people["asker"]), payer)
    assert lets_in(payer, PASSWORD)

    shown = perform(ConfirmSignIn(email=payer.email), as_actor(people["second"]), asked)

    assert not lets_in(payer, PASSWORD)
    assert lets_in(payer, shown["Password"])
    with acting_as(SYSTEM):
        left = Authenticator.objects.filter(user=payer).count()
    assert left == (0 if lost is Lost.APP else 2)


def test_suspended_colleague_is_let_in_by_two(people):
    payer = people["payer"]
    perform(SuspendSignIn(why="Away"), as_actor(people["asker"]), payer)
    assert not row(payer).is_active
    asked = perform(ResumeSignIn(), as_actor(people["asker"]), payer)
    assert not row(payer).is_active

    perform(ConfirmSignIn(email=payer.email), as_actor(people["second"]), asked)

    assert row(payer).is_active


def test_who_asked_and_whom_it_is_for_confirm_nothing(people):
    asked = perform(
        MendSignIn(lost=Lost.PASSWORD), as_actor(people["asker"]), people["payer"]
    )
    act = ConfirmSignIn(email=people["payer"].email)

    with pytest.raises(Refusal) as own_request:
        perform(act, as_actor(people["asker"]), asked)
    with pytest.raises(Refusal) as own_sign_in:
        perform(act, as_actor(people["payer"]), asked)
    with pytest.raises(NotFound):
        perform(act, as_actor(people["provider"]), asked)

    assert codes(own_request) == {"four-eyes"}
    assert codes(own_sign_in) == {"your-own"}
    assert lets_in(people["payer"], PASSWORD)


def test_confirming_needs_the_address_and_refusing_ends_it(people):
    asked = perform(MakeSignIn(**NEW), as_actor(people["asker"]))
    second = as_actor(people["second"])
    with pytest.raises(Refusal) as other:
        perform(ConfirmSignIn(email="someone@else.example"), second, asked)

    perform(RefuseSignIn(why="Nobody here of that name"), second, asked)

    assert other.value.unmet[0].field == "email"
    with pytest.raises(Refusal) as decided:
        perform(ConfirmSignIn(email=NEW["email"]), second, asked)
    assert codes(decided) == {"wrong-state"}


def test_request_of_somebody_suspended_since_makes_nothing(people):
    asked = perform(MakeSignIn(**NEW), as_actor(people["asker"]))
    perform(SuspendSignIn(why="Left"), as_actor(people["second"]), people["asker"])

    with pytest.raises(Refusal) as error:
        perform(ConfirmSignIn(email=NEW["email"]), as_actor(people["policy"]), asked)

    assert codes(error) == {"sign-in-two-people"}


ALONE = {
    "make": (INSERT, ()),
    "give a password": (
        "UPDATE people_user SET password = 'x' WHERE id = %s",
        ("payer",),
    ),
    "change the address": (
        "UPDATE people_user SET email = 'mine@example.org' WHERE id = %s",
        ("payer",),
    ),
    "change the role": (
        "UPDATE people_user SET role = 'payment' WHERE id = %s",
        ("second",),
    ),
    "take a provider's in": (
        "UPDATE people_user SET role = 'payment', "
        "organisation_id = 'org-commissioner' WHERE id = %s",
        ("provider",),
    ),
    "spare the change of a given password": (
        "UPDATE people_user SET was_given_secret = NOT was_given_secret WHERE id = %s",
        ("payer",),
    ),
}


@pytest.mark.parametrize("what", ALONE)
@pytest.mark.parametrize("scope", ["asker", "system"])
def test_statement_of_the_services_role_makes_none_alone(people, what, scope):
    statement, named = ALONE[what]
    actor = SYSTEM if scope == "system" else as_actor(people[scope])

    with pytest.raises(IntegrityError, match="asked for by one"):
        run_sql(actor, statement, *(people[name].pk for name in named))


def test_nobody_gives_themselves_another_role_or_address(people):
    for column, value in (("role", "payment"), ("email", "x@example.org")):
        with pytest.raises(DatabaseError, match="but its password"):
            run_sql(
                as_actor(people["asker"]),
                f"UPDATE people_user SET {column} = %s WHERE id = %s",
                value,
                people["asker"].pk,
            )


def test_confirmation_is_not_written_in_anothers_name(people):
    asker, second = people["asker"], people["second"]
    asked = perform(MakeSignIn(**NEW), as_actor(asker))
    confirm = (
        "UPDATE people_signinrequest SET state = 'confirmed', decided_by = %s, "
        "decided_at = now() WHERE id = %s"
    )
    ask = (
        "INSERT INTO people_signinrequest (reference, kind, state, name, email, role, "
        "organisation_id, lost, asked_by, asked_at) VALUES ('x', 'make', 'asked', "
        "'Nia New', 'nia@example.org', 'payment', 'org-commissioner', '', %s, now())"
    )

    for actor in (as_actor(asker), SYSTEM):
        with pytest.raises(DatabaseError, match=r"own name|row-level security"):
            run_sql(actor, confirm, second.pk, asked.pk)
        with pytest.raises(DatabaseError, match=r"own name|row-level security"):
            run_sql(actor, ask, second.pk)
    with pytest.raises(IntegrityError, match="four_eyes"):
        run_sql(as_actor(asker), confirm, asker.pk, asked.pk)


def test_what_was_asked_is_confirmed_as_it_was_asked_and_once(people):
    asked = perform(MakeSignIn(**NEW), as_actor(people["asker"]))
    second = as_actor(people["second"])
    with pytest.raises(DatabaseError, match="own name"):
        run_sql(
            second,
            "UPDATE people_signinrequest SET email = 'a@b.example' WHERE id = %s",
            asked.pk,
        )
    perform(ConfirmSignIn(email=NEW["email"]), second, asked)

    with pytest.raises(IntegrityError, match="asked for by one"):
        run_sql(second, INSERT.replace("nia@", "nia2@"))


def test_another_persons_app_is_nobodys_to_take_or_change(people):
    payer = people["payer"]
    for statement in (
        "DELETE FROM mfa_authenticator WHERE user_id = %s",
        "UPDATE mfa_authenticator SET data = '{}' WHERE user_id = %s",
    ):
        run_sql(as_actor(people["asker"]), statement, payer.pk)  # it finds none
        with pytest.raises(DatabaseError):
            run_sql(SYSTEM, statement, payer.pk)
    with acting_as(SYSTEM):
        assert Authenticator.objects.filter(user=payer).count() == 2


def test_live_programme_becomes_no_demonstration(people):
    with pytest.raises(DatabaseError, match="no demonstration"):
        run_sql(SYSTEM, "UPDATE programme_programme SET is_demonstration = true")


def test_password_and_app_are_read_by_their_own_person(people):
    """T14: not by colleagues, nor by roles that see everything."""
    payer = people["payer"]
    for name in ("asker", "policy", "provider"):
        actor = as_actor(people[name])
        with pytest.raises(DatabaseError, match="permission denied"):
            run_sql(actor, "SELECT password FROM people_user")
        with pytest.raises(DatabaseError, match="permission denied"):
            run_sql(actor, "SELECT u FROM people_user u")
        with acting_as(actor), connection.cursor() as cursor:
            cursor.execute("SELECT people_password(%s)", [payer.pk])
            assert cursor.fetchone() == (None,)
            assert not Authenticator.objects.filter(user=payer).exists()
    with acting_as(as_actor(payer)):
        assert User.objects.get(pk=payer.pk).check_password(PASSWORD)
        assert Authenticator.objects.filter(user=payer).count() == 2


def test_page_of_a_request_is_for_who_may_confirm_it(people):
    asked = perform(MakeSignIn(**NEW), as_actor(people["asker"]))
    with acting_as(as_actor(people["second"])):
        assert SignInRequest.objects.filter(pk=asked.pk).exists()
    with acting_as(as_actor(people["provider"])):
        assert not SignInRequest.objects.exists()
    with pytest.raises(NotAllowed), transaction.atomic():
        perform(MakeSignIn(**NEW), as_actor(people["policy"]))
