"""A page asks for each thing once, however many rows it shows."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quasimarket.service.acting.performing import perform
from quasimarket.service.claims.acts import RaiseClaim
from quasimarket.service.people.actor import SYSTEM


@pytest.fixture
def case(world):
    """Give a person with several claims."""
    made = world.participation("anchor-place")
    for number in range(1, 6):
        claim = RaiseClaim(milestone="sustainment", number=number)
        perform(claim, SYSTEM, made.reference)
    return made


def asked(ask, address):
    ask(address)  # what is kept from one request to the next is not counted
    with CaptureQueriesContext(connection) as queries:
        assert ask(address).status_code == 200
    return [one["sql"] for one in queries.captured_queries]


def test_the_programme_is_read_once_a_page(world, case, call):
    browser = world.browser("anchor/sub-manager")
    caller = call("prime/prime-manager")
    times = {
        address: sum('FROM "programme_programme"' in one for one in asked(ask, address))
        for ask, address in (
            (browser.get, "/"),
            (browser.get, "/cases/"),
            (browser.get, f"/cases/{case.reference}/"),
            (browser.get, "/claims/"),
            (caller.get, "/participations"),
            (caller.get, "/claims"),
        )
    }

    assert set(times.values()) <= {0, 1}, times


def test_a_row_more_is_no_statement_more(world, case):
    browser = world.browser("anchor/sub-manager")
    few = asked(browser.get, "/claims/")
    for number in range(6, 12):
        claim = RaiseClaim(milestone="sustainment", number=number)
        perform(claim, SYSTEM, case.reference)
    many = asked(browser.get, "/claims/")

    assert len(many) == len(few), Counter(many) - Counter(few)
