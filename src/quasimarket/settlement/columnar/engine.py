"""Settle a log in columns: the stages in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from os import cpu_count
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.core.errors import Fault, InputFault
from quasimarket.entitlement.columnar.batches import PackedSlice, pack_in_batches
from quasimarket.entitlement.columnar.grouping import Wanted, make_slice
from quasimarket.entitlement.columnar.log_arrays import (
    LogArrays,
    kinds_seen,
    log_arrays,
    long_ids,
)
from quasimarket.entitlement.columnar.rules import make_rules
from quasimarket.entitlement.columnar.workspace import make_workspace
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.settlement.columnar.acceptance import Reading
from quasimarket.settlement.columnar.bench import make_bench
from quasimarket.settlement.columnar.excess import Counted, IssuedRows, write_excess
from quasimarket.settlement.columnar.layout import Issued, IssuedColumns, lay_out
from quasimarket.settlement.columnar.prices import (
    make_calendar,
    make_prices,
    make_terms,
)
from quasimarket.settlement.columnar.replay import Law, settle_some
from quasimarket.settlement.columnar.rows import (
    FIRST_ROOM,
    OUTCOME_FACT,
    REFERRAL_FACT,
    ROW_KINDS,
    UNPAID_ENTRY,
    LinePile,
    Output,
    Pile,
    Rows,
    make_output,
    with_more_room,
    written,
)
from quasimarket.settlement.columnar.standing_lines import (
    write_recoveries,
    write_service_fees,
)
from quasimarket.settlement.columnar.statements import StatementColumns, add_up


_Item = TypeVar("_Item")
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidColumns:
    """What was not paid, one entry a milestone and number, by participant."""

    participant: NDArray[np.int32]
    kind: NDArray[np.int8]
    number: NDArray[np.int16]
    earned: NDArray[np.int32]
    """`NO_DAY` where it was claimed and not reached."""
    contract: NDArray[np.int16]
    reason: NDArray[np.int8]
    """An index into `UNPAID_REASONS`."""

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.participant)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnarSettlement:
    """Everything one settlement says, in columns and in the order of the records."""

    settled_to: date
    lines: IssuedColumns
    downstream: IssuedColumns
    unpaid: UnpaidColumns
    to_primes: StatementColumns
    to_subcontracts: StatementColumns


def settle_columns(
    rulebook: Rulebook,
    columns: EventColumns,
    settled_to: date,
    *,
    claims_implied: bool | None = None,
    validation_implied: bool | None = None,
    extra_terms: Iterable[SubcontractTerms] = (),
) -> ColumnarSettlement:
    """Settle a log up to the last day of a month.

    Whether claims and validations are implied is read off the log unless stated.
    `extra_terms` are subcontract terms beside those of the rulebook. The result does
    not depend on the number of threads.

    Raises:
        InputFault: an event id stands for two events, or the day ends no month.
    """
    _refuse_mid_month(settled_to)
    seen = kinds_seen(columns)
    reading = Reading(
        _stated(claims_implied, not seen[KIND_CODE[EventKind.CLAIMED]]),
        _stated(validation_implied, not seen[KIND_CODE[EventKind.VALIDATED]]),
    )
    ids = long_ids(columns)
    events = log_arrays(columns, ids)
    law = _make_law(rulebook, columns, settled_to, reading, extra_terms)
    own = _settle_participants(events, law, len(columns.participants))
    others = _others(rulebook, columns, events, law, own)
    del events
    contracts = len(rulebook.contracts)
    positions = max(len(columns.positions), 1)
    lines, downstream = lay_out(
        (
            Issued(own.lines, others.lines.rows(), 0),
            Issued(own.passed, others.passed.rows(), positions),
        ),
        contracts,
        ids,
    )
    return ColumnarSettlement(
        settled_to=settled_to,
        lines=lines,
        downstream=downstream,
        unpaid=_unpaid(own.unpaid.take()),
        to_primes=add_up(lines, 0),
        to_subcontracts=add_up(downstream, positions),
    )


def _refuse_mid_month(settled_to: date) -> None:
    last_day = Month.of(settled_to).last_day
    if settled_to != last_day:
        raise InputFault(
            [
                Fault(
                    where="the day to settle to",
                    found=str(settled_to),
                    expected="the last day of a month",
                    hint=f"settle to {last_day}",
                )
            ]
        )


def _stated(said: bool | None, found: bool) -> bool:
    return bool(found) if said is None else said


def _make_law(
    rulebook: Rulebook,
    columns: EventColumns,
    settled_to: date,
    reading: Reading,
    extra_terms: Iterable[SubcontractTerms],
) -> Law:
    earliest = min(
        int(columns.happened.min(initial=2**31 - 1)),
        int(columns.known.min(initial=2**31 - 1)),
    )
    calendar = make_calendar(earliest, settled_to)
    prices = make_prices(rulebook, calendar.first_day, calendar.settled_day)
    is_counted = np.zeros(
        (2, max(len(rulebook.milestones), len(rulebook.groups), 1)), np.bool_
    )
    for payment in rulebook.excess_payments:
        for at, milestone in enumerate(rulebook.milestones):
            is_counted[0, at] |= milestone.id == payment.milestone
        for at, group in enumerate(rulebook.groups):
            is_counted[1, at] |= group.id in payment.groups
    return Law(
        make_rules(rulebook, calendar.first_day, calendar.settled_day),
        calendar,
        prices,
        make_terms(
            rulebook, extra_terms, [str(name) for name in columns.positions], prices
        ),
        reading,
        is_counted,
    )


@dataclass(slots=True, kw_only=True)
class _Own:
    """What all participants gave, in their order."""

    lines: LinePile
    passed: LinePile
    unpaid: Pile
    referrals: Pile
    outcomes: Pile


def _settle_participants(events: LogArrays, law: Law, participants: int) -> _Own:
    """Settle slices of participants side by side and pile up what they give."""
    workers = cpu_count() or 1
    wanted = Wanted(law.rules.is_read, law.calendar.settled_day)
    own = _Own(
        lines=LinePile(),
        passed=LinePile(),
        unpaid=Pile(UNPAID_ENTRY),
        referrals=Pile(REFERRAL_FACT),
        outcomes=Pile(OUTCOME_FACT),
    )

    rooms: list[Output] = []

    def settle(one: PackedSlice) -> tuple[Output, NDArray[np.int64]]:
        # room that was written on before needs no new memory from the system
        room = rooms.pop() if rooms else make_output(FIRST_ROOM)
        return _settle_slice(one, law, room)

    with ThreadPoolExecutor(max_workers=workers) as threads:
        for batch in pack_in_batches(events, participants, wanted, threads, workers):
            given = _in_turn(threads, settle, batch, 4 * workers)
            for one, (output, used) in zip(batch, given, strict=True):
                _add(own, written(output, used), one.end / participants)
                rooms.append(output)
    return own


def _in_turn(
    threads: ThreadPoolExecutor,
    work: Callable[[_Item], _Given],
    items: Iterable[_Item],
    ahead: int,
) -> Iterator[_Given]:
    """Work items side by side, never more than so many ahead of who takes results."""
    waiting = deque[Future[_Given]]()
    for item in items:
        waiting.append(threads.submit(work, item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _settle_slice(
    one: PackedSlice, law: Law, output: Output
) -> tuple[Output, NDArray[np.int64]]:
    """Settle a slice; give the output, in more room if need be, and what is used."""
    first, end = one.first, one.end
    events = make_slice(one.packed, first, end - first)
    most_events = int(np.diff(events.starts).max(initial=0))
    slots = int(law.rules.slot[-1])
    space = make_workspace(most_events, len(law.rules.basis), slots)
    bench = make_bench(most_events, slots)
    used = np.zeros(ROW_KINDS, np.int64)
    while first < end:
        reached = settle_some(events, law, space, bench, first, end, output, used)
        if reached == first:
            # one participant may need more than twice the room there was
            output = with_more_room(output, used, 2 * FIRST_ROOM)
        elif reached < end:
            output = with_more_room(output, used, 0)
        first = reached
    return output, used


def _add(own: _Own, output: Output, part: float) -> None:
    """Pile up what a slice gave, such a part of all participants."""
    own.lines.add(output.lines, part)
    own.passed.add(output.passed, part)
    own.unpaid.add(output.unpaid, part)
    own.referrals.add(output.referrals, part)
    own.outcomes.add(output.outcomes, part)


@dataclass(frozen=True, slots=True)
class _Others:
    """Rows of what is not worked out by participant."""

    lines: IssuedRows
    passed: IssuedRows


def _others(
    rulebook: Rulebook,
    columns: EventColumns,
    events: LogArrays,
    law: Law,
    own: _Own,
) -> _Others:
    others = _Others(IssuedRows(), IssuedRows())
    referrals, outcomes = own.referrals.take(), own.outcomes.take()
    if rulebook.excess_payments:
        write_excess(
            rulebook,
            Counted(referrals=referrals, outcomes=outcomes),
            law.calendar,
            law.prices,
            law.terms,
            others.lines,
            others.passed,
        )
    write_service_fees(rulebook, law.calendar, others.lines)
    write_recoveries(rulebook, columns, events, law.calendar, others.lines)
    return others


def _unpaid(rows: Rows) -> UnpaidColumns:
    names = UnpaidColumns.__dataclass_fields__
    return UnpaidColumns(**{name: rows[name].copy() for name in names})
