"""The log is read once: what was read before is remembered, and never wrongly."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from threading import Event

import numpy as np
import pytest
from django.db import connections

from quasimarket.service.acting.doing import Doing
from quasimarket.service.claims.log_columns import head_of_log, read_log_columns
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import rulebook_in_force
from tests.lib.fair_world import build_world


PATIENCE_SECONDS = 60
DAY = date(2013, 6, 3)


class TakenBack(Exception):
    """Ends a transaction, so that nothing of it stays."""


@pytest.fixture
def case(fresh_database):
    return build_world().participation(referred=DAY)


def append(case, kind="job-started"):
    doing = Doing(actor=SYSTEM, act="test", now=datetime(2013, 6, 13, 12, tzinfo=UTC))
    doing.record(kind, participation=case, spell="j1")
    doing.write()


def append_alone(case):
    with acting_as(SYSTEM):
        append(case)


def read(*, last_event=None, of=None):
    """Give the ids of the events that are read, in a transaction of its own."""
    with acting_as(SYSTEM):
        found = read_log_columns(
            rulebook_in_force(),
            last_event=head_of_log() if last_event is None else last_event,
            known_by=date(2013, 6, 30),
            participations=of,
        )
    return np.sort(found.columns.event).tolist()


def unremembered(case):
    """Read the one person there is, for whom nothing is remembered."""
    return read(of=[case.pk])


def test_what_came_since_is_read_beside_what_is_remembered(case):
    append_alone(case)
    before = read()
    append_alone(case)

    after = read()

    assert len(before) == 1
    assert after == unremembered(case)
    assert len(after) == 2


def test_an_earlier_event_ends_the_reading_whatever_is_remembered(case):
    append_alone(case)
    with acting_as(SYSTEM):
        head = head_of_log()
    append_alone(case)

    assert len(read()) == 2
    assert len(read(last_event=head)) == 1


def test_what_was_begun_before_and_sealed_after_is_read(case):
    append_alone(case)
    is_written, may_end = Event(), Event()

    def write():
        try:
            with acting_as(SYSTEM):
                append(case)
                is_written.set()
                assert may_end.wait(PATIENCE_SECONDS)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        assert is_written.wait(PATIENCE_SECONDS)
        append_alone(case)
        before = read()
        may_end.set()
        writing.result(PATIENCE_SECONDS)

    assert len(before) == 2
    assert len(read()) == 3
    assert read() == unremembered(case)


def test_what_was_taken_back_is_not_remembered(case):
    append_alone(case)
    seen = []
    with suppress(TakenBack), acting_as(SYSTEM):
        append(case)
        seen += read()
        raise TakenBack

    assert len(seen) == 2
    assert len(read()) == 1


def test_another_log_is_read_from_its_beginning(case):
    append_alone(case)
    read()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', false)")
        cursor.execute("ALTER TABLE log_logblock DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE log_logevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE log_logevent SET kind = 'contacted'")
        cursor.execute("UPDATE log_logblock SET block_hash = sha256('another')")
        cursor.execute("ALTER TABLE log_logblock ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE log_logevent ENABLE TRIGGER USER")
        cursor.execute("RESET ALL")

    assert read() == []
