"""A payment run, stage by stage: each in one transaction, with its state recorded.

Whoever is killed in a stage leaves it undone; `advance` goes on from where the record
says. Work and record are written together, so nothing is done twice.
"""

import secrets
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from quasimarket.core.dates import Month
from quasimarket.service.acting import clock
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.claims.log_columns import head_when_still
from quasimarket.service.claims.long_work import allow_long_work
from quasimarket.service.payments import files, ledger, settling
from quasimarket.service.payments.completing import complete_paid
from quasimarket.service.payments.marking import mark_paid
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.payments.states import RUN
from quasimarket.service.payments.verifying import (
    corrected_people,
    drawn_people,
    verify,
)
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.months import hold_months
from quasimarket.service.programme.rules import rulebook_in_force


SAMPLE_SIZE = 5_000
"""People settled again by the plain engine in every run."""
STAGE_OF = {
    "preparing": "prepare-payment-run",
    "prepared": "verify-payment-run",
    "approved": "export-payment-run",
}
"""State -> the stage that the system does next; other states wait for a person."""


def begin_run(
    month: Month, preparer: Actor, now: datetime, *, sample_size: int = SAMPLE_SIZE
) -> PaymentRun:
    """Begin a month's run: fix what it reads and draw the seed of its sample.

    The scope is that of whoever begins it, in an open transaction.

    Raises:
        Refusal: the month is not over, is paid already, or an earlier one waits.
    """
    hold_months()
    earlier = PaymentRun.objects.exclude(state="cancelled").order_by("-month").first()
    _refuse_out_of_turn(month, now, earlier)
    count = PaymentRun.objects.filter(month=str(month)).count()
    with acting_as(SYSTEM):
        last_event = head_when_still()
    return PaymentRun.objects.create(
        reference=f"{month}" if not count else f"{month}.{count + 1}",
        month=str(month),
        settled_to=month.last_day,
        prepared_by=preparer.id,
        prepared_at=now,
        last_event=last_event,
        after_month=earlier.month if earlier else "",
        sample_seed=secrets.token_hex(32),
        sample_size=sample_size,
    )


def _refuse_out_of_turn(
    month: Month, now: datetime, earlier: PaymentRun | None
) -> None:
    if month.last_day > now.date():
        raise refuse(
            "month-not-over",
            f"{month} is not over.",
            field="month",
            remedy=f"It can be paid from {month.last_day:%-d %B %Y}.",
        )
    if earlier is None:
        return
    if earlier.month >= str(month):
        raise refuse(
            "month-already-run",
            f"There is already a payment run for {earlier.month}.",
            field="month",
            remedy="Choose a later month, or cancel that run if it is not approved.",
        )
    if earlier.state not in ("approved", "exported", "confirmed"):
        raise refuse(
            "earlier-run-open",
            f"The run for {earlier.month} is not approved yet.",
            field="month",
            remedy="Approve or cancel it first.",
        )


def advance(reference: str, now: datetime | None = None) -> PaymentRun:
    """Do every stage that waits for no person, each in a transaction of its own."""
    at = now or clock_now()
    while True:
        with acting_as(SYSTEM):
            run = PaymentRun.objects.select_for_update().get(reference=reference)
            stage = STAGE_OF.get(run.state)
            if stage is None:
                return run
            do_stage(run, stage, at)


def advance_waiting() -> list[str]:
    """Go on with every run that waits for no person; give their references."""
    with acting_as(SYSTEM):
        waiting = PaymentRun.objects.filter(state__in=STAGE_OF).order_by("month")
        references = list(waiting.values_list("reference", flat=True))
    for reference in references:
        advance(reference)
    return references


def clock_now() -> datetime:
    """Give the time on the programme's clock, whose row the system may read."""
    with acting_as(SYSTEM):
        return clock.now()


def do_stage(run: PaymentRun, stage: str, now: datetime) -> None:
    """Do one stage of a run that is locked, in the scope of the system."""
    allow_long_work()
    doing = Doing(actor=SYSTEM, act=stage, now=now)
    match stage:
        case "prepare-payment-run":
            became = _prepare(run)
        case "verify-payment-run":
            became = _verify(run)
        case "export-payment-run":
            became = _export(run, now)
        case _:
            raise ValueError(stage)
    run.state = RUN.after(became, run.state)
    run.save()
    doing.record(became, audience="commissioner", details=_details(run))
    doing.write()


def _prepare(run: PaymentRun) -> str:
    settled = settling.settle_month(rulebook_in_force(), run)
    try:
        with transaction.atomic():
            settling.refuse_other_history(run, settled)
            settling.write_lines(run, settled)
    except settling.StandingMismatch as mismatch:
        run.differences = mismatch.differences
        return "stop-payment-run"
    settling.write_statements(run, settled)
    ledger.post(run)
    sums = ledger.totals(run)
    if not sums.agree:
        raise AssertionError(f"the tables of run {run.reference} do not agree: {sums}")
    run.lines, run.lines_pence = sums.lines, sums.lines_pence
    run.passed_lines, run.passed_pence = sums.passed_lines, sums.passed_pence
    run.payable_pence = sums.payable_pence
    run.content_hash = ledger.content_hash(run)
    return "prepare-payment-run"


def _verify(run: PaymentRun) -> str:
    people = sorted({*drawn_people(run), *corrected_people(run)})
    found = verify(rulebook_in_force(), run, people)
    run.verified_people = found.people
    run.verified_lines = found.lines
    run.differences = found.differences
    return "stop-payment-run" if found.differences else "verify-payment-run"


def _export(run: PaymentRun, now: datetime) -> str:
    refuse_changed(run)
    run.exported_at = now
    files.make_files(run)
    return "export-payment-run"


def refuse_changed(run: PaymentRun) -> None:
    """Refuse to go on with lines that are not those that were prepared.

    Raises:
        Refusal: a line was changed since.
    """
    allow_long_work()
    found = ledger.content_hash(run)
    if found != run.content_hash:
        raise refuse(
            "lines-changed",
            f"The lines of run {run.reference} are not those that were prepared.",
            remedy="Nothing is paid. Compare the lines with a backup and the audit.",
        )


def confirm(run: PaymentRun, doing: Doing) -> None:
    """Take the bank's word that the file was paid: its claims are paid.

    Who can earn no more is complete.
    """
    allow_long_work()
    run.confirmed_by = doing.actor.id
    run.confirmed_at = doing.now
    run.save()
    with acting_as(SYSTEM):
        mark_paid(run, doing.now)
        complete_paid(rulebook_in_force(), run, doing.now)


def discard(run: PaymentRun) -> None:
    """Take the lines of a cancelled run away; what they reversed stands again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payments_discard(%s)", [run.pk])


def _details(run: PaymentRun) -> dict[str, Any]:
    return {
        "run": run.reference,
        "lines": run.lines,
        "pence": run.lines_pence,
        "content_hash": run.content_hash,
        "differences": len(run.differences),
        "people_settled_again": run.verified_people,
    }
