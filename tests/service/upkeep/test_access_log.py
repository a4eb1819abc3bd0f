import pytest
from django.test import Client

from quasimarket.service.log.models import AccessEntry
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from tests.lib.fair_world import build_world


@pytest.fixture
def world(db):
    return build_world()


def entries():
    with acting_as(SYSTEM):
        return list(
            AccessEntry.objects.order_by("id").values_list(
                "actor_kind", "method", "route", "subject", "status"
            )
        )


def test_page_search_export_and_miss_are_noted(world):
    case = world.participation("anchor-place")
    browser = world.browser("anchor/sub-adviser")

    browser.get(f"/cases/{case.reference}/")
    browser.post("/cases/find/", {"text": "Person 1"})
    browser.get("/cases/?format=csv")
    browser.get("/cases/AB123456C/")
    browser.get("/nowhere/Jane-Doe/")

    assert entries() == [
        ("user", "GET", "cases/<str:reference>/", case.reference, 200),
        ("user", "POST", "cases/find/", "", 200),
        ("user", "GET", "cases/?format=csv", "", 200),
        ("user", "GET", "cases/<str:reference>/", "", 404),
        ("user", "GET", "(no such page)", "", 404),
    ]


def test_failed_sign_in_is_noted_without_the_address(world):
    Client().post(
        "/accounts/login/", {"login": "someone@else.example", "password": "x" * 14}
    )

    [(kind, method, route, subject, status)] = entries()

    assert (kind, method, route) == ("sign-in", "POST", "accounts/login/")
    assert (subject, status) == ("failed", 200)


def test_page_that_breaks_is_noted(world):
    case = world.participation("anchor-place")
    with acting_as(SYSTEM):
        Programme.objects.update(rulebook="no-such-programme", content_hash="")
    browser = world.browser("anchor/sub-adviser")
    browser.raise_request_exception = False

    assert browser.get(f"/cases/{case.reference}/").status_code == 500
    assert entries()[-1][-1] == 500


def test_manager_reads_their_own_people_and_nobody_else(world):
    world.browser("anchor/sub-adviser").get("/due/")
    world.browser("beacon/sub-adviser").get("/due/")

    with acting_as(world.at("anchor/sub-manager")):
        assert AccessEntry.objects.count() == 1
    with acting_as(world.at("anchor/sub-adviser")):
        assert AccessEntry.objects.count() == 0
