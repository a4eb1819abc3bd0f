"""What people do with payment runs; `money_acts` has the rest of this room's acts."""

from quasimarket.core.dates import Month
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.payments import money_acts as money_acts
from quasimarket.service.payments import running
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.payments.operating import operating
from quasimarket.service.payments.states import RUN
from quasimarket.service.people.roles import Role


def go_on_with(run: PaymentRun) -> None:
    """Leave the run's next stages to the worker, once this act is committed."""
    from quasimarket.service.payments.tasks import advance_run

    advance_run.defer(reference=run.reference)


@act(name="begin-payment-run", title="Begin a payment run", by=(Role.PAYMENT,))
class BeginPaymentRun(Act):
    """Settle a month for every participant.

    Every line is worked out anew from the log. Nothing is paid until another person has
    approved it.
    """

    month: str = ask(
        "Which month?",
        hint="Year and month, for example 2012-03",
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
    )

    def do(self, doing: Doing, subject: None) -> PaymentRun:
        """Fix what the run reads."""
        run = running.begin_run(
            Month.parse(self.month),
            doing.actor,
            doing.now,
            sample_size=operating("people_settled_again"),
        )
        doing.record(
            "begin-payment-run", audience="commissioner", details={"run": run.reference}
        )
        go_on_with(run)
        return run


@act(
    name="approve-payment-run",
    title="Approve the payment run",
    on=PaymentRun,
    by=(Role.PAYMENT, Role.CONTRACT_MANAGER),
    machine=RUN,
    asks_again=True,
)
class ApprovePaymentRun(Act):
    """Approve what is to be paid. You cannot approve a run that you began."""

    lines_pence: int = ask(
        "What do its lines come to?",
        hint="Type the sum, so that it is this run that you approve",
        pounds=True,
    )

    def do(self, doing: Doing, subject: PaymentRun) -> None:
        """Keep who approved it; providers can see it from now on."""
        if doing.actor.id == subject.prepared_by:
            raise refuse(
                "four-eyes",
                "You began this payment run, so you cannot approve it.",
                remedy="Ask another person with the payment role.",
            )
        if self.lines_pence != subject.lines_pence:
            raise refuse(
                "other-sum",
                "That is not what the lines of this run come to.",
                field="lines_pence",
                remedy="Look at the run's totals again.",
            )
        running.refuse_changed(subject)
        subject.approved_by = doing.actor.id
        subject.approved_at = doing.now
        subject.save()
        doing.record(
            "approve-payment-run",
            audience="commissioner",
            amount=subject.lines_pence,
            details={"run": subject.reference, "content_hash": subject.content_hash},
        )
        go_on_with(subject)


@act(
    name="cancel-payment-run",
    title="Cancel the payment run",
    on=PaymentRun,
    by=(Role.PAYMENT, Role.CONTRACT_MANAGER),
    machine=RUN,
    asks_again=True,
)
class CancelPaymentRun(Act):
    """Give the run up before it is approved. Its lines are discarded."""

    why: str = ask("Why?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: PaymentRun) -> None:
        """Discard its lines: none of them was ever shown to a provider."""
        subject.save()
        running.discard(subject)
        doing.record(
            "cancel-payment-run",
            audience="commissioner",
            reason=self.why,
            details={"run": subject.reference},
        )


@act(
    name="confirm-payment-run",
    title="Confirm that the bank has paid",
    on=PaymentRun,
    by=(Role.PAYMENT,),
    machine=RUN,
    asks_again=True,
)
class ConfirmPaymentRun(Act):
    """Say that the bank has made the payments of the file."""

    bank_reference: str = ask("What is the bank's reference?", max_length=60)

    def do(self, doing: Doing, subject: PaymentRun) -> None:
        """Mark its claims as paid."""
        running.confirm(subject, doing)
        doing.record(
            "confirm-payment-run",
            audience="commissioner",
            details={"run": subject.reference, "bank": self.bank_reference},
        )
