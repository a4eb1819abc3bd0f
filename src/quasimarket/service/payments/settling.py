"""Settle a month by the rulebook's columnar engine, and write what is new of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.claims.log_columns import (
    ClosedMonth,
    LogColumns,
    read_log_columns,
)
from quasimarket.service.payments.models import PaymentRun
from quasimarket.settlement.columnar import (
    ColumnarSettlement,
    IssuedColumns,
    StatementColumns,
    settle_columns,
)
from quasimarket.settlement.columnar.prices import month_number, month_of
from quasimarket.settlement.columnar.records import kinds_of_payment


ROWS_AT_ONCE = 50_000
LINE_COLUMNS = {
    "run_id": "bigint",
    "sequence": "int",
    "month": "text",
    "contract_id": "text",
    "position_id": "text",
    "participation_id": "bigint",
    "participant": "text",
    "kind": "text",
    "number": "int",
    "earned": "date",
    "amount": "bigint",
    "is_reversal": "boolean",
    "rule": "text",
    "first_event": "bigint",
    "spell_event": "bigint",
    "stands": "boolean",
}
"""Columns of both tables of lines."""
UPSTREAM_COLUMNS = {**LINE_COLUMNS, "payable": "date", '"group"': "text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSettled:
    """A settlement of everything up to a month, with the log that it was made of."""

    rulebook: Rulebook
    log: LogColumns
    settlement: ColumnarSettlement
    after: int
    """Statements of months after this one are new, counted from the year 0."""
    month: int


class StandingMismatch(Exception):
    """What was issued before no longer follows: nothing new may be issued on top."""

    def __init__(self, differences: list[dict[str, Any]]) -> None:
        """Keep what differs."""
        self.differences = differences
        super().__init__(f"{len(differences)} differences from what was issued before")


def closed_months(before: str) -> list[ClosedMonth]:
    """List the months that were paid before a month, in order."""
    return [
        ClosedMonth(last_event=run.last_event, last_day=run.settled_to)
        for run in PaymentRun.objects.filter(month__lt=before)
        .exclude(state="cancelled")
        .order_by("month")
    ]


def settle_month(rulebook: Rulebook, run: PaymentRun) -> MonthSettled:
    """Settle the log up to the run's month; nothing is written."""
    log = read_log_columns(
        rulebook,
        last_event=run.last_event,
        known_by=run.settled_to,
        closed=closed_months(run.month),
    )
    settlement = settle_columns(
        rulebook,
        log.columns,
        run.settled_to,
        claims_implied=False,
        validation_implied=False,
    )
    after = month_number(Month.parse(run.after_month)) if run.after_month else -1
    return MonthSettled(
        rulebook=rulebook,
        log=log,
        settlement=settlement,
        after=after,
        month=month_number(Month.parse(run.month)),
    )


def refuse_other_history(run: PaymentRun, settled: MonthSettled) -> None:
    """Compare what follows for earlier months with what was issued for them.

    Raises:
        StandingMismatch: a line issued before no longer follows, or one is missing.
    """
    differences = []
    for table, lines in (
        ("payments_paymentline", settled.settlement.lines),
        ("payments_passedline", settled.settlement.downstream),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT month, count(*), sum(amount)::bigint FROM {table} "
                "WHERE run_id <> %s AND month <= %s GROUP BY month",
                [run.pk, run.after_month],
            )
            issued = {month: (count, total) for month, count, total in cursor}
        follows = _totals(lines, settled.after)
        differences += [
            {
                "what": table,
                "month": month,
                "issued": list(issued.get(month, (0, 0))),
                "follows": list(follows.get(month, (0, 0))),
            }
            for month in sorted({*issued, *follows})
            if issued.get(month) != follows.get(month)
        ]
    if differences:
        raise StandingMismatch(differences)


def _totals(lines: IssuedColumns, last: int) -> dict[str, tuple[int, int]]:
    old = lines.statement <= last
    months, index = np.unique(lines.statement[old], return_inverse=True)
    counts = np.bincount(index, minlength=len(months))
    sums = np.zeros(len(months), np.int64)
    np.add.at(sums, index, lines.amount[old])
    return {
        str(month_of(int(month))): (int(count), int(total))
        for month, count, total in zip(months, counts, sums, strict=True)
    }


def write_lines(run: PaymentRun, settled: MonthSettled) -> None:
    """Issue the lines of the run's months, up the chain and down."""
    _write(run, settled, settled.settlement.lines, "payments_paymentline")
    _write(run, settled, settled.settlement.downstream, "payments_passedline")


def _write(
    run: PaymentRun, settled: MonthSettled, lines: IssuedColumns, table: str
) -> None:
    new = np.flatnonzero(
        (lines.statement > settled.after) & (lines.statement <= settled.month)
    )
    if not len(new):
        return
    is_upstream = table == "payments_paymentline"
    columns = named(run, settled, lines, new, is_upstream=is_upstream)
    columns["stands"] = _standing(table, columns)
    types = UPSTREAM_COLUMNS if is_upstream else LINE_COLUMNS
    insert(table, types, columns)


def insert(
    table: str, types: dict[str, str], columns: dict[str, Sequence[Any]]
) -> None:
    """Insert columns as rows, many at a time."""
    arrays = ", ".join(f"%s::{kind}[]" for kind in types.values())
    statement = (
        f"INSERT INTO {table} ({', '.join(types)}) SELECT * FROM unnest({arrays})"
    )
    count = len(next(iter(columns.values())))
    with connection.cursor() as cursor:
        for first in range(0, count, ROWS_AT_ONCE):
            part = slice(first, first + ROWS_AT_ONCE)
            cursor.execute(statement, [list(columns[name][part]) for name in types])


