"""A server that one command started does not end under another that serves too."""

import psycopg
import pytest

from quasimarket.service.database import ensure_database, status
from quasimarket.service.database.serving import SERVING, serving
from tests.lib.own_servers import mode_of, own_state


@pytest.fixture
def state():
    with own_state() as folder:
        yield folder


def test_the_last_to_leave_ends_what_the_first_started(state):
    with serving(state) as second:
        with serving(state) as first:
            connections = ensure_database(state)
            first.started_server()
            assert mode_of(state / SERVING) == "0o600"
        psycopg.connect(connections.app).close()
        assert second.state == state

    assert not status(state).is_running


def test_a_server_that_was_there_before_stays(state):
    with serving(state) as one:
        ensure_database(state)
        one.started_server()
    assert not status(state).is_running
    ensure_database(state)

    with serving(state):
        pass

    assert status(state).is_running
