"""A month from its claims to the bank's word, in one call."""

from datetime import UTC, datetime, time

from quasimarket.core.dates import Month
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.performing import perform
from quasimarket.service.claims.coverage import note_coverage
from quasimarket.service.payments.acts import ApprovePaymentRun, ConfirmPaymentRun
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.payments.rounds import keep_claims
from quasimarket.service.payments.running import SAMPLE_SIZE, advance, begin_run
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.scope import acting_as


class RunStopped(Exception):
    """The run stopped: what it found does not agree."""

    def __init__(self, run: PaymentRun) -> None:
        """Keep the run, with its differences."""
        self.run = run
        super().__init__(f"payment run {run.reference} stopped: {run.differences[:3]}")


def run_month(
    month: Month,
    *,
    preparer: Actor,
    approver: Actor,
    now: datetime | None = None,
    sample_size: int = SAMPLE_SIZE,
    feeds_are_complete: bool = False,
) -> PaymentRun:
    """Raise and check the month's claims, then pay them: every stage to the last.

    What is done already is not done again, so it may be called again after a failure.

    Args:
        month: the month to pay.
        preparer: who begins the run and confirms it.
        approver: who approves it, another person.
        now: the time on the programme's clock; noon of the month's last day unless
            given.
        sample_size: how many people the plain engine settles again.
        feeds_are_complete: the log already holds what the benefit system knows of the
            month, as a simulated log does.

    Raises:
        RunStopped: the engines differ, or what was issued before no longer follows.
        Refusal: a rule stands against it: see `begin_run`.
    """
    at = now or datetime.combine(month.last_day, time(12), UTC)
    if feeds_are_complete:
        note_coverage("benefit", month.last_day, at)
    run = begun(month)
    if run is None:
        keep_claims(month, at)
        run = begin(month, preparer, at, sample_size)
    run = advance(run.reference, at)
    if run.state == "verified":
        approve = ApprovePaymentRun(lines_pence=run.lines_pence)
        perform(approve, approver, run.reference, at=at)
    run = advance(run.reference, at)
    if run.state == "exported":
        confirm = ConfirmPaymentRun(bank_reference=f"BANK-{run.reference}")
        perform(confirm, preparer, run.reference, at=at)
    if run.state == "stopped":
        raise RunStopped(run)
    return _again(run)


def begun(month: Month) -> PaymentRun | None:
    """Give the month's run, if one was begun and not cancelled."""
    with acting_as(SYSTEM):
        runs = PaymentRun.objects.exclude(state="cancelled")
        return runs.filter(month=str(month)).first()


def begin(
    month: Month, preparer: Actor, at: datetime, sample_size: int = SAMPLE_SIZE
) -> PaymentRun:
    """Begin a month's run in its preparer's name."""
    with acting_as(preparer):
        run = begin_run(month, preparer, at, sample_size=sample_size)
        doing = Doing(actor=preparer, act="begin-payment-run", now=at)
        doing.record(
            "begin-payment-run", audience="commissioner", details={"run": run.reference}
        )
        doing.write()
    return run


def _again(run: PaymentRun) -> PaymentRun:
    with acting_as(SYSTEM):
        return PaymentRun.objects.get(pk=run.pk)
