"""A month is paid once, to the penny that `quasimarket settle` finds."""

from dataclasses import replace
from datetime import date

import pytest

from quasimarket.cli.log_file import limits_of
from quasimarket.core.dates import Month
from quasimarket.events.arrow import to_events
from quasimarket.events.read import read_event_table
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.claims.models import Claim
from quasimarket.service.payments import ledger, monthly, running
from quasimarket.service.payments.acts import ApprovePaymentRun, CancelPaymentRun
from quasimarket.service.payments.exporting import write_log_of
from quasimarket.service.payments.models import (
    PassedLine,
    PaymentLine,
    PaymentRun,
    Posting,
    RunFile,
    Statement,
)
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import rulebook_in_force
from quasimarket.settlement.reference import settle
from tests.lib.paid_world import (
    APPROVER,
    AUGUST,
    PREPARER,
    give_account,
    lines,
    lose_work,
    noon,
    pay,
    runs,
    worker,
)


JANUARY = Month(2012, 1)
OUTCOME = ("2012-08", "job-outcome", 1, 112_800)


def test_an_attachment_and_an_outcome_are_paid_once_each(world):
    worker(world)
    pay(world, JANUARY)
    pay(world, AUGUST)
    pay(world, AUGUST)
    assert lines() == [("2012-01", "attachment", 1, 40_000), OUTCOME]
    assert [one.state for one in runs()] == ["confirmed", "confirmed"]


def test_a_run_covers_the_months_that_no_run_before_it_has_paid(world):
    worker(world)
    pay(world, AUGUST)
    assert lines() == [("2012-08", "attachment", 1, 40_000), OUTCOME]


def test_the_subcontract_gets_its_share_a_month_later(world):
    worker(world)
    pay(world, JANUARY)
    pay(world, JANUARY.plus(1))
    with acting_as(SYSTEM):
        passed = PassedLine.objects.get()
    assert (passed.month, passed.position_id, passed.amount) == (
        "2012-02",
        "anchor-place",
        34_000,
    )


def test_the_exported_log_settles_to_the_same_pence(world, tmp_path):
    for place in ("anchor-place", "beacon-place", None):
        worker(world, place)
    gone = worker(world)
    for ahead in range(9):
        pay(world, JANUARY.plus(ahead))
    lose_work(gone, known=date(2012, 10, 3))
    run = pay(world, Month(2012, 10))
    with acting_as(SYSTEM):
        rulebook = rulebook_in_force()
        write_log_of(run, tmp_path / "log.parquet")
        issued = {
            (one.participant, one.month, one.kind, one.number, one.amount)
            for one in PaymentLine.objects.all()
        }
    events = to_events(read_event_table(tmp_path / "log.parquet", limits_of(rulebook)))
    found = settle(replace(rulebook, service_fees=()), events, run.settled_to)
    assert {
        (
            str(one.participant),
            str(one.statement),
            str(one.kind),
            one.number,
            one.amount,
        )
        for one in found.lines
    } == issued
    assert any(amount < 0 for *_, amount in issued)


def test_late_news_is_a_correction_on_the_next_statement(world):
    gone = worker(world)
    pay(world, AUGUST)
    lose_work(gone, known=date(2012, 9, 3))
    pay(world, AUGUST.plus(1))
    assert lines()[-1] == ("2012-09", "job-outcome", 1, -112_800)
    with acting_as(SYSTEM):
        claim = Claim.objects.get(milestone="job-outcome")
    assert claim.state == "accepted"


def test_news_written_after_a_month_is_closed_waits_for_the_next(world):
    pay(world, JANUARY)
    worker(world)  # its events say January; they were written after January was paid
    pay(world, JANUARY.plus(1))
    assert lines() == [("2012-02", "attachment", 1, 40_000)]


