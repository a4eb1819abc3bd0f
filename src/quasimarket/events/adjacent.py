"""Bring two kinds of event side by side: what belongs together becomes neighbours.

Pairing by a hash table needs many times the memory of the log. Here key, side and day
of each event are packed into one whole number; once those are sorted, an event's
partner is the row before it.
"""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.events.checked_log import FIRST_DAY, LAST_DAY, CheckedLog
from quasimarket.events.typed_columns import ArrowColumn


DAY_BITS = 16
_SIDE = 1 << DAY_BITS
_KEY_SHIFT = DAY_BITS + 1
_KEY_BITS = 63 - _KEY_SHIFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Events of a second kind, each beside the event sorted before it.

    Sorted by key, events of the first kind go before those of the second, each in
    order of days: the row before is the latest of the first kind or the one before
    it of the second.
    """

    places: Any  # arrays of pyarrow, which ships no types
    """Where in the table the event of the second kind stands."""
    is_first_of_key: Any
    """No event with its key goes before it."""
    follows_first_kind: Any
    """The row before has its key and is of the first kind."""
    days_since: Any
    """Its day less that of the row before; only of use if that has its key."""


def find_neighbours(
    log: CheckedLog, keys: list[str], first: ArrowColumn, second: ArrowColumn
) -> Neighbours:
    """Sort two kinds of event by key and set each second one beside the row before."""
    days = log.table["happened"]
    sound = pc.and_(pc.or_(first, second), _is_sound(days))
    for key in keys:
        sound = pc.and_(sound, pc.is_valid(log.table[key]))
    places = pc.indices_nonzero(sound)
    packed = _pack_keys([_code(log.table[key].take(places)) for key in keys])
    packed = pc.shift_left(packed, pa.scalar(_KEY_SHIFT, pa.int64()))
    side = pc.multiply(
        pc.take(_flat(second), places).cast(pa.int64()), pa.scalar(_SIDE, pa.int64())
    )
    day = _flat(days.take(places).cast(pa.int32()).cast(pa.int64()))
    packed = pc.add(packed, pc.add(side, day))
    order = pc.array_sort_indices(packed)
    packed, places = packed.take(order), places.take(order)
    return _beside(packed, places)


def _beside(packed: Any, places: Any) -> Neighbours:
    is_second = pc.not_equal(pc.bit_wise_and(packed, pa.scalar(_SIDE)), 0)
    key = pc.shift_right(packed, pa.scalar(_KEY_SHIFT, pa.int64()))
    day = pc.bit_wise_and(packed, pa.scalar(_SIDE - 1))
    has_same_key = _from_second(pc.equal(key[1:], key[:-1]), False, len(key))
    follows_first = pc.and_(
        has_same_key, _from_second(pc.invert(is_second[:-1]), False, len(key))
    )
    days_since = _from_second(pc.subtract(day[1:], day[:-1]), 0, len(key))
    return Neighbours(
        places=places.filter(is_second),
        is_first_of_key=pc.invert(has_same_key).filter(is_second),
        follows_first_kind=follows_first.filter(is_second),
        days_since=days_since.filter(is_second),
    )


def _from_second(values: Any, first: object, rows: int) -> Any:
    """Give values for all rows: the first, which has none before it, has its own."""
    return pa.concat_arrays([pa.array([first] * min(rows, 1), values.type), values])


def _is_sound(days: ArrowColumn) -> ArrowColumn:
    within = pc.and_(
        pc.greater_equal(days, pa.scalar(FIRST_DAY)),
        pc.less_equal(days, pa.scalar(LAST_DAY)),
    )
    return pc.fill_null(within, False)


def _code(names: ArrowColumn) -> Any:
    """Give names as whole numbers from 0, equal for equal names."""
    if pa.types.is_integer(names.type):
        extremes = pc.min_max(names).as_py()
        lowest, highest = extremes["min"] or 0, extremes["max"] or 0
        if (highest - lowest).bit_length() <= _KEY_BITS:
            return _flat(pc.subtract(names.cast(pa.int64()), pa.scalar(lowest)))
    if not pa.types.is_dictionary(names.type):
        names = pc.dictionary_encode(names)
    encoded = _flat(names.unify_dictionaries())
    return encoded.indices.cast(pa.int64())


def _pack_keys(codes: list[Any]) -> Any:
    """Pack codes into one; where they need too many bits, number the pairs anew."""
    packed = codes[0]
    for code in codes[1:]:
        bits = (pc.max(code).as_py() or 0).bit_length()
        if (pc.max(packed).as_py() or 0).bit_length() + bits > 62:
            packed = pc.dictionary_encode(packed).indices.cast(pa.int64())
        packed = pc.add(pc.shift_left(packed, pa.scalar(bits, pa.int64())), code)
    if (pc.max(packed).as_py() or 0).bit_length() > _KEY_BITS:
        packed = pc.dictionary_encode(packed).indices.cast(pa.int64())
    return packed


def _flat(column: Any) -> Any:
    """Give one array for a column of chunks."""
    if isinstance(column, pa.ChunkedArray):
        flat = column.combine_chunks()
        return pa.array([], column.type) if column.num_chunks == 0 else flat
    return column
