"""Terms agreed at the moment a payment run begins are paid by it, or are refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction

from quasimarket.core.dates import Month
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.chain.acts.terms import AgreeTerms
from quasimarket.service.log.models import LogEvent
from quasimarket.service.payments.running import begin_run
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Terms
from tests.lib.fair_world import build_world
from tests.lib.paid_world import PREPARER, noon


AUGUST = Month(2012, 8)
SOON = 60


@pytest.fixture
def world(fresh_database):
    return build_world()


@pytest.fixture
def terms(world):
    with acting_as(SYSTEM):
        return Terms.objects.create(
            position_id="anchor-place",
            contract=world.contract,
            first_day=date(2012, 8, 3),
            management_fee=Decimal("0.05"),
            passed_down={"attachment": "1", "job-outcome": "1", "sustainment": "1"},
            lag_months=1,
            proposed_by=world.at("prime/prime-manager").id,
        )


def begin(world):
    preparer = world.at(PREPARER)
    with acting_as(preparer):
        return begin_run(AUGUST, preparer, noon(date(2012, 9, 3)), sample_size=1)


def agree(world, terms):
    perform(AgreeTerms(), world.at("anchor/sub-manager"), terms.pk)


def in_a_thread(pool, question, *given):
    def asked():
        try:
            return question(*given)
        finally:
            connections.close_all()

    return pool.submit(asked)


def wait_until_somebody_waits():
    """Wait until another connection is held up by the lock of months."""
    with connection.cursor() as cursor:
        for _ in range(SOON * 100):
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
                "AND NOT granted AND database = (SELECT oid FROM pg_database "
                "WHERE datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    pytest.fail("nobody waits: the two were done at once")


def test_terms_wait_for_a_run_that_begins_and_are_refused(world, terms):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            begin(world)
            agreeing = in_a_thread(pool, agree, world, terms)
            wait_until_somebody_waits()

        with pytest.raises(Refusal) as refused:
            agreeing.result(timeout=SOON)

    assert refused.value.unmet[0].code == "terms-month-paid"


def test_run_waits_for_terms_that_are_being_agreed_and_reads_them(world, terms):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            agree(world, terms)
            beginning = in_a_thread(pool, begin, world)
            wait_until_somebody_waits()

        run = beginning.result(timeout=SOON)

    with acting_as(SYSTEM):
        agreed = LogEvent.objects.get(kind="terms-changed")
    assert agreed.id <= run.last_event
