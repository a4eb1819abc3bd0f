"""Managers make, mend and suspend the sign-ins of their own people."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

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
from quasimarket.service.people.actor import SIGN_IN, SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from tests.lib.sign_ins import PASSWORD, code_now, make_person, make_programme


NEW = {"name": "Sam New", "email": "sam@example.org", "role": "sub-adviser"}
CHOSEN = "three words together here"


@pytest.fixture
def programme(fresh_database):
    cache.clear()
    make_programme()


@pytest.fixture
def manager(programme):
    return make_person(Role.SUB_MANAGER)


def signed_in(person):
    """Give a browser that has just signed in with both factors."""
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": code_now()})
    return browser


def again(person):
    with acting_as(SYSTEM):
        return User.objects.get(pk=person.pk)


def codes(error):
    return {one.code for one in error.value.unmet}


def test_new_sign_in_is_shown_once_and_changed_before_the_first_page(manager):
    browser = signed_in(manager)
    asked = browser.get("/do/make-sign-in/")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

    checked = browser.post("/do/make-sign-in/", NEW)
    made = browser.post("/do/make-sign-in/", {**NEW, "step": "confirm"})

    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert "Check your answers" in checked.text
    assert made["Cache-Control"] == "no-store"
    password = re.search(r"(?:[a-z2-9]{4}-){4}[a-z2-9]{4}", made.text)[0]
    assert password not in browser.get("/people/").text
    assert "Sam New" in browser.get("/people/").text
    assert "Subcontractor: adviser" in browser.get("/people/").text
    theirs = Client()
    theirs.post("/accounts/login/", {"login": NEW["email"], "password": password})
    assert theirs.get("/")["Location"] == "/accounts/password/change/"
    assert "Somebody else made" in theirs.get("/accounts/password/change/").text
    changed = theirs.post(
        "/accounts/password/change/",
        {"oldpassword": password, "password1": CHOSEN, "password2": CHOSEN},
    )
    assert changed["Location"] == "/"
    assert theirs.get("/")["Location"] == "/accounts/2fa/totp/activate/"
    with acting_as(SYSTEM):
        found = User.objects.get(email=NEW["email"])
        assert (found.role, found.organisation_id) == (
            "sub-adviser",
            manager.organisation_id,
        )
        entry = LogEvent.objects.get(kind="make-sign-in")
        assert (entry.actor, entry.number) == (manager.pk, found.pk)
        assert "Sam" not in str(entry.details)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": Role.PAYMENT}, "role-of-another"),
        ({"role": Role.PARTICIPANT}, "role-of-another"),
        ({"role": Role.PRIME_MANAGER}, "role-of-another"),
        ({"organisation": "org-prime"}, "not-your-organisation"),
        ({"organisation": "org-participants"}, "not-your-organisation"),
    ],
)
def test_manager_grants_the_roles_of_its_own_kind_alone(manager, change, code):
    with pytest.raises(Refusal) as error:
        perform(MakeSignIn(**NEW | change), Actor.of_user(manager))

    assert codes(error) == {code}
    assert error.value.unmet[0].remedy


def test_address_is_one_persons(manager):
    with pytest.raises(Refusal) as error:
        perform(
            MakeSignIn(**NEW | {"email": manager.email.upper()}),
            Actor.of_user(manager),
        )

    assert codes(error) == {"address-in-use"}
    assert error.value.unmet[0].field == "email"


def test_contract_manager_makes_the_first_manager_of_a_provider(programme):
    keeper = Actor.of_user(make_person(Role.CONTRACT_MANAGER))
    act = MakeSignIn(**NEW | {"role": Role.PRIME_MANAGER, "organisation": "org-prime"})

    perform(act, keeper)

    with acting_as(SYSTEM):
        assert User.objects.get(email=NEW["email"]).organisation_id == "org-prime"


def test_suspended_sign_in_is_shut_out_at_once_and_can_be_let_in(manager):
    worker = make_person(Role.SUB_ADVISER)
    theirs = signed_in(worker)
    assert theirs.get("/").status_code == 200

    perform(SuspendSignIn(why="Left us"), Actor.of_user(manager), worker)

    assert theirs.get("/")["Location"].startswith("/accounts/login/")
    with acting_as(SYSTEM):
        assert LogEvent.objects.get(kind="suspend-sign-in").reason == "Left us"
    perform(ResumeSignIn(), Actor.of_user(manager), worker)
    assert again(worker).is_active


def test_lost_app_goes_with_the_password_and_every_session(manager):
    worker = make_person(Role.SUB_ADVISER)
    theirs = signed_in(worker)

    shown = perform(MendSignIn(lost=Lost.APP), Actor.of_user(manager), worker)

    assert theirs.get("/")["Location"].startswith("/accounts/login/")
    with acting_as(SYSTEM):
        assert not Authenticator.objects.filter(user=worker).exists()
    with acting_as(SIGN_IN):
        assert User.objects.get(pk=worker.pk).check_password(shown["Password"])
    assert again(worker).was_given_secret


def test_lost_password_leaves_the_app(manager):
    worker = make_person(Role.SUB_ADVISER)

    perform(MendSignIn(lost=Lost.PASSWORD), Actor.of_user(manager), worker)

    with acting_as(SYSTEM):
        assert Authenticator.objects.filter(user=worker).count() == 2


def test_nobody_keeps_their_own_sign_in_or_anothers_people(manager):
    keeper = Actor.of_user(manager)
    elsewhere = make_person(Role.PRIME_ADVISER)

    with pytest.raises(Refusal) as error:
        perform(SuspendSignIn(why="x"), keeper, manager)
    assert codes(error) == {"your-own"}
    with pytest.raises(NotFound):
        perform(MendSignIn(lost=Lost.APP), keeper, elsewhere)
    with pytest.raises(NotAllowed):
        perform(MakeSignIn(**NEW), Actor.of_user(make_person(Role.SUB_ADVISER)))


def test_participants_sign_in_is_no_managers(programme):
    keeper = Actor.of_user(make_person(Role.CONTRACT_MANAGER))
    participant = make_person(Role.PARTICIPANT, has_app=False)

    with pytest.raises(Refusal) as error:
        perform(MendSignIn(lost=Lost.PASSWORD), keeper, participant)

    assert codes(error) == {"not-your-organisation"}


def test_own_sign_in_leads_to_no_codes_before_any_were_made(manager):
    with acting_as(SYSTEM):
        Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    browser = signed_in(manager)

    page = browser.get("/accounts/2fa/").text

    links = re.findall(r'href="(/accounts/[^"]+)"', page)
    assert "/accounts/2fa/recovery-codes/generate/" in links
    assert all(browser.get(one, follow=True).status_code == 200 for one in links)
