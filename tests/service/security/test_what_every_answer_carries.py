"""T13: headers, cookies, forged forms, forged hosts, other people's redirects."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from tests.service.security.matrix import entered


LOGIN = "/accounts/login/"
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ADDRESSES = ("/", LOGIN, "/help/", "/cases/", "/nowhere/", "/api/v1/events")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_headers(guarded, address):
    answer = entered(guarded.at("participants/participant")).get(address)

    for name, value in WANTED.items():
        assert answer.headers[name] == value, name


@pytest.mark.parametrize("address", ADDRESSES)
def test_policy_for_content_allows_nothing_inline(guarded, address):
    policy = Client().get(address).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy


def test_https_is_kept_to_once_it_is_spoken(guarded):
    with override_settings(SECURE_HSTS_SECONDS=31_536_000):
        answer = Client().get("/help/", secure=True)

    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(guarded):
    browser = entered(guarded.at("participants/participant"))
    cookie = browser.get("/").cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE


def test_django_finds_nothing_to_mend_before_deployment(guarded):
    """What a proxy that speaks HTTPS sets is set here as it would be there."""
    with override_settings(
        SECURE_HSTS_SECONDS=31_536_000,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_HSTS_PRELOAD=True,
        SECURE_SSL_REDIRECT=True,
        SESSION_COOKIE_SECURE=True,
        CSRF_COOKIE_SECURE=True,
    ):
        call_command("check", deploy=True, fail_level="WARNING")


@pytest.mark.parametrize("address", [LOGIN, "/do/make-disclosure/", "/cases/find/"])
def test_form_sent_from_elsewhere_is_refused(guarded, address):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = entered(guarded.at("anchor/sub-adviser")).cookies

    answer = browser.post(
        address, {"text": "x"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403


def test_unknown_host_is_refused(guarded):
    assert Client().get(LOGIN, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"]
)
def test_nobody_is_sent_elsewhere(guarded, elsewhere):
    browser = entered(guarded.at("participants/participant"))
    sent = [
        browser.post("/i18n/setlang/", {"language": "cy", "next": elsewhere}),
        browser.get(LOGIN, {"next": elsewhere}),
        browser.post("/accounts/logout/", {"next": elsewhere}),
    ]

    assert all("evil" not in one.headers.get("Location", "") for one in sent)
