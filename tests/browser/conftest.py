"""A browser, and the service it meets, in a database of the test's own."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test.utils import override_settings
from playwright.sync_api import sync_playwright

# The service's own fixtures serve here too.
from tests.service.conftest import (  # noqa: F401 # pytest finds fixtures by name
    django_environment,
    server,
)


# Playwright's loop runs in this thread, but what it runs is not Django's.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = Path(os.environ.get("QUASIMARKET_CHROMIUM", "/usr/bin/chromium"))
TEMPLATES = Path(__file__).parents[1] / "lib" / "templates"
WIDE = {"width": 1280, "height": 900}
PATIENCE = 30_000
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium():
    """Give Debian's own Chromium; none is ever fetched."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield browser
        browser.close()


@contextmanager
def database_of_its_own(server):  # noqa: F811 # the fixture imported above
    """Point the service at a fresh copy of the migrated database."""
    from django.core.cache import cache

    from tests.lib.postgresql import django_at

    name = f"quasimarket_browser_{os.getpid()}"
    server.drop(name)
    with django_at(server.copy(name)):
        cache.clear()  # of codes that people of other databases have used
        yield
    server.drop(name)


@pytest.fixture(scope="module")
def service(server):  # noqa: F811 # the fixture imported above
    """Give the address of the service, with a small programme in it.

    A file's tests share it: each makes people of its own.
    """
    from django.conf import settings

    from tests.lib.gallery import on_show
    from tests.lib.live_service import live_service
    from tests.lib.sign_ins import make_programme

    templates = [settings.TEMPLATES[0] | {"DIRS": [TEMPLATES]}]
    with (
        database_of_its_own(server),
        override_settings(
            ROOT_URLCONF="tests.lib.gallery",
            TEMPLATES=templates,
            MFA_TOTP_TOLERANCE=1,  # a code may be typed as the half minute turns
        ),
    ):
        make_programme()
        with on_show(), live_service() as address:
            yield address


@contextmanager
def watched_page(browser, base_url, patience=PATIENCE):
    """Give a page without cookies; what its console says is an error.

    Args:
        browser: to open it in.
        base_url: of the service.
        patience: milliseconds after which whatever is waited for counts as missing.
    """
    context = browser.new_context(
        base_url=base_url, viewport=WIDE, locale="en-GB", timezone_id="Europe/London"
    )
    context.set_default_timeout(patience)
    found = context.new_page()
    complaints = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if "Content Security Policy" in message.text
            else None
        ),
    )
    yield found
    context.close()
    assert complaints == []


@pytest.fixture
def page(chromium, service):
    """Give a page of a browser in which nobody has signed in."""
    with watched_page(chromium, service) as found:
        yield found
