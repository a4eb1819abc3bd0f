"""What must hold in a log before it is settled, checked on whole columns.

`CHECKS` lists the checks; all of them run, and each adds the rows at fault. A value
that is missing or could not be read is its own fault and sets off no other.
"""

import difflib
from collections.abc import Callable, Collection
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.core.identifiers import order_key
from quasimarket.events.checked_log import CheckedLog, LogLimits
from quasimarket.events.checks_between import (
    check_attachments,
    check_participants,
    check_repeats,
    check_spells,
)
from quasimarket.events.event import MAY_BE_ANNOUNCED, REQUIRED_FIELDS, EventKind
from quasimarket.events.faults import FaultList
from quasimarket.events.typed_columns import ArrowColumn, TypedLog, rows_where


FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)


def check_events(typed: TypedLog, limits: LogLimits, faults: FaultList) -> None:
    """Add every fault of a typed log."""
    log = CheckedLog(typed=typed, limits=limits, faults=faults)
    for check in CHECKS:
        check(log)


def without_repeats(table: pa.Table) -> pa.Table:
    """Keep one of each event that stands in the table more than once."""
    if pc.count_distinct(table["id"]).as_py() == len(table):
        return table
    seen: set[object] = set()
    kept = [
        event not in seen and not seen.add(event)  # type: ignore[func-returns-value]
        for event in table["id"].to_pylist()
    ]
    return table.filter(pa.array(kept))


def _check_ids(log: CheckedLog) -> None:
    if "id" in log.typed.columns:
        places = rows_where(pc.is_null(log.table["id"]))
        log.report(places, "an id for each event", lambda _: "no id")


def _check_kinds(log: CheckedLog) -> None:
    if "kind" not in log.typed.columns:
        return
    kinds = log.table["kind"]
    log.report(
        rows_where(pc.is_null(kinds)), "a kind for each event", lambda _: "no kind"
    )
    _check_names(log, "kind", [str(kind) for kind in EventKind])


def _check_names(
    log: CheckedLog,
    column: str,
    known: Collection[str],
    among: ArrowColumn | None = None,
) -> None:
    values = log.table[column]
    unknown = pc.and_(
        pc.is_valid(values),
        pc.invert(pc.is_in(values, pa.array(sorted(known), pa.string()))),
    )
    if among is not None:
        unknown = pc.and_(unknown, among)

    def meant(place: int) -> str:
        close = difflib.get_close_matches(log.value(place, column), known, n=1)
        return f"did you mean {close[0]}?" if close else ""

    listed = ", ".join(sorted(known, key=order_key)) if len(known) <= 12 else ""
    log.report(
        rows_where(unknown),
        f"one of {listed}" if listed else f"a {column} that the programme has",
        lambda place: f"unknown {column} {log.value(place, column)!r}",
        meant,
    )


def _check_programme_names(log: CheckedLog) -> None:
    _check_names(log, "contract", log.limits.contracts)
    _check_names(log, "group", log.limits.referral_days)
    is_paid = log.is_kind(EventKind.PAID)
    _check_names(log, "milestone", log.limits.payments, is_paid)
    _check_names(log, "milestone", log.limits.milestones, pc.invert(is_paid))


def _check_required_fields(log: CheckedLog) -> None:
    for field in dict.fromkeys(
        name for names in REQUIRED_FIELDS.values() for name in names
    ):
        needing = [kind for kind, names in REQUIRED_FIELDS.items() if field in names]
        places = rows_where(
            pc.and_(log.is_kind(*needing), pc.is_null(log.table[field]))
        )
        unread = log.typed.unread.get(field, frozenset())
        if unread:
            places = [p for p in places if log.typed.rows[p] not in unread]
        if places and field not in log.typed.columns:
            kinds = sorted({log.value(place, "kind") for place in places})
            log.faults.add_file_fault(
                f"no column {field}", f"a {field} for {', '.join(kinds)} events"
            )
            continue
        log.report(
            places,
            f"a {field}",
            lambda place, field=field: (  # type: ignore[misc]
                f"{log.value(place, 'kind')} without a {field}"
            ),
        )
    names_nothing = pc.and_(
        pc.is_null(log.table["spell"]),
        pc.or_(pc.is_null(log.table["milestone"]), pc.is_null(log.table["number"])),
    )
    log.report(
        rows_where(pc.and_(log.is_kind(EventKind.REJECTED), names_nothing)),
        "a spell, or a milestone and its number",
        lambda _: "rejected without either",
    )


def _check_numbers(log: CheckedLog) -> None:
    log.report(
        rows_where(pc.less(log.table["number"], 1)),
        "a number from 1",
        lambda place: f"number {log.value(place, 'number')}",
    )


def _check_days(log: CheckedLog) -> None:
    for column in ("happened", "known"):
        days = log.table[column]
        outside = pc.or_(
            pc.less(days, pa.scalar(FIRST_DAY)), pc.greater(days, pa.scalar(LAST_DAY))
        )
        if column == "known":
            outside = pc.and_(outside, pc.not_equal(days, log.table["happened"]))
        log.report(
            rows_where(outside),
            f"a day from {FIRST_DAY} to {LAST_DAY}",
            lambda place, column=column: (  # type: ignore[misc]
                f"{column} {log.value(place, column)}"
            ),
        )
    early = pc.and_(
        pc.less(log.table["known"], log.table["happened"]),
        pc.invert(log.is_kind(*MAY_BE_ANNOUNCED)),
    )
    log.report(
        rows_where(early),
        "a day known on or after the day it happened",
        lambda place: (
            f"{log.value(place, 'kind')} of {log.value(place, 'happened')} "
            f"known on {log.value(place, 'known')}"
        ),
    )


def _check_referral_days(log: CheckedLog) -> None:
    groups, happened = log.table["group"], log.table["happened"]
    referred = log.is_kind(EventKind.REFERRED)
    for group, (first, last) in log.limits.referral_days.items():
        outside = pc.or_(
            pc.less(happened, pa.scalar(first)), pc.greater(happened, pa.scalar(last))
        )
        of_group = pc.and_(referred, pc.equal(groups, group))
        log.report(
            rows_where(pc.and_(of_group, outside)),
            f"a referral to group {group} from {first} to {last}",
            lambda place: f"a referral on {log.value(place, 'happened')}",
            lambda _: "S49",
        )


CHECKS: tuple[Callable[[CheckedLog], None], ...] = (
    _check_ids,
    _check_kinds,
    _check_required_fields,
    _check_programme_names,
    _check_numbers,
    _check_days,
    _check_referral_days,
    check_participants,
    check_spells,
    check_attachments,
    check_repeats,
)
