"""Bring the columns of a file, of whatever type, to the types of a log.

Days and numbers written as text, and names that repeat, are few as values even where
rows are many: each value is read once, and its rows are found afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.events.arrow import (
    COLUMNS,
    DAY_COLUMNS,
    SCHEMA,
    WHOLE_NUMBER_COLUMNS,
)
from quasimarket.events.faults import FaultList


IDENTIFIER_COLUMNS = ("id", "participant", "position", "spell")
"""Columns whose names may be whole numbers as well as text."""

ArrowColumn = Any
"""A pyarrow.ChunkedArray: pyarrow ships no types."""


def rows_where(mask: ArrowColumn) -> list[int]:
    """Give the places at which a mask is true; unknown is not true."""
    places: list[int] = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLog:
    """A log as a table with every column of its type, and what its file was like."""

    table: pa.Table
    rows: Sequence[int]
    """The row number in the file of each row of the table."""
    columns: frozenset[str]
    """The columns that the file has."""
    unread: Mapping[str, frozenset[int]]
    """Column -> row numbers whose value is missing because it was no such value."""


def type_columns(table: pa.Table, rows: Sequence[int], faults: FaultList) -> TypedLog:
    """Give each column of a log its type.

    A value that cannot be read is a fault and is left missing. `known` becomes the
    day on which the event happened where it is missing.
    """
    reader = _Reader(rows=rows, faults=faults)
    typed: dict[str, ArrowColumn] = {}
    for name in COLUMNS:
        if name not in table.column_names:
            typed[name] = pa.chunked_array(
                [pa.nulls(len(table), SCHEMA.field(name).type)]
            )
            continue
        column = table[name]
        if name in DAY_COLUMNS:
            typed[name] = _days(name, column, reader)
        elif name in WHOLE_NUMBER_COLUMNS:
            typed[name] = _whole_numbers(name, column, reader)
        else:
            typed[name] = _names(name, column, reader)
    if "happened" in table.column_names:
        _check_present("happened", table["happened"], reader)
    typed["known"] = pc.coalesce(typed["known"], typed["happened"])
    return TypedLog(
        table=pa.table(typed),
        rows=rows,
        columns=frozenset(table.column_names),
        unread={name: frozenset(found) for name, found in reader.unread.items()},
    )


class _Reader:
    """Where the columns of one file report what cannot be read."""

    def __init__(self, *, rows: Sequence[int], faults: FaultList) -> None:
        self.rows = rows
        self.faults = faults
        self.unread: dict[str, set[int]] = {}

    def report(
        self,
        name: str,
        places: Sequence[int],
        expected: str,
        found: Callable[[int], str],
    ) -> None:
        """Add a fault for each place in a column."""
        numbers = [self.rows[place] for place in places]
        self.unread.setdefault(name, set()).update(numbers)
        self.faults.add_row_faults(numbers, expected, lambda at: found(places[at]))


def _check_present(name: str, column: ArrowColumn, reader: _Reader) -> None:
    missing = pc.is_null(column)
    if _is_text(column.type):
        missing = pc.or_kleene(missing, pc.equal(column.cast(pa.string()), ""))
    reader.report(
        name, rows_where(missing), "a day for each event", lambda _: f"no day {name}"
    )


def _days(name: str, column: ArrowColumn, reader: _Reader) -> ArrowColumn:
    kind = column.type
    if pa.types.is_date32(kind):
        return column
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return column.cast(pa.date32(), safe=False)
    if not _is_text(kind):
        return _wrong_type(name, column, pa.date32(), "a day", reader)
    return _read_values(
        column, pa.date32(), _read_day, (name, "a day as YYYY-MM-DD"), reader
    )


def _whole_numbers(name: str, column: ArrowColumn, reader: _Reader) -> ArrowColumn:
    wanted = SCHEMA.field(name).type
    expected = "whole pence" if name == "amount" else "a whole number"
    if pa.types.is_null(column.type):
        return column.cast(wanted)
    if pa.types.is_floating(column.type):
        # pandas turns whole numbers into floats where some are missing.
        column = pc.if_else(pc.is_nan(column), None, column)
        if pc.all(pc.equal(column, pc.floor(column)), min_count=0).as_py():
            column = column.cast(pa.int64())
    if pa.types.is_integer(column.type):
        try:
            return column.cast(wanted)
        except pa.ArrowInvalid:
            pass
        column = column.cast(pa.string())
    if not _is_text(column.type):
        return _wrong_type(name, column, wanted, expected, reader)
    most = 2 ** (wanted.bit_width - 1) - 1

    def read(text: str) -> int | None:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
            return None
        return int(text) if abs(int(text)) <= most else None

    return _read_values(column, wanted, read, (name, expected), reader)


def _names(name: str, column: ArrowColumn, reader: _Reader) -> ArrowColumn:
    kind = column.type
    repeated = SCHEMA.field(name).type
    if pa.types.is_null(kind):
        return pa.chunked_array([pa.nulls(len(column), repeated)])
    if pa.types.is_integer(kind):
        if name in IDENTIFIER_COLUMNS:
            return column.cast(pa.int64())
        column = column.cast(pa.string())
    elif not _is_text(kind):
        return _wrong_type(name, column, repeated, "text", reader)
    if name in IDENTIFIER_COLUMNS and not pa.types.is_dictionary(kind):
        column = column.cast(pa.string())
        with_nul = pc.match_substring(column, "\0")
        if pc.any(with_nul, min_count=0).as_py():
            reader.report(
                name,
                rows_where(with_nul),
                "text without NUL bytes",
                lambda _: f"{name} with a NUL byte",
            )
        empty = pc.equal(column, "")
        if pc.any(empty, min_count=0).as_py():
            column = pc.if_else(empty, None, column)
        return column

    def read(text: str) -> str | None:
        return None if "\0" in text else text

    expected = (name, "text without NUL bytes")
    return _read_values(column, repeated, read, expected, reader)


def _read_values(
    column: ArrowColumn,
    wanted: pa.DataType,
    read: Callable[[str], date | int | str | None],
    naming: tuple[str, str],
    reader: _Reader,
) -> ArrowColumn:
    """Read each different text once; empty text is a missing value."""
    name, expected = naming
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    encoded = column.unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # a column without rows
        return pa.chunked_array([pa.nulls(0, wanted)])
    texts = encoded.dictionary.cast(pa.string()).to_pylist()
    values = [None if text in (None, "") else read(text) for text in texts]
    unread = [
        place
        for place, (text, value) in enumerate(zip(texts, values, strict=True))
        if value is None and text not in (None, "")
    ]
    if unread:
        mask = pc.is_in(encoded.indices, pa.array(unread, encoded.indices.type))
        reader.report(
            name,
            rows_where(mask),
            expected,
            lambda place: f"{name} {texts[encoded.indices[place].as_py()]!r}",
        )
    if pa.types.is_dictionary(wanted):
        return pa.chunked_array([_recoded(encoded, values, wanted)])
    return pa.chunked_array([pa.array(values, wanted).take(encoded.indices)])


def _recoded(
    encoded: ArrowColumn, values: Sequence[object], wanted: pa.DataType
) -> ArrowColumn:
    """Give a dictionary column whose dictionary has no missing and no equal values."""
    kept = list(dict.fromkeys(value for value in values if value is not None))
    code = {value: at for at, value in enumerate(kept)}
    recode = pa.array(
        [None if value is None else code[value] for value in values], pa.int32()
    )
    return pa.DictionaryArray.from_arrays(
        recode.take(encoded.indices), pa.array(kept, wanted.value_type)
    )


def _wrong_type(
    name: str,
    column: ArrowColumn,
    wanted: pa.DataType,
    expected: str,
    reader: _Reader,
) -> ArrowColumn:
    if not pa.types.is_null(column.type):
        reader.unread[name] = set(reader.rows)
        reader.faults.add_file_fault(f"column {name} of type {column.type}", expected)
    return pa.chunked_array([pa.nulls(len(column), wanted)])


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
    )


def _read_day(text: str) -> date | None:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
