"""Settle some people again by the plain engine, and hold it against what was issued."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import connection

from quasimarket.chance import Purpose, uniforms
from quasimarket.core.dates import Month
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.log_columns import read_log_columns
from quasimarket.service.claims.one_person import events_of
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.payments.settling import closed_months
from quasimarket.settlement.records import DownstreamLine, Line, Settlement
from quasimarket.settlement.reference import settle


DIFFERENCES_KEPT = 50
Said = tuple[Any, ...]
"""One line as either engine says it, for comparing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What settling again found."""

    people: int
    lines: int
    differences: list[dict[str, Any]]


def everybody(run: PaymentRun) -> list[int]:
    """List every participation that a run settles, to verify it in whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT participation FROM log_logevent "
            "WHERE kind = 'referred' AND id <= %s AND participation IS NOT NULL",
            [run.last_event],
        )
        return sorted(row[0] for row in cursor.fetchall())


def drawn_people(run: PaymentRun) -> list[int]:
    """Draw the participations to settle again; the seed is on the run's record."""
    people = np.array(everybody(run), np.int64)
    if not len(people):
        return []
    drawn = uniforms(seed_number(run.sample_seed), Purpose.RESETTLE, people)
    chosen: list[int] = people[np.argsort(drawn, kind="stable")][
        : run.sample_size
    ].tolist()
    return chosen


def seed_number(seed: str) -> int:
    """Give the number that a seed's text stands for: its last 64 bits."""
    return int(seed, 16) & (2**64 - 1)


def corrected_people(run: PaymentRun) -> list[int]:
    """List the participations that the run corrects."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT participation_id FROM payments_paymentline WHERE run_id = %(run)s "
            "AND is_reversal AND participation_id IS NOT NULL UNION "
            "SELECT participation_id FROM payments_passedline WHERE run_id = %(run)s "
            "AND is_reversal",
            {"run": run.pk},
        )
        return sorted(row[0] for row in cursor.fetchall())


def verify(
    rulebook: Rulebook,
    run: PaymentRun,
    people: Collection[int],
    *,
    is_everybody: bool = False,
) -> Verified:
    """Settle people again and compare every line that was ever issued for them.

    Args:
        rulebook: the rulebook in force.
        run: the run up to whose month lines are compared.
        people: the participations to settle.
        is_everybody: compare what is paid for nobody in particular as well, such as
            excess payments: it follows from everybody.
    """
    settlement = settle_again(rulebook, run, people, is_everybody=is_everybody)
    says = _said_by_engine(settlement, run.month)
    issued = _issued(rulebook, run, people, is_everybody=is_everybody)
    differences = [
        {"participant": line[1], "line": list(map(str, line)), "says": who}
        for who, lines in (
            ("the plain engine alone", says - issued),
            ("what was issued alone", issued - says),
        )
        for line in sorted(lines, key=str)
    ]
    return Verified(
        people=len(people),
        lines=len(issued),
        differences=differences[:DIFFERENCES_KEPT],
    )


def settle_again(
    rulebook: Rulebook,
    run: PaymentRun,
    people: Collection[int],
    *,
    is_everybody: bool = False,
) -> Settlement:
    """Settle some people by the plain engine, as the log stood for the run."""
    log = read_log_columns(
        rulebook,
        last_event=run.last_event,
        known_by=run.settled_to,
        closed=closed_months(run.month),
        participations=None if is_everybody else people,
    )
    alone = replace(rulebook, excess_payments=(), service_fees=())
    return settle(
        rulebook if is_everybody else alone,
        events_of(rulebook, log.columns),
        run.settled_to,
        claims_implied=False,
        validation_implied=False,
    )


def _said_by_engine(settlement: Settlement, month: str) -> set[Said]:
    last = Month.parse(month)
    return {
        _said(line)
        for lines in (settlement.lines, settlement.downstream)
        for line in lines
        if line.statement <= last
    }


def _said(line: Line | DownstreamLine) -> Said:
    return (
        "passed down" if isinstance(line, DownstreamLine) else "upstream",
        str(line.participant or ""),
        str(line.statement),
        str(line.contract),
        str(line.position or ""),
        str(line.kind),
        line.number,
        line.earned,
        int(line.amount),
        line.is_reversal,
        str(line.rule),
        " ".join(line.events),
    )


def _issued(
    rulebook: Rulebook, run: PaymentRun, people: Collection[int], *, is_everybody: bool
) -> set[Said]:
    """Read what was issued for people by this run and those before."""
    milestones = [str(one.id) for one in rulebook.milestones]
    said: set[Said] = set()
    for table, what in (
        ("payments_paymentline", "upstream"),
        ("payments_passedline", "passed down"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT %s, participant, month, contract_id, coalesce(position_id, ''),
                    kind, number, earned, amount, is_reversal, rule,
                    concat_ws(' ', first_event, spell_event)
                FROM {table}
                WHERE month <= %s
                    AND (%s OR participation_id = ANY (%s) AND kind = ANY (%s))
                """,
                [what, run.month, is_everybody, list(people), milestones],
            )
            said |= set(_rows(cursor))
    return said


def _rows(cursor: Iterable[Said]) -> Iterable[Said]:
    return (tuple(row) for row in cursor)
