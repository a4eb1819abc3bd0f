"""A run killed at any moment goes on where it was, and pays nobody twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections as django_connections

from quasimarket.chance.draw import Purpose, uniform
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refused
from quasimarket.service.log.models import LogEvent
from quasimarket.service.payments import ledger, monthly, running
from quasimarket.service.payments.acts import ApprovePaymentRun
from quasimarket.service.payments.models import PaymentLine, PaymentRun, Posting
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import build_world
from tests.lib.killed_runs import run_killed, run_whole
from tests.lib.paid_world import AUGUST, PREPARER, give_account, noon, worker


SEED = 20120831


@pytest.fixture
def world(fresh_database):
    """Make a world of its own, committed, with a few people who are paid."""
    made = build_world()
    give_account(made.contract.prime_id)
    for place in ("anchor-place", "beacon-place", None):
        for _ in range(4):
            worker(made, place)
    return made


def check_nothing_is_paid_twice():
    with acting_as(SYSTEM):
        for run in PaymentRun.objects.all():
            assert run.state == "confirmed"
            assert ledger.totals(run).agree
            assert ledger.content_hash(run) == run.content_hash
        assert sum(Posting.objects.values_list("amount", flat=True)) == 0
        milestones = ("participation_id", "kind", "number")
        paid = list(PaymentLine.objects.values_list(*milestones))
        assert len(set(paid)) == len(paid)
        assert LogEvent.objects.filter(kind="paid").count() == len(paid) >= 24


def is_confirmed(month):
    with acting_as(SYSTEM):
        runs = PaymentRun.objects.filter(month=str(month), state="confirmed")
        return runs.exists()


def drill(database, times):
    """Kill runs so many times, at moments drawn over the length of a whole one."""
    month = AUGUST
    _, _, seconds = run_whole(database, str(month))
    kills = 0
    for number in range(10 * times):
        if is_confirmed(month):
            month = month.plus(1)
        moment = seconds * uniform(SEED, Purpose.CHECK, number)
        run_killed(database, str(month), after=moment)
        kills += not is_confirmed(month)
        if kills == times:
            break
    assert kills == times
    run_whole(database, str(month))
    check_nothing_is_paid_twice()


def test_a_run_killed_twice_pays_once(world, fresh_database):
    drill(fresh_database, 2)


@pytest.mark.long
def test_a_run_killed_fifty_times_pays_once(world, fresh_database):
    drill(fresh_database, 50)


def test_fifty_approvals_at_once_are_one(world, fresh_database):
    monthly.note_coverage("benefit", AUGUST.last_day, noon(AUGUST.last_day))
    monthly.keep_claims(AUGUST, noon(AUGUST.last_day))
    run = monthly.begin(AUGUST, world.at(PREPARER), noon(AUGUST.last_day))
    run = running.advance(run.reference, noon(AUGUST.last_day))
    approver = world.at("commissioner/payment#2")

    def approve(_):
        try:
            perform(
                ApprovePaymentRun(lines_pence=run.lines_pence),
                approver,
                run.reference,
                at=noon(AUGUST.last_day),
            )
        except Refused:
            return 0
        finally:
            django_connections.close_all()
        return 1

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(approve, range(50))) == 1
    with acting_as(SYSTEM):
        kinds = LogEvent.objects.filter(kind="approve-payment-run")
        assert kinds.count() == 1


def test_two_workers_on_one_run_do_each_stage_once(world, fresh_database):
    monthly.note_coverage("benefit", AUGUST.last_day, noon(AUGUST.last_day))
    monthly.keep_claims(AUGUST, noon(AUGUST.last_day))
    run = monthly.begin(AUGUST, world.at(PREPARER), noon(AUGUST.last_day))

    def go_on(_):
        try:
            return running.advance(run.reference, noon(AUGUST.last_day)).state
        finally:
            django_connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(go_on, range(4))) == {"verified"}
    with acting_as(SYSTEM):
        assert PaymentLine.objects.count() == 24
        assert LogEvent.objects.filter(kind="prepare-payment-run").count() == 1
