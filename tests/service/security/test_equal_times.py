"""T14: how long the answer takes does not say whether a sign-in is there."""

import time

import pytest
from django.test import Client

from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import build_world


TRIES = 5


@pytest.fixture
def known(db):
    build_world()
    with acting_as(SYSTEM):
        users = list(User.objects.order_by("pk")[:TRIES])
        for one in users:
            one.set_password("the right one, and long")
            one.save()
    return [one.email for one in users]


def quickest(emails):
    """Give the least time that a wrong password took: what a busy machine adds to."""
    times = []
    for email in emails:
        browser = Client()
        browser.get("/accounts/login/")
        begun = time.process_time()
        answer = browser.post(
            "/accounts/login/", {"login": email, "password": "not the right one"}
        )
        times.append(time.process_time() - begun)
        assert "is not right" in answer.content.decode()
    return min(times)


def test_wrong_password_takes_as_long_for_nobody_as_for_somebody(known):
    unknown = [f"nobody{number}@nowhere.example" for number in range(TRIES)]
    quickest(known[:1] + unknown[:1])  # what is loaded once

    somebody, nobody = quickest(known), quickest(unknown)

    assert 0.5 < nobody / somebody < 2