def test_the_ledger_is_what_was_paid_less_what_was_taken_back(world):
    gone = worker(world)
    worker(world, "beacon-place")
    pay(world, AUGUST)
    lose_work(gone, known=date(2012, 9, 3))
    run = pay(world, AUGUST.plus(1))
    with acting_as(SYSTEM):
        assert sum(Posting.objects.values_list("amount", flat=True)) == 0
        owed = -sum(
            Posting.objects.filter(account="commissioner").values_list(
                "amount", flat=True
            )
        )
        assert owed == sum(PaymentLine.objects.values_list("amount", flat=True))
        assert ledger.totals(run).agree
        assert (
            sum(
                Statement.objects.filter(position_id=None).values_list(
                    "lines", flat=True
                )
            )
            == owed
        )


def test_nothing_is_paid_before_the_benefit_feed_reaches_it(world):
    worker(world)
    pay(world, AUGUST, feeds_are_complete=False)
    assert lines() == []
    with acting_as(SYSTEM):
        assert {one.state for one in Claim.objects.all()} == {"raised"}


def test_a_run_needs_two_people(world):
    worker(world)
    run = monthly.begin(JANUARY, world.at(PREPARER), noon(JANUARY.last_day))
    run = running.advance(run.reference, noon(JANUARY.last_day))
    approve = ApprovePaymentRun(lines_pence=run.lines_pence)
    with pytest.raises(Refusal, match="You began this payment run"):
        perform(approve, world.at(PREPARER), run.reference)
    perform(approve, world.at(APPROVER), run.reference)


def test_an_altered_line_stops_the_run_with_both_answers(world):
    somebody = worker(world)
    run = monthly.begin(JANUARY, world.at(PREPARER), noon(JANUARY.last_day))
    with acting_as(SYSTEM):
        run = PaymentRun.objects.get(pk=run.pk)
        running.do_stage(run, "prepare-payment-run", noon(JANUARY.last_day))
        PaymentLine.objects.create(
            run=run,
            sequence=99,
            month="2012-01",
            contract=somebody.contract,
            participation_id=somebody.pk,
            participant=somebody.reference,
            kind="job-outcome",
            number=1,
            earned=date(2012, 1, 20),
            payable=date(2012, 1, 20),
            amount=112_800,
            is_reversal=False,
            rule="S19",
            stands=True,
        )
    run = running.advance(run.reference, noon(JANUARY.last_day))
    assert run.state == "stopped"
    (found,) = run.differences
    assert found["says"] == "what was issued alone"
    assert "112800" in found["line"]
    with pytest.raises(monthly.RunStopped, match="stopped"):
        pay(world, JANUARY)


def test_a_cancelled_run_leaves_nothing_and_the_next_pays_the_same(world):
    gone = worker(world)
    pay(world, AUGUST)
    before = lines()
    lose_work(gone, known=date(2012, 9, 3))
    september = AUGUST.plus(1)
    monthly.note_coverage("benefit", september.last_day, noon(september.last_day))
    monthly.keep_claims(september, noon(september.last_day))
    run = monthly.begin(september, world.at(PREPARER), noon(september.last_day))
    run = running.advance(run.reference, noon(september.last_day))
    once = run.content_hash
    assert len(lines()) == len(before) + 1
    perform(CancelPaymentRun(why="To see"), world.at(APPROVER), run.reference)
    assert lines() == before
    with acting_as(SYSTEM):
        assert PaymentLine.objects.filter(stands=True).count() == 2
    again = pay(world, september)
    assert len(lines()) == len(before) + 1
    assert (again.reference, again.content_hash) == ("2012-09.2", once)


def test_a_payee_without_bank_details_is_paid_by_a_later_file(world):
    worker(world)
    pay(world, JANUARY)
    with acting_as(SYSTEM):
        assert not RunFile.objects.exists()
    give_account(world.contract.prime_id)
    give_account("anchor")
    pay(world, JANUARY.plus(1))
    with acting_as(SYSTEM):
        names = sorted(RunFile.objects.values_list("name", flat=True))
        content = bytes(RunFile.objects.get(payer_id="commissioner").content)
    prime = world.contract.prime_id
    assert names == [
        "payments-2012-02-commissioner.xml",
        f"payments-2012-02-{prime}.xml",
    ]
    assert b'<InstdAmt Ccy="GBP">400.00</InstdAmt>' in content
    assert b"12345678" in content
