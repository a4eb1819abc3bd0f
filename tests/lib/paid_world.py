"""People of the small programme who find work, and their payments month by month."""

from datetime import UTC, date, datetime, time, timedelta

from quasimarket.core.dates import Month
from quasimarket.events import EventKind
from quasimarket.service.acting.doing import Doing
from quasimarket.service.payments.models import BankDetails, PaymentLine, PaymentRun
from quasimarket.service.payments.monthly import run_month
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


PREPARER = "commissioner/payment"
APPROVER = "commissioner/payment#2"
REFERRED = date(2012, 1, 9)
WORK = date(2012, 2, 6)
"""182 days from here are over on 5 August 2012."""
AUGUST = Month(2012, 8)


def noon(day):
    return datetime.combine(day, time(12), UTC)


def write(participation, *events):
    """Write (kind, day, fields) into the log, each known on the day it happened."""
    with acting_as(SYSTEM):
        for kind, day, fields in events:
            known = fields.pop("known", day)
            doing = Doing(actor=SYSTEM, act="test", now=noon(known))
            doing.record(kind, participation=participation, happened=day, **fields)
            doing.write()


def worker(world, place="anchor-place", *, referred=REFERRED, work=WORK, until=None):
    """Add somebody who is attached after ten days and finds work."""
    participation = world.participation(place, referred=referred)
    attached = referred + timedelta(days=10)
    write(
        participation,
        (EventKind.REFERRED, referred, {}),
        (EventKind.ATTACHED, attached, {}),
        (EventKind.ALLOCATED, attached, {}),
    )
    if work:
        write(participation, (EventKind.JOB_STARTED, work, {"spell": "j1"}))
    if until:
        write(participation, (EventKind.JOB_ENDED, until, {"spell": "j1"}))
    return participation


def lose_work(participation, *, on=date(2012, 7, 1), known):
    """Let it be known late that the job was over before the outcome was reached."""
    write(
        participation,
        (EventKind.JOB_ENDED, on, {"spell": "j1", "known": known}),
    )


def pay(world, month, **options):
    """Run a month from claims to the bank's word."""
    return run_month(
        month,
        preparer=world.at(PREPARER),
        approver=world.at(APPROVER),
        feeds_are_complete=options.pop("feeds_are_complete", True),
        sample_size=options.pop("sample_size", 100),
        **options,
    )


def pay_some(world):
    """Pay three people for some months, one of them corrected late."""
    worker(world, "beacon-place")
    worker(world, None)
    gone = worker(world)
    pay(world, AUGUST.plus(-7))
    pay(world, AUGUST)
    lose_work(gone, known=date(2012, 9, 3))
    pay(world, AUGUST.plus(1))
    pay(world, AUGUST.plus(2))
    return world


def give_account(organisation, *, number="12345678", from_day=date(2011, 6, 1)):
    """Put an organisation's bank details in force."""
    with acting_as(SYSTEM):
        details = BankDetails.objects.create(
            reference=f"B-{organisation}-{number}",
            organisation_id=organisation,
            account_name=f"{organisation} account",
            sort_code="123456",
            account_number=number,
            requested_by=1,
            requested_at=noon(from_day),
        )
        details.state = "approved"
        details.approved_by = 2
        details.approved_at = noon(from_day)
        details.in_force_from = from_day
        details.save()
        return details


def lines(**about):
    """Give lines as (month, kind, number, pence), in order."""
    with acting_as(SYSTEM):
        return [
            (one.month, one.kind, one.number, one.amount)
            for one in PaymentLine.objects.filter(**about).order_by("month", "sequence")
        ]


def runs():
    with acting_as(SYSTEM):
        return list(PaymentRun.objects.order_by("month"))
