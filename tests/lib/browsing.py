"""What people do in a browser, and what a machine can see of accessibility."""

from pathlib import Path

import pytest
from django.test import Client

from quasimarket.service.people.actor import SIGN_IN
from quasimarket.service.people.scope import acting_as
from tests.lib.sign_ins import PASSWORD, code_now


AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_RUN = """tags => axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
})"""
SUBMIT = "main button[type=submit]"


def sign_in(page, email, password=PASSWORD):
    """Sign in with a password and, where it is asked for, a code."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()
    if page.url.endswith("/2fa/authenticate/"):
        page.get_by_label("Code").fill(code_now())
        page.get_by_role("button", name="Sign in").click()


def enter(page, person):
    """Go on as someone who has signed in, without the pages of signing in."""
    client = Client()
    with acting_as(SIGN_IN):
        client.force_login(
            person, "allauth.account.auth_backends.AuthenticationBackend"
        )
    carry(page.context, client)


def carry(context, client):
    """Give a browser the session of a test client."""
    [cookie] = client.cookies.values()
    context.add_cookies(
        [
            {
                "name": cookie.key,
                "value": cookie.value,
                "domain": "127.0.0.1",
                "path": "/",
            }
        ]
    )


def faults_of(page):
    """List what axe finds wrong with the page as it stands."""
    if not AXE.exists():
        pytest.skip("no axe-core: npm ci")
    session = page.context.new_cdp_session(page)
    session.send("Page.setBypassCSP", {"enabled": True})
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(AXE_RUN, STANDARD)
    session.detach()
    return [
        f"{page.url}: {one['id']}: {node['html']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow_of(page):
    """Give by how many pixels the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def tab_to(page, words, limit=60):
    """Press the tab key until the thing with these words has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"
        )
        if words in (found or ""):
            return
    raise AssertionError(f"the tab key does not reach {words!r} on {page.url}")
