"""The worker does by itself what waits for nobody, and survives being killed."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from quasimarket.core.dates import Month
from quasimarket.service.acting.performing import perform
from quasimarket.service.payments import monthly, running
from quasimarket.service.payments.acts import BeginPaymentRun
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import build_world
from tests.lib.paid_world import PREPARER, lines, noon, worker


PATIENCE_SECONDS = 180
PROGRAM = """
import sys
import django
django.setup()
from quasimarket.service.upkeep.working import work
work(patience=1.0, wait=False)
"""
JANUARY = Month(2012, 1)


def start_worker(connections):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={
            **os.environ,
            "QUASIMARKET_DATABASE_APP": connections.app,
            "QUASIMARKET_DATABASE_OWNER": connections.owner,
            "QUASIMARKET_SIGNING_SECRET": connections.signing_secret,
            "QUASIMARKET_SECRET_KEY": settings.SECRET_KEY,
        },
    )


def wait_until(query):
    """Ask the database again and again until it says yes."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with acting_as(SYSTEM), connection.cursor() as cursor:
            cursor.execute(query)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError(f"never: {query}")


@pytest.fixture
def world(fresh_database):
    made = build_world(today=JANUARY.plus(1).first_day)
    worker(made)
    at = noon(JANUARY.last_day)
    monthly.note_coverage("benefit", JANUARY.last_day, at)
    monthly.keep_claims(JANUARY, at)
    return made


def test_a_job_of_a_worker_that_was_killed_is_done_by_the_next(world, fresh_database):
    perform(BeginPaymentRun(month="2012-01"), world.at(PREPARER))
    first = start_worker(fresh_database)
    try:
        with acting_as(
            SYSTEM
        ):  # the worker waits for this row, in the midst of its job
            PaymentRun.objects.select_for_update().get()
            wait_until(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted) "
                "AND EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'doing' "
                "AND task_name = 'advance-payment-run')"
            )
            first.kill()
            first.wait()
    finally:
        first.kill()
    wait_until(
        "SELECT max(last_heartbeat) < now() - interval '1.2 s' "
        "FROM procrastinate_workers"
    )

    second = start_worker(fresh_database)
    try:
        ended = second.wait(PATIENCE_SECONDS)
    finally:
        second.kill()
        second.wait()

    assert ended == 0

    with acting_as(SYSTEM):
        assert PaymentRun.objects.get().state == "verified"
    assert lines() == [("2012-01", "attachment", 1, 40_000)]
    wait_until(
        "SELECT status = 'succeeded' FROM procrastinate_jobs "
        "WHERE task_name = 'advance-payment-run'"
    )


def test_a_run_whose_job_is_lost_is_gone_on_with(world):
    run = monthly.begin(JANUARY, world.at(PREPARER), noon(JANUARY.last_day))

    assert running.advance_waiting() == [run.reference]

    with acting_as(SYSTEM):
        assert PaymentRun.objects.get().state == "verified"
    assert running.advance_waiting() == []


def test_what_waits_for_nobody_has_its_time():
    crons = {
        task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
        for task in [periodic.task]
    }

    assert crons == {
        "pass-day": "10 0 * * *",
        "match-records": "15 0 * * *",
        "keep-claims": "20 0 * * *",
        "retain": "30 2 * * *",
        "forget-jobs": "45 2 * * *",
        "advance-waiting-runs": "*/10 * * * *",
        "scan-documents": "*/5 * * * *",
        "take-up-jobs": "* * * * *",
        "tell-webhooks": "* * * * *",
    }
