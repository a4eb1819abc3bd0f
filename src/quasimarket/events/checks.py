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
from quasimarket.events.checked_log import (
    FIRST_DAY,
    LAST_DAY,
    CheckedLog,
    LogLimits,
)
from quasimarket.events.checks_between import (
    check_attachments,
    check_participants,
    check_repeats,
    check_spells,
)
from quasimarket.events.event import MAY_BE_ANNOUNCED, REQUIRED_FIELDS, EventKind
from quasimarket.events.faults import FaultList
from quasimarket.events.typed_columns import ArrowColumn, TypedLog, rows_where


def check_events(typed: TypedLog, limits: LogLimits, faults: FaultList) -> None:
    """Add every fault of a typed log."""
    log = CheckedLog(typed=typed, limits=limits, faults=faults)
    for check in CHECKS:
        check(log)


def _check_ids(log: CheckedLog) -> None:
    if "id" in log.typed.columns:
        log.report(_missing(log, "id"), "an id for each event", lambda _: "no id")


def _check_kinds(log: CheckedLog) -> None:
    if "kind" not in log.typed.columns:
        return
    log.report(_missing(log, "kind"), "a kind for each event", lambda _: "no kind")
    _check_names(log, "kind", [str(kind) for kind in EventKind])


def _missing(log: CheckedLog, column: str) -> list[int]:
    values = log.table[column]
    return rows_where(pc.is_null(values)) if values.null_count else []


def _check_names(
    log: CheckedLog,
    column: str,
    known: Collection[str],
    among: ArrowColumn | None = None,
) -> None:
    encoded = log.table[column].combine_chunks()
    if len(encoded) == 0:
        return
    names = encoded.dictionary.to_pylist()
    strange = [code for code, name in enumerate(names) if name not in known]
    if not strange:
        return
    unknown = pc.is_in(encoded.indices, pa.array(strange, encoded.indices.type))
    if among is not None:
        unknown = pc.and_(unknown, among)

    def meant(place: int) -> str:
        close = difflib.get_close_matches(log.value(place, column), known, n=1)
        return f"did you mean {close[0]}?" if close else ""

    listed = ", ".join(sorted(known, key=order_key)) if len(known) <= 12 else ""
    log.report(
        rows_where(unknown),
        f"one of {listed}" if listed else f"a {column} that there is",
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
        if log.has(*needing) and log.table[field].null_count:
            _check_required_field(log, field, needing)
    if not log.has(EventKind.REJECTED):
        return
    names_nothing = pc.and_(
        pc.is_null(log.table["spell"]),
        pc.or_(pc.is_null(log.table["milestone"]), pc.is_null(log.table["number"])),
    )
    log.report(
        rows_where(pc.and_(log.is_kind(EventKind.REJECTED), names_nothing)),
        "a spell, or a milestone and its number",
        lambda _: "rejected without either",
    )


def _check_required_field(
    log: CheckedLog, field: str, needing: Collection[EventKind]
) -> None:
    places = rows_where(pc.and_(log.is_kind(*needing), pc.is_null(log.table[field])))
    unread = log.typed.unread.get(field, frozenset())
    if unread:
        places = [place for place in places if log.typed.rows[place] not in unread]
    if places and field not in log.typed.columns:
        kinds = sorted({log.value(place, "kind") for place in places})
        log.faults.add_file_fault(
            f"no column {field}", f"a {field} for {', '.join(kinds)} events"
        )
        return
    log.report(
        places,
        f"a {field}",
        lambda place: f"{log.value(place, 'kind')} without a {field}",
    )


def _check_numbers(log: CheckedLog) -> None:
    log.report(
        rows_where(pc.less(log.table["number"], 1)),
        "a number from 1",
        lambda place: f"number {log.value(place, 'number')}",
    )


def _check_days(log: CheckedLog) -> None:
    happened, known = log.table["happened"], log.table["known"]
    _check_range(log, "happened", None)
    _check_range(log, "known", pc.not_equal(known, happened))
    early = pc.less(known, happened)
    if not pc.any(early).as_py():
        return
    log.report(
        rows_where(pc.and_(early, pc.invert(log.is_kind(*MAY_BE_ANNOUNCED)))),
        "a day known on or after the day it happened",
        lambda place: (
            f"{log.value(place, 'kind')} of {log.value(place, 'happened')} "
            f"known on {log.value(place, 'known')}"
        ),
    )


def _check_range(log: CheckedLog, column: str, among: ArrowColumn | None) -> None:
    days = log.table[column]
    extremes = pc.min_max(days).as_py()
    if extremes["min"] is None or (
        extremes["min"] >= FIRST_DAY and extremes["max"] <= LAST_DAY
    ):
        return
    outside = _is_outside(days, FIRST_DAY, LAST_DAY)
    log.report(
        rows_where(outside if among is None else pc.and_(outside, among)),
        f"a day from {FIRST_DAY} to {LAST_DAY}",
        lambda place: f"{column} {log.value(place, column)}",
    )


def _check_referral_days(log: CheckedLog) -> None:
    places = pc.indices_nonzero(log.is_kind(EventKind.REFERRED))
    groups = log.table["group"].take(places)
    happened = log.table["happened"].take(places)
    for group, (first, last) in log.limits.referral_days.items():
        outside = pc.and_(pc.equal(groups, group), _is_outside(happened, first, last))
        log.report(
            places.take(pa.array(rows_where(outside), pa.int64())).to_pylist(),
            f"a referral to group {group} from {first} to {last}",
            lambda place: f"a referral on {log.value(place, 'happened')}",
            lambda _: "S49",
        )


def _is_outside(days: ArrowColumn, first: date, last: date) -> ArrowColumn:
    return pc.or_(pc.less(days, pa.scalar(first)), pc.greater(days, pa.scalar(last)))


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
