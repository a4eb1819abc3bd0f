"""Checks of one event against others: spells, attachments, repeated ids.

The extreme days of each participant or spell are found on whole columns; only where
they could conflict are the events looked at one by one.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.core.identifiers import order_key
from quasimarket.events.checked_log import CheckedLog
from quasimarket.events.event import EventKind
from quasimarket.events.typed_columns import ArrowColumn, rows_where


_ENDS = {
    EventKind.JOB_STARTED: EventKind.JOB_ENDED,
    EventKind.BENEFIT_STARTED: EventKind.BENEFIT_ENDED,
}


def check_participants(log: CheckedLog) -> None:
    """Find events of someone who was never referred."""
    people = log.table["participant"]
    referred = pc.unique(people.filter(log.is_kind_or_unknown(EventKind.REFERRED)))
    strangers = pc.and_(
        pc.is_valid(people), pc.invert(pc.is_in(people, _comparable(referred)))
    )
    log.report(
        rows_where(strangers),
        "someone with a referred event",
        lambda place: (
            f"{log.value(place, 'kind')} of unknown participant "
            f"{log.value(place, 'participant')!r}"
        ),
    )


def check_spells(log: CheckedLog) -> None:
    """Find ends of spells that never started, or that started later."""
    for start, end in _ENDS.items():
        _check_ends(log, start, end)


def _check_ends(log: CheckedLog, start: EventKind, end: EventKind) -> None:
    """Find ends of spells that never started, or that started later."""
    starts, ends = log.is_kind_or_unknown(start), log.is_kind(end)
    if not pc.any(ends, min_count=0).as_py():
        return
    spells = _first_and_last(log, ["participant", "spell"], starts, ends)
    ended = pc.is_valid(spells["second_min"])
    unstarted = spells.filter(pc.and_(ended, pc.invert(spells["is_first_any"])))
    log.report(
        _rows_of(log, ends, unstarted),
        f"a {start} event with the same participant and spell",
        lambda place: f"{end} of spell {log.value(place, 'spell')} that never started",
    )
    # Of several reports the one known last stands; where even the latest start is
    # not after the earliest end, no two of them can conflict.
    suspects = spells.filter(pc.less(spells["second_min"], spells["first_max"]))
    start_of = _standing(log, _rows_of(log, log.is_kind(start), suspects))
    end_of = _standing(log, _rows_of(log, ends, suspects))
    log.report(
        sorted(
            place
            for spell, place in end_of.items()
            if spell in start_of
            and log.value(place, "happened") < log.value(start_of[spell], "happened")
        ),
        "a last day on or after the spell's first day",
        lambda place: (
            f"{end} of spell {log.value(place, 'spell')} on "
            f"{log.value(place, 'happened')}, before it started"
        ),
    )


def check_attachments(log: CheckedLog) -> None:
    """Find attachments that lie in the allotted time of no referral."""
    referred, attached = (
        log.is_kind(EventKind.REFERRED),
        log.is_kind(EventKind.ATTACHED),
    )
    if not pc.any(attached, min_count=0).as_py():
        return
    allowed = timedelta(days=log.limits.allotted_days - 1)
    people = _first_and_last(log, ["participant"], referred, attached)
    last_allowed = pc.add(people["first_min"].cast(pa.timestamp("s")), allowed)
    suspects = people.filter(
        pc.or_(
            pc.less(people["second_min"], people["first_min"]),
            pc.greater(people["second_max"].cast(pa.timestamp("s")), last_allowed),
        )
    )
    referrals: dict[object, list[date]] = {}
    for place in _rows_of(log, referred, suspects):
        day = log.value(place, "happened")
        if day is not None:
            referrals.setdefault(log.value(place, "participant"), []).append(day)

    def is_outside(place: int) -> bool:
        day = log.value(place, "happened")
        return day is not None and not any(
            first <= day <= first + allowed
            for first in referrals[log.value(place, "participant")]
        )

    log.report(
        [place for place in _rows_of(log, attached, suspects) if is_outside(place)],
        f"an attachment within {log.limits.allotted_days} days of a referral",
        lambda place: f"attached on {log.value(place, 'happened')}",
        lambda _: "S41",
    )


def check_repeats(log: CheckedLog) -> None:
    """Find events that share an id and are not equal."""
    table = log.table
    if pc.count_distinct(table["id"]).as_py() == len(table):
        return
    counted = pc.value_counts(pc.drop_null(table["id"]))
    repeated = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    first_of: dict[object, tuple[int, object]] = {}
    differing: list[tuple[int, int]] = []
    for place in rows_where(pc.is_in(table["id"], _comparable(repeated))):
        event = table.slice(place, 1).to_pylist()[0]
        first, content = first_of.setdefault(event["id"], (place, event))
        if content != event:
            differing.append((place, first))
    first_place = dict(differing)
    log.report(
        [place for place, _ in differing],
        "one event for each id",
        lambda place: (
            f"id {log.value(place, 'id')!r} again, differing from "
            f"row {log.typed.rows[first_place[place]]}"
        ),
        lambda _: "S58",
    )


def _first_and_last(
    log: CheckedLog, keys: list[str], first: ArrowColumn, second: ArrowColumn
) -> pa.Table:
    """Give by key the extreme days of two kinds of event: columns first_, second_."""
    either = pc.and_(pc.or_(first, second), pc.is_valid(log.table[keys[-1]]))
    table = log.table.select([*keys, "happened"]).filter(either)
    is_first, is_second = first.filter(either), second.filter(either)
    days = pa.table(
        {
            **{key: _comparable(table[key]) for key in keys},
            "first": pc.if_else(is_first, table["happened"], None),
            "second": pc.if_else(is_second, table["happened"], None),
            "is_first": is_first,
        }
    )
    extremes = [(side, end) for side in ("first", "second") for end in ("min", "max")]
    return days.group_by(keys).aggregate([*extremes, ("is_first", "any")])


def _rows_of(log: CheckedLog, mask: ArrowColumn, keyed: pa.Table) -> list[int]:
    """Give the places of events under a mask whose keys stand in a table."""
    if len(keyed) == 0:
        return []
    keys = [key for key in ("participant", "spell") if key in keyed.column_names]
    wanted = set(zip(*(keyed[key].to_pylist() for key in keys), strict=True))
    people = pc.is_in(_comparable(log.table["participant"]), keyed["participant"])
    places = rows_where(pc.and_(mask, people))
    found = log.table.select(keys).take(pa.array(places, pa.int64()))
    named = zip(*(found[key].to_pylist() for key in keys), strict=True)
    return [place for place, key in zip(places, named, strict=True) if key in wanted]


def _standing(
    log: CheckedLog, places: Sequence[int]
) -> dict[tuple[object, object], int]:
    """Give by spell the place of the report that stands: the one known last."""

    def order(place: int) -> tuple[date, tuple[int, int, str]]:
        known = log.value(place, "known") or date.min
        return known, order_key(str(log.value(place, "id")))

    return {
        (log.value(place, "participant"), log.value(place, "spell")): place
        for place in sorted(places, key=order)
        if log.value(place, "happened") is not None
    }


def _comparable(column: ArrowColumn) -> ArrowColumn:
    """Give names without a dictionary, so that chunks can be compared."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column
