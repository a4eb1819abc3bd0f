"""The payment files of a run: one for each payer, the same bytes whenever made."""

import hashlib
from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.db.models import Q

from quasimarket.core.dates import nth_working_day_after
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.payments.credit_transfers import (
    Account,
    Transfer,
    write_credit_transfers,
)
from quasimarket.service.payments.models import (
    BankDetails,
    Payment,
    PaymentRun,
    RunFile,
)
from quasimarket.service.payments.operating import operating
from quasimarket.service.people.models import Organisation
from quasimarket.service.programme.rules import agreed_rulebook


PAID_FOR = ("approved", "exported", "confirmed")


def make_files(run: PaymentRun) -> None:
    """Fix which account each payment goes to, and keep each payer's file.

    A payment to a payee without bank details in force waits for a later run's file.
    """
    assert run.exported_at is not None
    in_force = accounts_in_force(run.exported_at.date())
    waiting = (
        Payment.objects.select_for_update()
        .filter(Q(run=run) | Q(run__state__in=PAID_FOR), exported_in=None)
        .filter(run__month__lte=run.month)
    )
    for payment in waiting:
        details = in_force.get(payment.payee_id)
        if details is not None:
            payment.bank_details = details
            payment.exported_in = run
            payment.save(update_fields=["bank_details", "exported_in"])
    for payer in sorted(set(_exported(run).values_list("payer_id", flat=True))):
        content = payment_file(run, payer)
        RunFile.objects.create(
            run=run,
            payer_id=payer,
            name=file_name(run, payer),
            digest=hashlib.sha256(content).hexdigest(),
            content=content,
        )


def accounts_in_force(day: date) -> dict[str, BankDetails]:
    """Give the account of each organisation that is in use on a day."""
    details = BankDetails.objects.filter(
        state="approved", in_force_from__lte=day
    ).order_by("in_force_from", "id")
    return {one.organisation_id: one for one in details}


def file_name(run: PaymentRun, payer: str) -> str:
    """Name a payer's file."""
    return f"payments-{run.reference}-{payer}.xml"


def payment_file(run: PaymentRun, payer: str) -> bytes:
    """Write a payer's credit transfers as ISO 20022 pain.001.001.09."""
    assert run.exported_at is not None
    payments = _exported(run).filter(payer_id=payer)
    own = accounts_in_force(run.exported_at.date()).get(payer)
    holidays = agreed_rulebook().holidays
    return write_credit_transfers(
        message=f"QM-{run.reference}-{payer}"[:35],
        made_at=run.exported_at,
        pay_on=nth_working_day_after(
            run.exported_at.date(), operating("payment_after"), holidays
        ),
        debtor=_account(own, Organisation.objects.get(pk=payer).name),
        transfers=list(_transfers(payments)),
    )


def checked_file(kept: RunFile) -> bytes:
    """Give a file that was kept, having made it again.

    Raises:
        Refusal: making it again gives other bytes: something was changed since.
    """
    content = bytes(kept.content)
    made = payment_file(kept.run, kept.payer_id)
    if made != content or hashlib.sha256(content).hexdigest() != kept.digest:
        raise refuse(
            "file-changed",
            f"The file {kept.name} is not the one that was made.",
            remedy="Do not send it. Compare it with a backup and the audit.",
        )
    return content


def _exported(run: PaymentRun):  # type: ignore[no-untyped-def]  # Django's query set
    return Payment.objects.filter(exported_in=run).order_by(
        "payer_id", "payee_id", "run__month", "contract_id", "position_id"
    )


def _transfers(payments: Iterable[Payment]) -> Iterable[Transfer]:
    """One transfer a payee: what several contracts and months come to."""
    listed = list(payments)
    for payee, of_payee in groupby(listed, key=lambda one: one.payee_id):
        mine = list(of_payee)
        details = mine[0].bank_details
        assert details is not None
        yield Transfer(
            end_to_end=f"{mine[0].exported_in.reference}-{payee}"[:35],
            to=_account(details, details.account_name),
            pence=sum(one.amount for one in mine),
            says="; ".join(
                f"{one.run.month} {one.position_id or one.contract_id}" for one in mine
            )[:140],
        )


def _account(details: BankDetails | None, name: str) -> Account:
    if details is None:
        return Account(name=name, sort_code="", number="")
    return Account(
        name=name, sort_code=details.sort_code, number=details.account_number
    )
