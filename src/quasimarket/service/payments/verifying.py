"""Settle some people again by the plain engine, and hold it against what was issued."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import connection

from quasimarket.chance import Purpose, uniforms
from quasimarket.core.dates import Month
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.log_columns import LogColumns, read_log_columns
from quasimarket.service.claims.one_person import events_of
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.payments.settling import closed_months
from quasimarket.settlement.records import DownstreamLine, Line, Settlement
from quasimarket.settlement.reference import Part, Reading, SettlingInParts, settle


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


def verify(rulebook: Rulebook, run: PaymentRun, people: Collection[int]) -> Verified:
    """Settle people again and compare every line that was ever issued for them.

    What is paid for nobody in particular, such as excess payments, follows from
    everybody: `verify_everybody` compares that as well.

    Args:
        rulebook: the rulebook in force.
        run: the run up to whose month lines are compared.
        people: the participations to settle.
    """
    settlement = settle_again(rulebook, run, people)
    return _compared(
        _lines_of(settlement),
        run,
        _issued(_OF_PEOPLE, rulebook, run, people),
        len(people),
    )


def verify_everybody(
    rulebook: Rulebook, run: PaymentRun, at_once: int
) -> Iterator[Verified]:
    """Settle everybody again, so many at a time, then what follows from all together.

    The scope is the system's. The log is held once, in columns; events are made of a
    part of it at a time.

    Yields:
        What each part found; the last have no people of their own: what is paid for
        nobody in particular, and for people whom the log does not know.
    """
    log = _log_of(rulebook, run)
    engine = SettlingInParts(
        rulebook,
        run.settled_to,
        Reading(claims_implied=False, validation_implied=False),
    )
    order = np.argsort(log.columns.participant, kind="stable")
    of_person = log.columns.participant[order]
    for first in range(0, len(log.participations), at_once):
        people = log.participations[first : first + at_once]
        start, end = np.searchsorted(of_person, [first, first + len(people)])
        part = engine.settle_people(
            events_of(rulebook, log.columns, np.sort(order[start:end]))
        )
        issued = _issued(_OF_PEOPLE, rulebook, run, people.tolist())
        yield _compared(_lines_of(part), run, issued, len(people))
    nobodys = order[: np.searchsorted(of_person, 0)]
    named_nobody = engine.settle_people(
        events_of(rulebook, log.columns, np.sort(nobodys))
    )
    common = engine.settle_everybody()
    yield _compared(
        [*_lines_of(named_nobody), *_lines_of(common)],
        run,
        _issued(_OF_NOBODY, rulebook, run),
        0,
    )
    strangers = _paid_people(run) - set(log.participations.tolist())
    yield _compared((), run, _issued(_OF_PEOPLE, rulebook, run, strangers), 0)


def _paid_people(run: PaymentRun) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT participation_id FROM payments_paymentline "
            "WHERE month <= %(month)s AND participation_id IS NOT NULL "
            "UNION SELECT participation_id FROM payments_passedline "
            "WHERE month <= %(month)s",
            {"month": run.month},
        )
        return {row[0] for row in cursor.fetchall()}


def _lines_of(part: Part | Settlement) -> list[Line | DownstreamLine]:
    return [*part.lines, *part.downstream]


def _compared(
    lines: Iterable[Line | DownstreamLine],
    run: PaymentRun,
    issued: set[Said],
    people: int,
) -> Verified:
    last = Month.parse(run.month)
    says = {_said(one) for one in lines if one.statement <= last}
    differences = [
        {"participant": line[1], "line": list(map(str, line)), "says": who}
        for who, lines in (
            ("the plain engine alone", says - issued),
            ("what was issued alone", issued - says),
        )
        for line in sorted(lines, key=str)
    ]
    return Verified(
        people=people, lines=len(issued), differences=differences[:DIFFERENCES_KEPT]
    )


def settle_again(
    rulebook: Rulebook, run: PaymentRun, people: Collection[int]
) -> Settlement:
    """Settle some people by the plain engine, as the log stood for the run."""
    return settle(
        replace(rulebook, excess_payments=(), service_fees=()),
        events_of(rulebook, _log_of(rulebook, run, people).columns),
        run.settled_to,
        claims_implied=False,
        validation_implied=False,
    )


def _log_of(
    rulebook: Rulebook, run: PaymentRun, people: Collection[int] | None = None
) -> LogColumns:
    return read_log_columns(
        rulebook,
        last_event=run.last_event,
        known_by=run.settled_to,
        closed=closed_months(run.month),
        participations=people,
    )


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


_OF_PEOPLE = "participation_id = ANY (%(people)s) AND kind = ANY (%(milestones)s)"
_OF_NOBODY = "(participation_id IS NULL OR kind <> ALL (%(milestones)s))"
"""SQL for lines that follow from some people alone, and for all others."""


def _issued(
    which: str, rulebook: Rulebook, run: PaymentRun, people: Collection[int] = ()
) -> set[Said]:
    """Read what was issued by this run and those before."""
    given = {
        "month": run.month,
        "people": list(people),
        "milestones": [str(one.id) for one in rulebook.milestones],
    }
    said: set[Said] = set()
    for table, what in (
        ("payments_paymentline", "upstream"),
        ("payments_passedline", "passed down"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT %(what)s, participant, month, contract_id,
                    coalesce(position_id, ''), kind, number, earned, amount,
                    is_reversal, rule, concat_ws(' ', first_event, spell_event)
                FROM {table}
                WHERE month <= %(month)s AND {which}
                """,
                {**given, "what": what},
            )
            said |= set(_rows(cursor))
    return said


def _rows(cursor: Iterable[Said]) -> Iterable[Said]:
    return (tuple(row) for row in cursor)
