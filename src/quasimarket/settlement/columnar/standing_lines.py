"""Lines that name nobody: service fees and recoveries."""

import numpy as np

from quasimarket.core.dates import months_from
from quasimarket.entitlement.columnar.log_arrays import LogArrays
from quasimarket.entitlement.columnar.rules import day_number
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.columnar.excess import IssuedRows
from quasimarket.settlement.columnar.lateness import month_on
from quasimarket.settlement.columnar.prices import Calendar, month_number


def write_service_fees(
    rulebook: Rulebook, calendar: Calendar, lines: IssuedRows
) -> None:
    """Write a line for each service fee, contract and month."""
    first_kind = len(rulebook.milestones) + len(rulebook.excess_payments)
    for at, fee in enumerate(rulebook.service_fees):
        if fee.monthly == 0:
            continue
        contracts = [
            code
            for code, contract in enumerate(rulebook.contracts)
            if fee.contract in (None, contract.id)
        ]
        for month in months_from(fee.first_month, fee.last_month):
            if month_number(month) > calendar.settled_month:
                break
            day = day_number(month.last_day)
            for contract in contracts:
                lines.write(
                    statement=month_number(month),
                    contract=contract,
                    position=-1,
                    participant=-1,
                    kind=first_kind + at,
                    earned=day,
                    payable=day,
                    group=-1,
                    amount=int(fee.monthly),
                    first_event=-1,
                    spell_event=-1,
                    is_reversal=False,
                )


def write_recoveries(
    rulebook: Rulebook,
    columns: EventColumns,
    events: LogArrays,
    calendar: Calendar,
    lines: IssuedRows,
) -> None:
    """Write a line for each recovery that names no participant."""
    kind = (
        len(rulebook.milestones)
        + len(rulebook.excess_payments)
        + len(rulebook.service_fees)
    )
    is_recovery = events.kind == KIND_CODE[EventKind.CLAWED_BACK]
    for row in np.flatnonzero(is_recovery):
        if (
            events.participant[row] >= 0
            or events.known[row] > calendar.settled_day
            or columns.amount[row] == 0
            or (len(events.is_repeat) and events.is_repeat[row])
        ):
            continue
        lines.write(
            statement=month_on(calendar.month, calendar.first_day, events.known[row]),
            contract=int(events.contract[row]),
            position=-1,
            participant=-1,
            kind=kind,
            earned=int(events.happened[row]),
            payable=int(events.known[row]),
            group=-1,
            amount=-int(columns.amount[row]),
            first_event=int(events.event[row]),
            spell_event=-1,
            is_reversal=False,
        )