def named(
    run: PaymentRun,
    settled: MonthSettled,
    lines: IssuedColumns,
    rows: NDArray[np.int64],
    *,
    is_upstream: bool,
) -> dict[str, Sequence[Any]]:
    """Give the columns of rows with names in the place of codes."""
    log = settled.log
    kinds = kinds_of_payment(settled.rulebook)
    kind = lines.kind[rows].tolist()
    participant = lines.participant[rows]
    contracts = [str(one.id) for one in settled.rulebook.contracts]
    columns: dict[str, Sequence[Any]] = {
        "run_id": [run.pk] * len(rows),
        "sequence": range(1, len(rows) + 1),
        "month": _months(lines.statement[rows]),
        "contract_id": _looked_up(lines.contract[rows], contracts),
        "position_id": _looked_up(lines.position[rows], log.columns.positions),
        "participation_id": _looked_up(participant, log.participations.tolist()),
        "participant": _looked_up(participant, log.columns.participants, ""),
        "kind": [str(kinds[one][0]) for one in kind],
        "number": lines.number[rows].tolist(),
        "earned": _days(lines.earned[rows]),
        "amount": lines.amount[rows].tolist(),
        "is_reversal": lines.is_reversal[rows].tolist(),
        "rule": [str(kinds[one][1]) for one in kind],
        "first_event": _or_none(lines.first_event[rows]),
        "spell_event": _or_none(lines.spell_event[rows]),
    }
    if is_upstream:
        groups = [str(one.id) for one in settled.rulebook.groups]
        columns["payable"] = _days(lines.payable[rows])
        columns['"group"'] = _looked_up(lines.group[rows], groups, "")
    return columns


def _looked_up(
    codes: NDArray[Any], names: Sequence[Any] | NDArray[Any], none: Any = None
) -> list[Any]:
    return [names[code] if code >= 0 else none for code in codes.tolist()]


def _or_none(numbers: NDArray[np.integer[Any]]) -> list[int | None]:
    return [number if number >= 0 else None for number in numbers.tolist()]


def _days(numbers: NDArray[np.int32]) -> list[date]:
    dates: list[date] = numbers.astype("datetime64[D]").tolist()
    return dates


def _months(numbers: NDArray[np.int16]) -> list[str]:
    names = {one: str(month_of(one)) for one in np.unique(numbers).tolist()}
    return [names[one] for one in numbers.tolist()]


_IDENTITY = (
    "participation_id", "kind", "number", "earned", "contract_id", "position_id"
)  # fmt: skip


def _standing(table: str, columns: dict[str, Sequence[Any]]) -> list[bool]:
    """Say which of the new lines stand, and let those that they reverse stand no more.

    Upstream the position is no part of what a line is.
    """
    is_reversal = columns["is_reversal"]
    stands = [not one for one in is_reversal]
    reversed_places = [at for at, one in enumerate(is_reversal) if one]
    if not reversed_places:
        return stands
    fields = _IDENTITY if table == "payments_passedline" else _IDENTITY[:-1]
    people = {columns["participation_id"][at] for at in reversed_places}
    issued: dict[tuple[Any, ...], list[int]] = {}
    before: list[tuple[Any, ...]] = []
    for at, person in enumerate(columns["participation_id"]):
        if person not in people:
            continue
        amount = columns["amount"][at]
        key = (*(columns[name][at] for name in fields), abs(amount))
        if not is_reversal[at]:
            issued.setdefault(key, []).append(at)
        elif issued.get(key):
            stands[issued[key].pop()] = False
        else:
            before.append(key)
    _fall(table, fields, before)
    return stands


def _fall(table: str, fields: Sequence[str], keys: list[tuple[Any, ...]]) -> None:
    """Let lines issued by earlier runs stand no more."""
    if not keys:
        return
    types = [LINE_COLUMNS[name] for name in fields] + ["bigint"]
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    names = [*fields, "amount"]
    same = " AND ".join(f"l.{name} = d.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} l SET stands = false FROM unnest({arrays}) "
            f"AS d({', '.join(names)}) WHERE l.stands AND {same}",
            [list(one) for one in zip(*keys, strict=True)],
        )
        if cursor.rowcount != len(keys):
            raise StandingMismatch(
                [
                    {
                        "what": table,
                        "month": "",
                        "issued": f"{cursor.rowcount} lines that stand",
                        "follows": f"{len(keys)} reversals",
                    }
                ]
            )


def write_statements(run: PaymentRun, settled: MonthSettled) -> None:
    """Write the statements of the run's months."""
    for statements in (
        settled.settlement.to_primes,
        settled.settlement.to_subcontracts,
    ):
        _write_statements(run, settled, statements)


def _write_statements(
    run: PaymentRun, settled: MonthSettled, statements: StatementColumns
) -> None:
    new = np.flatnonzero(
        (statements.month > settled.after) & (statements.month <= settled.month)
    )
    insert(
        "payments_statement",
        {
            "run_id": "bigint",
            "month": "text",
            "contract_id": "text",
            "position_id": "text",
            **dict.fromkeys(SUMS, "bigint"),
        },
        {"run_id": [run.pk] * len(new), **named_statements(settled, statements, new)},
    )


SUMS = ("brought_forward", "lines", "payable", "carried_forward")


def named_statements(
    settled: MonthSettled, statements: StatementColumns, rows: NDArray[np.int64]
) -> dict[str, Sequence[Any]]:
    """Give the columns of statements with names in the place of codes."""
    contracts = [str(one.id) for one in settled.rulebook.contracts]
    return {
        "month": _months(statements.month[rows]),
        "contract_id": _looked_up(statements.contract[rows], contracts),
        "position_id": _looked_up(
            statements.position[rows], settled.log.columns.positions
        ),
        **{name: getattr(statements, name)[rows].tolist() for name in SUMS},
    }
