"""What the service is set to do behind a proxy that speaks HTTPS, and without one."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from quasimarket.service.settings import database_at


ASK = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
found = {"cookies": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE]}
for proto, address in (
    ("http", "/cookies"), ("http", "/health/live"), ("https", "/health/live")
):
    answer = Client(headers={"X-Forwarded-Proto": proto}).get(
        address, SERVER_NAME="127.0.0.1"
    )
    found[f"{proto} {address}"] = [
        answer.status_code,
        answer.headers.get("Location", ""),
        answer.headers.get("Strict-Transport-Security", ""),
    ]
print(json.dumps(found))
"""
"""Nothing that it asks reaches a database."""


def started(https):
    """Start the settings anew in a process of their own, and ask for pages in it."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "quasimarket.service.settings",
            "QUASIMARKET_SECRET_KEY": "x" * 50,
            "QUASIMARKET_HTTPS": https,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_behind_https_every_page_is_led_there_and_probes_are_answered():
    found = started("1")

    assert found == {
        "cookies": [True, True],
        "http /cookies": [301, "https://127.0.0.1/cookies", ""],
        "http /health/live": [200, "", ""],
        "https /health/live": [200, "", "max-age=31536000"],
    }


def test_plain_demonstration_asks_for_no_https():
    assert settings.HTTPS is False
    assert settings.SECURE_SSL_REDIRECT is False
    assert settings.SECURE_HSTS_SECONDS == 0
    assert settings.SESSION_COOKIE_SECURE is False
    assert settings.SECURE_PROXY_SSL_HEADER is None


@pytest.mark.parametrize(
    ("url", "host", "options"),
    [
        (
            "postgresql://app:x@db.example:5433/q?sslmode=verify-full&connect_timeout=3",
            "db.example",
            {"sslmode": "verify-full", "connect_timeout": "3"},
        ),
        ("postgresql://app:x@/q?host=%2Frun%2Fpostgresql", "/run/postgresql", {}),
        ("", "127.0.0.1", {}),
    ],
)
def test_what_a_database_url_asks_is_kept(url, host, options):
    found = database_at(url)

    assert found["HOST"] == host
    assert found["OPTIONS"] == {"application_name": "quasimarket"} | options
