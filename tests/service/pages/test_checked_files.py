"""An act with a file on which money or law rests is checked like any other."""

import hashlib

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client

from quasimarket.service.acting.act import ACTS, Act, act, ask
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from tests.lib.sign_ins import make_person, make_programme


DONE = []


@act(name="stub-file", title="Send a file", by=(Role.PAYMENT,), asks_again=True)
class StubFile(Act):
    """Send a file on which money rests."""

    document: bytes = ask("Which file?")
    why: str = ask("Why?")

    def do(self, doing, subject):
        DONE.append((self.document, self.why))


STUB = ACTS.pop("stub-file")


@pytest.fixture
def browser(fresh_database):
    cache.clear()
    make_programme()
    person = make_person(Role.PAYMENT)
    client = Client()
    with acting_as(SYSTEM):
        client.force_login(
            person, "allauth.account.auth_backends.AuthenticationBackend"
        )
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, person, "password", reauthenticated=True)
        request.session.save()
    ACTS["stub-file"] = STUB
    DONE.clear()
    yield client
    del ACTS["stub-file"]


def sent(browser, content, **more):
    file = SimpleUploadedFile("<june>.csv", content)
    return browser.post("/do/stub-file/", {"document": file, "why": "Late", **more})


def test_file_is_named_on_the_check_page_and_done_once_it_is_sent_again(browser):
    digest = hashlib.sha256(b"a,b").hexdigest()

    checked = sent(browser, b"a,b")
    assert "Check your answers" in checked.text
    assert f"&lt;june&gt;.csv, 3 bytes, SHA-256 {digest}" in checked.text
    assert DONE == []
    done = sent(browser, b"a,b", **{"document-digest": digest, "step": "confirm"})

    assert done.status_code == 302
    assert DONE == [(b"a,b", "Late")]


def test_another_file_than_the_one_checked_is_refused(browser):
    digest = hashlib.sha256(b"a,b").hexdigest()

    for more in ({"document-digest": digest}, {}):
        refused = sent(browser, b"a,c", **more, step="confirm")
        assert refused.status_code == 422
        assert "Choose the file that you checked" in refused.text
        assert "Late" in refused.text

    assert DONE == []
