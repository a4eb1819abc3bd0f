"""Read a log as a command is given it: checked against the programme."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.core.dates import Month
from quasimarket.core.errors import Fault, InputFault
from quasimarket.events.checked_log import LogLimits
from quasimarket.rulebook.rulebook import Rulebook


MONTHS_AFTER = 2
"""A settlement goes so many months past the latest event unless told otherwise."""


def limits_of(rulebook: Rulebook) -> LogLimits:
    """Say what a log of a programme may name."""
    milestones = [milestone.id for milestone in rulebook.milestones]
    return LogLimits(
        contracts=[contract.id for contract in rulebook.contracts],
        milestones=milestones,
        payments=[
            *milestones,
            *(payment.id for payment in rulebook.excess_payments),
            *(fee.id for fee in rulebook.service_fees),
        ],
        referral_days={
            group.id: (group.first_referral, group.last_referral)
            for group in rulebook.groups
        },
        allotted_days=rulebook.allotted_days,
    )


def last_day_after(table: pa.Table, months: int = MONTHS_AFTER) -> date:
    """Give the last day of the month so many months after a log's latest event."""
    latest: date = max(
        pc.max(table["happened"]).as_py(), pc.max(table["known"]).as_py()
    )
    return Month.of(latest).plus(months).last_day


def last_day_of(table: pa.Table) -> date:
    """Give the last day of the month of a log's latest event."""
    return last_day_after(table, months=0)


def parse_day(text: str) -> date:
    """Read the day given with --to."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        fault = Fault(where="--to", found=text, expected="a day, as YYYY-MM-DD")
        raise InputFault([fault]) from None


def parse_settled_to(text: str) -> date:
    """Read the day given with --to: the last day of a month, or the month itself."""
    try:
        if len(text) == len("2014-03"):
            return Month.parse(text).last_day
        day = date.fromisoformat(text)
    except ValueError:
        raise InputFault([_not_a_month_end(text, "")]) from None
    last_day = Month.of(day).last_day
    if day != last_day:
        raise InputFault([_not_a_month_end(text, f"settle to {last_day}")])
    return day


def default_out(events: Path, kind: str) -> Path:
    """Name a folder in the working directory after the log."""
    name = events.resolve().stem if events.is_file() else events.resolve().name
    return Path(f"{name}-{kind}")


def _not_a_month_end(text: str, hint: str) -> Fault:
    return Fault(
        where="--to",
        found=text,
        expected="the last day of a month, as YYYY-MM-DD",
        hint=hint,
    )
