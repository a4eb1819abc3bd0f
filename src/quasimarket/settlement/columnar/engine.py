"""Settle a log in columns: the stages in order."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.core.errors import Fault, InputFault
from quasimarket.entitlement.columnar.grouping import (
    EventArrays,
    group_by_participant,
    kinds_seen,
)
from quasimarket.entitlement.columnar.rules import make_rules
from quasimarket.entitlement.columnar.workspace import make_workspace
from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.settlement.columnar import bench as column
from quasimarket.settlement.columnar.acceptance import Reading
from quasimarket.settlement.columnar.bench import make_bench
from quasimarket.settlement.columnar.excess import Counted, IssuedRows, write_excess
from quasimarket.settlement.columnar.layout import IssuedColumns, lay_out
from quasimarket.settlement.columnar.prices import (
    make_calendar,
    make_prices,
    make_terms,
)
from quasimarket.settlement.columnar.replay import Chunk, Law, settle_chunk
from quasimarket.settlement.columnar.standing_lines import (
    write_recoveries,
    write_service_fees,
)
from quasimarket.settlement.columnar.statements import StatementColumns, add_up


CHUNK = 16_384
"""Participants in a chunk: few enough to share out evenly, many enough to be quick."""


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
    events = group_by_participant(columns)
    law = _make_law(rulebook, columns, settled_to, reading, extra_terms)
    chunks = _settle_chunks(events, law, len(columns.participants))
    return _conclude(rulebook, columns, events, law, settled_to, chunks)


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


def _settle_chunks(events: EventArrays, law: Law, participants: int) -> list[Chunk]:
    """Settle chunks of participants side by side; each has its own room."""
    most_events = int(np.diff(events.starts).max(initial=0))
    slots = int(law.rules.slot[-1])

    def settle(first: int) -> Chunk:
        chunk: Chunk = settle_chunk(
            events,
            law,
            make_workspace(most_events, len(law.rules.basis), slots),
            make_bench(most_events, slots),
            first,
            min(first + CHUNK, participants),
        )
        return chunk

    with ThreadPoolExecutor(max_workers=cpu_count()) as threads:
        return list(threads.map(settle, range(0, participants, CHUNK)))


def _conclude(
    rulebook: Rulebook,
    columns: EventColumns,
    events: EventArrays,
    law: Law,
    settled_to: date,
    chunks: list[Chunk],
) -> ColumnarSettlement:
    """Add what is not by participant, and lay everything out by statement."""
    other_lines, other_passed = IssuedRows(), IssuedRows()
    if rulebook.excess_payments:
        write_excess(
            rulebook,
            _counted(chunks),
            law.calendar,
            law.prices,
            law.terms,
            other_lines,
            other_passed,
        )
    write_service_fees(rulebook, law.calendar, other_lines)
    write_recoveries(rulebook, columns, events, law.calendar, other_lines)
    unpaid = _unpaid(chunks)
    lines = [chunk.lines for chunk in chunks]
    passed = [chunk.passed for chunk in chunks]
    chunks.clear()
    contracts = len(rulebook.contracts)
    positions = max(len(columns.positions), 1)
    upstream = lay_out(lines, other_lines.rows(), contracts, 0)
    downstream = lay_out(passed, other_passed.rows(), contracts, positions)
    return ColumnarSettlement(
        settled_to=settled_to,
        lines=upstream,
        downstream=downstream,
        unpaid=unpaid,
        to_primes=add_up(upstream, 0),
        to_subcontracts=add_up(downstream, positions),
    )


def _counted(chunks: list[Chunk]) -> Counted:
    none = np.empty((0, column.REFERRAL_FIELDS), np.int32)
    no_outcomes = np.empty((0, column.OUTCOME_FIELDS), np.int32)
    no_events = np.empty((0, column.WIDE_FIELDS), np.int64)
    return Counted(
        referrals=np.concatenate([none, *(chunk.referrals for chunk in chunks)]),
        outcomes=np.concatenate(
            [no_outcomes, *(chunk.outcomes.narrow for chunk in chunks)]
        ),
        outcome_events=np.concatenate(
            [no_events, *(chunk.outcomes.wide for chunk in chunks)]
        ),
    )


def _unpaid(chunks: list[Chunk]) -> UnpaidColumns:
    none = np.empty((0, column.UNPAID_FIELDS), np.int32)
    rows = np.concatenate([none, *(chunk.unpaid for chunk in chunks)])
    return UnpaidColumns(
        participant=rows[:, column.UNPAID_PARTICIPANT].copy(),
        kind=rows[:, column.UNPAID_KIND].astype(np.int8),
        number=rows[:, column.UNPAID_NUMBER].astype(np.int16),
        earned=rows[:, column.UNPAID_EARNED].copy(),
        contract=rows[:, column.UNPAID_CONTRACT].astype(np.int16),
        reason=rows[:, column.UNPAID_REASON].astype(np.int8),
    )
