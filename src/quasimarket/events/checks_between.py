"""Checks of one event against others: participants, spells, attachments, ids.

Events that could conflict are found on whole columns; only those are then looked at
one by one.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.core.identifiers import order_key
from quasimarket.events.adjacent import find_neighbours
from quasimarket.events.checked_log import CheckedLog
from quasimarket.events.event import EventKind
from quasimarket.events.typed_columns import ArrowColumn, rows_where


_ENDS = {
    EventKind.JOB_STARTED: EventKind.JOB_ENDED,
    EventKind.BENEFIT_STARTED: EventKind.BENEFIT_ENDED,
}
DENSE = 8
"""Whole-number names are looked up by number where at least one in so many is used."""


def check_participants(log: CheckedLog) -> None:
    """Find events of someone who was never referred."""
    people = log.table["participant"]
    referred = people.filter(log.is_kind_or_unknown(EventKind.REFERRED))
    strangers = pc.and_(pc.is_valid(people), pc.invert(_is_among(people, referred)))
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
        if log.has(end):
            _check_ends(log, start, end)


def _check_ends(log: CheckedLog, start: EventKind, end: EventKind) -> None:
    found = find_neighbours(
        log,
        ["participant", "spell"],
        log.is_kind_or_unknown(start),
        log.is_kind(end),
    )
    unstarted = _same_spell(log, end, found.places.filter(found.is_first_of_key))
    log.report(
        unstarted,
        f"a {start} event with the same participant and spell",
        lambda place: f"{end} of spell {log.value(place, 'spell')} that never started",
    )
    # Of several reports the one known last stands; where even the latest start is
    # not after the earliest end, no two of them can conflict.
    is_suspect = pc.and_(found.follows_first_kind, pc.less(found.days_since, 0))
    suspects = found.places.filter(is_suspect)
    start_of = _standing(log, _same_spell(log, start, suspects))
    end_of = _standing(log, _same_spell(log, end, suspects))
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
    if not log.has(EventKind.ATTACHED):
        return
    referred = log.is_kind(EventKind.REFERRED)
    found = find_neighbours(
        log, ["participant"], referred, log.is_kind(EventKind.ATTACHED)
    )
    allowed = log.limits.allotted_days - 1
    is_inside = pc.and_(
        found.follows_first_kind,
        pc.and_(
            pc.greater_equal(found.days_since, 0),
            pc.less_equal(found.days_since, allowed),
        ),
    )
    # Someone never referred is another fault.
    is_suspect = pc.and_(pc.invert(is_inside), pc.invert(found.is_first_of_key))
    suspects = found.places.filter(is_suspect).to_pylist()
    people = {log.value(place, "participant") for place in suspects}
    referrals: dict[object, list[date]] = {person: [] for person in people}
    for place in _of_people(log, referred, people):
        day = log.value(place, "happened")
        if day is not None:
            referrals[log.value(place, "participant")].append(day)

    def is_outside(place: int) -> bool:
        day = log.value(place, "happened")
        return not any(
            first <= day <= first + timedelta(days=allowed)
            for first in referrals[log.value(place, "participant")]
        )

    log.report(
        sorted(place for place in suspects if is_outside(place)),
        f"an attachment within {log.limits.allotted_days} days of a referral",
        lambda place: f"attached on {log.value(place, 'happened')}",
        lambda _: "S41",
    )


def check_repeats(log: CheckedLog) -> None:
    """Find events that share an id and are not equal."""
    ids = log.table["id"]
    if are_distinct(ids):
        return
    counted = pc.value_counts(pc.drop_null(ids))
    repeated = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    first_of: dict[object, tuple[int, object]] = {}
    differs_from: dict[int, int] = {}
    for place in rows_where(pc.is_in(ids, _plain(repeated))):
        event = log.table.slice(place, 1).to_pylist()[0]
        first, content = first_of.setdefault(event["id"], (place, event))
        if content != event:
            differs_from[place] = first
    log.report(
        list(differs_from),
        "one event for each id",
        lambda place: (
            f"id {log.value(place, 'id')!r} again, differing from "
            f"row {log.typed.rows[differs_from[place]]}"
        ),
        lambda _: "S58",
    )


def without_repeats(table: pa.Table) -> pa.Table:
    """Keep the first of each event that stands in a sound table more than once."""
    if are_distinct(table["id"]):
        return table
    numbered = pa.table({"id": _plain(table["id"]), "place": _places(len(table))})
    firsts = numbered.group_by("id").aggregate([("place", "min")])["place_min"]
    return table.take(firsts.take(pc.sort_indices(firsts)))


def are_distinct(ids: ArrowColumn) -> bool:
    """Tell whether no name stands twice; numbers in order are told at once."""
    if pa.types.is_integer(ids.type) and ids.null_count == 0 and len(ids) > 0:
        whole = ids.combine_chunks()
        if not pc.all(pc.greater(whole[1:], whole[:-1]), min_count=0).as_py():
            whole = whole.take(pc.array_sort_indices(whole))
        return bool(pc.all(pc.greater(whole[1:], whole[:-1]), min_count=0).as_py())
    return bool(pc.count_distinct(ids, mode="all").as_py() == len(ids))


def _is_among(names: ArrowColumn, some: ArrowColumn) -> ArrowColumn:
    """Mark the names that are among some; few lookups where names are numbers."""
    if not pa.types.is_integer(names.type) or names.null_count == len(names):
        return pc.is_in(names, _plain(pc.unique(some)))
    extremes = pc.min_max(names).as_py()
    lowest, highest = extremes["min"], extremes["max"]
    if highest - lowest > DENSE * len(names):
        return pc.is_in(names, pc.unique(some))
    by_number = pc.is_in(_places(highest - lowest + 1, lowest), pc.unique(some))
    return by_number.take(pc.subtract(names, pa.scalar(lowest, names.type)))


def _places(count: int, first: int = 0) -> Any:  # pyarrow ships no types
    return pa.array(range(first, first + count), pa.int64())


def _same_spell(log: CheckedLog, kind: EventKind, suspects: Any) -> list[int]:
    """Give the places of events of a kind that are of the same spells as others."""
    keys = ["participant", "spell"]
    named = log.table.select(keys).take(suspects)
    wanted = set(zip(*(named[key].to_pylist() for key in keys), strict=True))
    if not wanted:
        return []
    people = {participant for participant, _ in wanted}
    return [
        place
        for place in _of_people(log, log.is_kind(kind), people)
        if (log.value(place, "participant"), log.value(place, "spell")) in wanted
    ]


def _of_people(log: CheckedLog, mask: ArrowColumn, people: set[Any]) -> list[int]:
    """Give the places of events under a mask that are of some participants."""
    column = log.table["participant"]
    plain = column.type
    if pa.types.is_dictionary(plain):
        plain = plain.value_type
    return rows_where(pc.and_(mask, pc.is_in(column, pa.array(list(people), plain))))


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


def _plain(column: Any) -> Any:
    """Give names without a dictionary, so that chunks can be compared."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column
