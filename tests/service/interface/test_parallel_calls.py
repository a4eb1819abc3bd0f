"""The same call fifty times at once is done once, and answered fifty times alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from django.db import connections

from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.calling import Caller, make_key
from tests.lib.fair_world import build_world


MANY = 50


def at_once(do):
    """Do it in many threads, begun together; give what each gave."""
    barrier = Barrier(MANY)

    def begin(number):
        try:
            barrier.wait(60)
            return do(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(begin, range(MANY)))


def acknowledgements():
    with acting_as(SYSTEM):
        return LogEvent.objects.filter(kind="acknowledged").count()


def test_fifty_identical_calls_are_one(fresh_database):
    world = build_world()
    case = world.participation(state="referred", referred=date(2013, 6, 13))
    key = make_key(world, "prime/prime-manager")

    answers = at_once(
        lambda number: Caller(key).acknowledge(case.reference, idempotency_key="once")
    )

    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
    assert acknowledgements() == 1


def test_fifty_calls_without_a_key_are_done_once_as_well(fresh_database):
    world = build_world()
    case = world.participation(state="referred", referred=date(2013, 6, 13))
    key = make_key(world, "prime/prime-manager")

    answers = at_once(lambda number: Caller(key).acknowledge(case.reference))

    statuses = sorted(one.status_code for one in answers)
    assert statuses == [200] + [409] * (MANY - 1)
    assert acknowledgements() == 1
