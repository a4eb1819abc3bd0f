"""The first sign-in, from a password to the first page; and those after it."""

import pytest
from allauth.mfa.models import Authenticator

from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from tests.lib.browsing import faults_of, sign_in
from tests.lib.sign_ins import PASSWORD, code_now, make_person


@pytest.fixture
def newcomer(service):
    return make_person(Role.SUB_ADVISER, has_app=False, accepted=False)


def set_up_app(page):
    secret = page.locator(".service-secret").inner_text()
    page.get_by_label("Code from the app").fill(code_now(secret))
    page.get_by_role("button", name="Continue").click()


def test_first_sign_in_sets_up_a_second_factor_and_asks_for_the_promise(page, newcomer):
    faults = []

    sign_in(page, newcomer.email)
    assert page.get_by_role("heading", level=1).inner_text() == (
        "Set up your authenticator app"
    )
    faults += faults_of(page)
    set_up_app(page)
    assert page.locator(".service-code-list li").count() == 10
    faults += faults_of(page)
    page.get_by_role("button", name="I have kept them").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Code of conduct"
    faults += faults_of(page)
    page.get_by_label("I accept the code of conduct").check()
    page.get_by_role("button", name="Accept and go on").click()

    assert page.get_by_role("heading", level=1).inner_text() == "What waits for you"
    assert faults == []
    with acting_as(SYSTEM):
        assert User.objects.get(pk=newcomer.pk).accepted_conduct is not None


def test_promise_not_made_is_asked_for_again(page, newcomer):
    sign_in(page, newcomer.email)
    set_up_app(page)
    page.goto("/")

    page.get_by_role("button", name="Accept and go on").click()

    assert page.title().startswith("Error: ")
    assert faults_of(page) == []
    page.get_by_role("link", name="Tick the box to confirm").click()
    assert page.evaluate("document.activeElement.name") == "accepts"


def test_nothing_is_shown_before_the_second_factor(page, newcomer):
    sign_in(page, newcomer.email)

    for address in ("/", "/gallery/", "/do/stub-contact/", "/done/"):
        page.goto(address)

        assert page.url.endswith("/accounts/2fa/totp/activate/"), address


def test_wrong_code_is_refused_and_the_secret_stays(page, newcomer):
    sign_in(page, newcomer.email)
    before = page.locator(".service-secret").inner_text()

    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Continue").click()

    assert page.title().startswith("Error: ")
    assert page.locator(".service-secret").inner_text() == before
    assert faults_of(page) == []


def test_secret_of_the_app_is_encrypted_in_the_database(page, newcomer):
    sign_in(page, newcomer.email)
    secret = page.locator(".service-secret").inner_text()

    set_up_app(page)

    with acting_as(SYSTEM):
        kept = newcomer.authenticator_set.get(type=Authenticator.Type.TOTP).data[
            "secret"
        ]
    assert secret not in kept
    assert len(kept) > len(secret)


def test_password_alone_is_not_enough(page, service):
    person = make_person(Role.PAYMENT)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Enter a code"
    assert faults_of(page) == []

    page.goto("/")

    assert page.get_by_role("heading", level=1).inner_text() == "Enter a code"


def test_participant_needs_neither_app_nor_promise(page, service):
    person = make_person(Role.PARTICIPANT, has_app=False, accepted=False)

    sign_in(page, person.email)

    assert page.get_by_role("heading", level=1).inner_text() == "What waits for you"


def test_signing_out_ends_the_session(page, service):
    person = make_person(Role.PAYMENT)
    sign_in(page, person.email)

    page.get_by_role("button", name="Sign out").click()
    page.goto("/")

    assert "/accounts/login/" in page.url
