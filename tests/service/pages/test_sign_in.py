"""Signing in, as an attacker would try it; and what every answer carries."""

import re
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from quasimarket.service.people.actor import SIGN_IN
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from tests.lib.sign_ins import PASSWORD, code_now, make_person, make_programme


LOGIN = "/accounts/login/"


@pytest.fixture
def programme(fresh_database):
    cache.clear()
    make_programme()


def entered(person):
    client = Client()
    with acting_as(SIGN_IN):
        client.force_login(
            person, "allauth.account.auth_backends.AuthenticationBackend"
        )
    return client


def tried(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def without_tokens(response, *emails):
    text = response.content.decode()
    for email in emails:
        text = text.replace(email, "E")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_unknown_person_and_wrong_password_get_the_same_answer(programme, client):
    person = make_person(Role.PAYMENT)

    unknown = tried(client, "nobody@example.org", "x" * 14)
    wrong = tried(client, person.email, "x" * 14)

    assert (unknown.status_code, wrong.status_code) == (200, 200)
    emails = ("nobody@example.org", person.email)
    assert without_tokens(unknown, *emails) == without_tokens(wrong, *emails)


def test_five_wrong_passwords_lock_the_sign_in_in_any_spelling(programme, client):
    person = make_person(Role.PAYMENT)
    spellings = [person.email, person.email.upper(), f" {person.email}"]

    for number in range(5):
        tried(client, spellings[number % 3], "x" * 14)
    locked = tried(client, person.email)

    assert locked.status_code == 429
    assert "too many tries" in locked.content.decode()


def test_unknown_person_is_locked_out_alike(programme, client):
    for _ in range(5):
        tried(client, "nobody@example.org", "x" * 14)

    locked = tried(client, "nobody@example.org")

    assert locked.status_code == 429


def test_code_is_good_once(programme, settings_of_a_slow_machine, client):
    person = make_person(Role.PAYMENT)
    code = code_now()
    tried(client, person.email)
    first = client.post("/accounts/2fa/authenticate/", {"code": code})
    client.post("/accounts/logout/")

    tried(client, person.email)
    second = client.post("/accounts/2fa/authenticate/", {"code": code})

    assert first.status_code == 302
    assert second.status_code == 200
    assert "The code is not right" in second.content.decode()


def test_recovery_code_is_good_once(programme, client):
    person = make_person(Role.PAYMENT)
    entered_client = entered(person)
    tried(client, person.email)
    with acting_as(SIGN_IN):
        codes = person.authenticator_set.get(type="recovery_codes").wrap()
        code = codes.get_unused_codes()[0]
    first = client.post("/accounts/2fa/authenticate/", {"code": code})
    client.post("/accounts/logout/")

    tried(client, person.email)
    second = client.post("/accounts/2fa/authenticate/", {"code": code})

    assert entered_client.get("/").status_code == 200
    assert first.status_code == 302
    assert second.status_code == 200


@pytest.fixture
def settings_of_a_slow_machine():
    """Take the code of the half minute before as well: a test may take that long."""
    with override_settings(MFA_TOTP_TOLERANCE=1):
        yield


def entered_at_once(person, code):
    """Give one code in two browsers at the same moment; count those let in."""
    browsers = [Client(), Client()]
    for one in browsers:
        tried(one, person.email)
    gate = Barrier(len(browsers))
    answers = []

    def enter(browser):
        gate.wait()
        answer = browser.post("/accounts/2fa/authenticate/", {"code": code})
        answers.append(answer.status_code)
        connection.close()

    threads = [Thread(target=enter, args=[one]) for one in browsers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(answers) <= {200, 302}
    return answers.count(302)


@pytest.mark.parametrize("has_old_mark", [False, True])
def test_code_is_good_once_for_sign_ins_at_the_same_moment(
    programme, settings_of_a_slow_machine, has_old_mark
):
    person = make_person(Role.PAYMENT)
    code = code_now()
    if has_old_mark:  # of the same digits long ago, and not yet swept away
        key = f"allauth.mfa.totp.used?user={person.pk}&code={code}"
        with acting_as(SIGN_IN):
            cache.set(key, "y", timeout=-1)

    assert entered_at_once(person, code) == 1


def test_recovery_code_is_good_once_for_sign_ins_at_the_same_moment(programme):
    person = make_person(Role.PAYMENT)
    with acting_as(SIGN_IN):
        codes = person.authenticator_set.get(type="recovery_codes").wrap()
        code = codes.get_unused_codes()[0]

    assert entered_at_once(person, code) == 1


@pytest.mark.parametrize(
    "role", [one for one in Role if one not in (Role.SYSTEM, Role.PARTICIPANT)]
)
def test_every_role_of_staff_must_have_an_app(programme, role):
    person = make_person(role, has_app=False)

    answer = entered(person).get("/")

    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("mfa_activate_totp"),
    )


def test_promise_is_asked_for_before_any_other_page(programme):
    client = entered(make_person(Role.PAYMENT, accepted=False))

    refused = client.get("/done/")
    made = client.post("/do/accept-conduct/", {"accepts": "true"})
    after = client.get("/")

    assert refused["Location"] == "/conduct/"
    assert made.status_code == 302
    assert after.status_code == 200


def test_promise_sent_back_unmade_still_says_what_is_promised(programme):
    client = entered(make_person(Role.PAYMENT, accepted=False))
    promises = promised(client.get("/conduct/"))

    sent_back = client.post("/do/accept-conduct/", {})

    assert sent_back.status_code == 422
    assert len(promises) == 7
    assert promised(sent_back) == promises


def promised(page):
    """List what a page says that one promises."""
    return re.findall(r"<li>(I .*?)</li>", page.content.decode())


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/password/reset/",
        "/accounts/password/reset/key/1-abc/",
        "/accounts/confirm-email/abc/",
        "/accounts/password/set/",
        "/accounts/login/code/confirm/",
    ],
)
def test_what_is_not_offered_is_not_there(programme, client, address):
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_nobody_is_sent_elsewhere_after_signing_in(programme, client):
    person = make_person(Role.PARTICIPANT, has_app=False)

    answer = client.post(
        f"{LOGIN}?next=https://evil.example/",
        {"login": person.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert answer["Location"] == "/"


def test_form_without_its_token_does_nothing(programme):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(LOGIN, {"login": "a@example.org", "password": PASSWORD})

    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


def test_answers_carry_what_keeps_a_browser_safe(programme, client):
    answer = client.get(LOGIN)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    text = answer.content.decode()
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)


def test_session_ends_after_a_quarter_of_an_hour_and_not_before(programme):
    client = entered(make_person(Role.PAYMENT))

    cookie = client.get("/").cookies["sessionid"]

    assert cookie["max-age"] == 15 * 60
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_password_is_kept_with_argon2(programme):
    assert make_person(Role.PAYMENT).password.startswith("argon2$")
