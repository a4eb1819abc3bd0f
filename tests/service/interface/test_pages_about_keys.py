"""The pages on which a manager makes keys, and where the interface is described."""

import re

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from quasimarket.service.acting.act import ACTS
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import NotAllowed, Refusal
from quasimarket.service.interface.acts import AddWebhook, MakeApiKey
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import ApiKey, User
from quasimarket.service.people.scope import acting_as
from tests.lib.calling import Caller, make_key


ANSWERS = {
    "called": "our case system",
    "role": "prime-adviser",
    "days": "30",
    "may": "read and write",
}


@pytest.fixture
def browser(world):
    """Give a manager who has just shown again who they are."""
    browser = world.browser("prime/prime-manager")
    with acting_as(SYSTEM):
        request = HttpRequest()
        request.session = browser.session
        user = User.objects.get(pk=world.at("prime/prime-manager").id)
        record_authentication(request, user, "password", reauthenticated=True)
        request.session.save()
    return browser


def test_a_manager_makes_a_key_that_is_shown_once(browser):
    assert browser.get("/keys/new/").status_code == 200
    checked = browser.post("/keys/new/", ANSWERS)
    assert "Check your answers" in checked.text
    made = browser.post("/keys/new/", {**ANSWERS, "step": "confirm"})
    key = re.search(r"qmk_[0-9a-f]{10}_[\w-]{43}", made.text)[0]
    assert made["Cache-Control"] == "no-store"
    assert re.search(r"Key\s*</dt>", made.text)
    assert Caller(key).get("/contracts").status_code == 200
    listed = browser.get("/keys/").text
    assert key not in listed
    assert key[:14] in listed
    with acting_as(SYSTEM):
        row = ApiKey.objects.get(prefix=key.split("_")[1])
    assert key not in str(vars(row))


def test_the_acts_own_page_shows_the_key_as_well(browser):
    made = browser.post("/do/make-api-key/", {**ANSWERS, "step": "confirm"})

    key = re.search(r"qmk_[0-9a-f]{10}_[\w-]{43}", made.text)[0]
    assert made["Cache-Control"] == "no-store"
    assert Caller(key).get("/contracts").status_code == 200


@pytest.mark.parametrize("address", ["/do/add-webhook/", "/keys/new-webhook/"])
def test_a_webhooks_secret_is_shown_once_wherever_it_is_made(browser, address):
    given = {"address": "https://93.184.216.34/events", "step": "confirm"}

    made = browser.post(address, given)

    assert re.search(r"\b[0-9a-f]{64}\b", made.text)
    assert made["Cache-Control"] == "no-store"


def test_who_has_not_shown_again_who_they_are_makes_none(world):
    answer = world.browser("prime/prime-manager").post(
        "/keys/new/", {**ANSWERS, "step": "confirm"}
    )
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_an_answer_that_cannot_be_used_comes_back_with_what_was_typed(browser):
    page = browser.post("/keys/new/", {**ANSWERS, "days": "9999"})
    assert page.status_code == 422
    assert "9999" in page.text


@pytest.mark.parametrize("who", ["prime/prime-adviser", "university/researcher"])
def test_others_have_no_page_of_keys(world, who):
    browser = world.browser(who)
    assert browser.get("/keys/").status_code == 403


def test_a_manager_sees_own_keys_alone(world, browser):
    theirs = make_key(world, "other-prime/prime-manager")
    assert theirs[:14] not in browser.get("/keys/").text


def test_a_role_of_another_kind_of_organisation_is_refused(world):
    with pytest.raises(Refusal, match="does not belong"):
        world.do(
            "prime/prime-manager",
            MakeApiKey(called="abc", role="payment", days=3, may="read"),
        )


def test_only_the_roles_of_the_own_organisation_are_offered(browser):
    page = browser.get("/keys/new/").text

    assert "Prime: adviser" in page
    assert 'value="payment"' not in page


def test_a_key_makes_no_keys(world):
    key = make_key(world, "prime/prime-manager")
    with acting_as(SYSTEM):
        actor = Actor.of_key(ApiKey.objects.get(prefix=key.split("_")[1]))
    act = MakeApiKey(called="abc", role="prime-manager", days=3, may="read")
    with pytest.raises(NotAllowed):
        perform(act, actor)


def test_the_commissioners_keys_only_read(world):
    with pytest.raises(Refusal, match="only read"):
        world.do(
            "commissioner/contract-manager",
            MakeApiKey(called="abc", role="payment", days=3, may="read and write"),
        )


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hook",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://0x0a000001/",
        "https://167772161/",
        "https://user:word@example.org/",
        "https://example.org:22/",
        "https://database.internal/",
    ],
)
def test_an_address_of_a_private_network_is_refused(world, address):
    with pytest.raises(Refusal):
        world.do("prime/prime-manager", AddWebhook(address=address))


def test_anybody_reads_what_programs_can_do(world):
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    assert "POST /api/v1/participations/{reference}/acknowledge-referral" in page.text
    assert ACTS["change-bank-details"].title in page.text
    assert "<script" not in page.text.split("<main")[1].split("</main")[0]


def test_the_description_is_openapi_3_1(world):
    said = Caller().get("/openapi.json").json()
    assert said["openapi"].startswith("3.1")
