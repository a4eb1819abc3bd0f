import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from quasimarket.service.upkeep.health import may_measure
from tests.lib.fair_world import build_world


@pytest.fixture
def world(db):
    return build_world()


def test_live_asks_nothing_of_the_database(db, client):
    with connection.execute_wrapper(refused):
        assert client.get("/health/live").json() == {"status": "live"}


def refused(*_):
    raise AssertionError("the database was asked")


def test_ready_when_everything_stands(world, client):
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_not_ready_under_another_rulebook(world, client):
    with acting_as(SYSTEM):
        Programme.objects.update(content_hash="f" * 64)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"]["rulebook"] == "not the one that was agreed"


def test_gauges_count_by_state(world, client):
    world.participation("anchor-place")
    world.participation("anchor-place", state="referred")

    text = client.get("/metrics").content.decode()

    assert 'quasimarket_participations{state="attached"} 1' in text
    assert 'quasimarket_participations{state="referred"} 1' in text
    assert "quasimarket_log_head " in text
    assert "quasimarket_deadlines_overdue " in text
    assert "quasimarket_database_up 1" in text


@pytest.mark.parametrize(
    ("headers", "address", "may"),
    [
        ({}, "127.0.0.1", True),
        ({}, "::1", True),
        ({}, "10.0.0.8", False),
        ({}, "", False),
        ({"X-Forwarded-For": "10.0.0.8"}, "127.0.0.1", False),
        ({"Authorization": "Bearer s3cret"}, "10.0.0.8", True),
        ({"Authorization": "Bearer other"}, "10.0.0.8", False),
    ],
)
def test_gauges_are_for_this_machine_or_a_token(headers, address, may):
    with override_settings(METRICS_TOKEN="s3cret"):
        request = RequestFactory().get("/metrics", headers=headers, REMOTE_ADDR=address)

        assert may_measure(request) is may


def test_no_token_is_no_token(client):
    request = RequestFactory().get(
        "/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="10.0.0.8"
    )

    assert not may_measure(request)


@pytest.fixture
def database_away(fresh_database):
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict["PORT"] = "1"
    yield
    connection.close()
    connection.settings_dict.update(before)


@pytest.mark.parametrize("address", ["/", "/cases/", "/accounts/login/"])
def test_page_says_that_the_service_is_away(database_away, address):
    answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "unavailable" in answer.content.decode()


def test_call_and_probes_say_so_too(database_away):
    browser = Client(raise_request_exception=False)

    call = browser.get("/api/v1/events")
    assert call.status_code == 503
    assert call.headers["Content-Type"] == "application/problem+json"
    assert browser.get("/health/ready").json()["checks"] == {"database": "away"}
    assert browser.get("/health/live").status_code == 200
    assert "quasimarket_database_up 0" in browser.get("/metrics").content.decode()


def test_statement_of_a_page_is_broken_off(world, client):
    with acting_as(SYSTEM), connection.cursor() as cursor:
        client.get("/help/")
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("15s",)
