"""R005: who can earn no more is complete, before the allotted time is over."""

from datetime import date

from quasimarket.core.dates import Month
from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import lines, noon, pay, worker


AUGUST_2013 = Month(2013, 8)


def test_the_run_that_pays_the_last_milestone_completes_the_participation(world):
    # a year of following payments from 5 August 2012: the 13th is over on 4 August 2013
    whole = worker(world)
    almost = worker(world, until=date(2013, 7, 20))

    pay(world, AUGUST_2013.plus(-1))
    with acting_as(SYSTEM):
        whole.refresh_from_db()
        assert whole.state == "attached"
    pay(world, AUGUST_2013, now=noon(date(2013, 9, 3)))

    assert len(lines(participation_id=whole.pk, kind="sustainment")) == 13
    with acting_as(SYSTEM):
        whole.refresh_from_db()
        almost.refresh_from_db()
        assert (whole.state, whole.ended_because) == ("completed", "all-payments")
        assert whole.completed == date(2013, 9, 3) < whole.allotted_end
        assert almost.state == "attached"
        event = LogEvent.objects.get(kind="completed")
    assert (event.participation, event.code) == (whole.pk, "all-payments")
