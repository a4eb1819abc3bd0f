"""A run reads up to an event before which nothing more can come."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event

from django.db import connection, connections

from quasimarket.service.acting.doing import Doing
from quasimarket.service.claims.log_columns import head_of_log, head_when_still
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import build_world


PATIENCE_SECONDS = 60
_WAITING = """
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND relation = 'log_logopen'::regclass
"""


def test_head_waits_for_whoever_is_writing(fresh_database):
    world = build_world()
    case = world.participation(referred=date(2013, 6, 3))
    is_written, may_end = Event(), Event()

    def write():
        with acting_as(SYSTEM):
            doing = Doing(
                actor=SYSTEM, act="test", now=datetime(2013, 6, 13, 12, tzinfo=UTC)
            )
            doing.record("contacted", participation=case)
            doing.write()
            is_written.set()
            assert may_end.wait(PATIENCE_SECONDS)
            return head_of_log()

    def ask():
        with acting_as(SYSTEM):
            return head_when_still()

    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(alone, write)
        assert is_written.wait(PATIENCE_SECONDS)
        seen = in_passing()
        asking = threads.submit(alone, ask)
        wait_until_one_waits()
        may_end.set()
        written = writing.result(PATIENCE_SECONDS)
        head = asking.result(PATIENCE_SECONDS)

    assert seen < written == head


def alone(do):
    """Do it, and leave no connection open in the thread."""
    try:
        return do()
    finally:
        connections.close_all()


def in_passing():
    """Give the latest event as anybody sees it."""
    with acting_as(SYSTEM):
        return head_of_log()


def wait_until_one_waits():
    """Ask the database until somebody waits for the writer."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")
