"""Settle everything again by both engines, and hold it against what was issued.

What was issued for a month never changes, so one settlement up to the latest month says
again every line of every month before it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from quasimarket.core.dates import Month
from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.long_work import allow_long_work
from quasimarket.service.payments import ledger
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.payments.settling import (
    SUMS,
    MonthSettled,
    named,
    named_statements,
    settle_month,
)
from quasimarket.service.payments.verifying import everybody, verify_everybody
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import programme, rulebook_in_force
from quasimarket.settlement.columnar.prices import month_number


ISSUED = ("approved", "exported", "confirmed")
"""States of runs whose lines providers have seen."""
PEOPLE_AT_ONCE = 20_000
TABLES = ("payments_paymentline", "payments_passedline")
COMPARED = (
    "contract_id", "position_id", "participant", "kind", "number", "earned", "amount",
    "is_reversal", "rule", "first_event", "spell_event",
)  # fmt: skip
Difference = dict[str, Any]
Progress = Callable[[str, int, int], object]
"""Is told what is being done, how much of it is, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledAgain:
    """What settling everything again found."""

    run: str
    runs: int
    people: int
    lines: int
    """Up the chain and down."""
    pence: int
    """To primes."""
    differences: tuple[Difference, ...]


def issued_runs(programme_id: str | None, month: str | None) -> list[PaymentRun]:
    """Give the runs that were issued up to a month, in order.

    Raises:
        InputFault: it is another programme, or nothing was issued then.
    """
    with acting_as(SYSTEM):
        has = programme().rulebook
        runs = list(PaymentRun.objects.filter(state__in=ISSUED).order_by("month"))
    if programme_id is not None and programme_id != has:
        raise _fault("--programme", programme_id, f"{has}, which this service runs")
    if month is not None and month not in {one.month for one in runs}:
        expected = ", ".join(one.month for one in runs[-3:]) or "no month is paid yet"
        raise _fault("--month", month, f"a month that was paid: {expected}")
    if not runs:
        raise _fault("payment runs", "none that was approved", "a month that was paid")
    return [one for one in runs if month is None or one.month <= month]


def _fault(where: str, found: str, expected: str) -> InputFault:
    return InputFault([Fault(where=where, found=found, expected=expected)])


def settle_everything(
    runs: Sequence[PaymentRun],
    progress: Progress = lambda *_: None,
    *,
    at_once: int = PEOPLE_AT_ONCE,
) -> SettledAgain:
    """Settle every month of everybody by both engines, as the log stood for the last.

    Args:
        runs: those that were issued, in order; the last is settled again.
        progress: is told how far it is.
        at_once: how many people the plain engine has before it at a time.
    """
    run = runs[-1]
    with acting_as(SYSTEM):
        allow_long_work()
        rulebook = rulebook_in_force()
        people = len(everybody(run))
        lines, pence = _totals(run)
        differences = [
            *_changed_runs(runs),
            *_columnar(rulebook, run, progress),
            *_plain(rulebook, run, people, at_once, progress),
        ]
    return SettledAgain(
        run=run.reference,
        runs=len(runs),
        people=people,
        lines=lines,
        pence=pence,
        differences=tuple(differences),
    )


def _totals(run: PaymentRun) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM payments_paymentline WHERE month <= %(m)s) "
            "+ (SELECT count(*) FROM payments_passedline WHERE month <= %(m)s), "
            "(SELECT coalesce(sum(amount), 0)::bigint FROM payments_paymentline "
            "WHERE month <= %(m)s)",
            {"m": run.month},
        )
        lines, pence = cursor.fetchone()
    return int(lines), int(pence)


def _changed_runs(runs: Iterable[PaymentRun]) -> Iterator[Difference]:
    """Name the runs whose lines are no longer those that were approved."""
    for run in runs:
        if ledger.content_hash(run) != run.content_hash:
            yield {
                "by": "hash of the run",
                "month": run.month,
                "says": "the lines are not those that were approved",
                "line": [run.reference],
            }


def _columnar(
    rulebook: Rulebook, run: PaymentRun, progress: Progress
) -> Iterator[Difference]:
    """Compare every month's lines, each with all that is on it."""
    progress("the columnar engine", 0, 1)
    settled = settle_month(rulebook, run)
    last = month_number(Month.parse(run.month))
    for table, lines in zip(
        TABLES,
        (settled.settlement.lines, settled.settlement.downstream),
        strict=True,
    ):
        rows = np.flatnonzero(lines.statement <= last)
        columns = named(run, settled, lines, rows, is_upstream=table == TABLES[0])
        fields = [columns[name] for name in ("month", *COMPARED)]
        says = Counter(zip(*fields, strict=True))
        issued = _issued(table, run)
        yield from _unlike("the columnar engine", says, issued)
    yield from _statements(settled, run)
    progress("the columnar engine", 1, 1)


def _issued(table: str, run: PaymentRun) -> Counter[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT month, {', '.join(COMPARED)} FROM {table} WHERE month <= %s",
            [run.month],
        )
        return Counter(cursor.fetchall())


def _statements(settled: MonthSettled, run: PaymentRun) -> Iterator[Difference]:
    """Compare what each payee's months came to."""
    fields = ("month", "contract_id", "position_id", *SUMS)
    says: Counter[tuple[Any, ...]] = Counter()
    for one in (settled.settlement.to_primes, settled.settlement.to_subcontracts):
        rows = np.flatnonzero(one.month <= settled.month)
        columns = named_statements(settled, one, rows)
        says += Counter(zip(*(columns[name] for name in fields), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(fields)} FROM payments_statement WHERE month <= %s",
            [run.month],
        )
        issued = Counter(cursor.fetchall())
    yield from _unlike("the columnar engine's statements", says, issued)


def _unlike(
    by: str, says: Counter[tuple[Any, ...]], issued: Counter[tuple[Any, ...]]
) -> Iterator[Difference]:
    for what, lines in (
        ("the engine alone", says - issued),
        ("what was issued alone", issued - says),
    ):
        for line in sorted(lines.elements(), key=str):
            yield {
                "by": by,
                "month": line[0],
                "says": what,
                "line": ["" if one is None else str(one) for one in line[1:]],
            }


def _plain(
    rulebook: Rulebook, run: PaymentRun, people: int, at_once: int, progress: Progress
) -> list[Difference]:
    """Settle everybody by the plain engine, some at a time, then all together."""
    found: list[Difference] = []
    done = 0
    progress("the plain engine", done, people)
    for verified in verify_everybody(rulebook, run, at_once):
        found += [
            {
                "by": "the plain engine",
                "month": one["line"][2],
                "says": one["says"],
                "line": one["line"],
            }
            for one in verified.differences
        ]
        done += verified.people
        progress("the plain engine", done, people)
    return found
