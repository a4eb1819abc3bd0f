"""Events as CSV: a header, then a row an event; empty cells are missing values."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from quasimarket.events.arrow import COLUMNS
from quasimarket.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRows:
    """The rows of a CSV file as text, with the number that each has in the file."""

    table: pa.Table
    rows: Sequence[int]
    """The header is row 1, as a spreadsheet counts."""
    ragged: list[tuple[int, int, int]]
    """Rows left out: number, cells expected, cells found."""


def write_csv(events: Iterable[Event], path: Path) -> None:
    """Write events as CSV; the file appears only when it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for event in events:
                writer.writerow([getattr(event, name) for name in COLUMNS])
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def parse_csv(content: bytes, header: Sequence[str]) -> CsvRows:
    """Read the rows under a header, every cell as text without outer spaces.

    Raises pyarrow.ArrowInvalid where the text cannot be cut into rows at all.
    """
    if not content.partition(b"\n")[2].strip():
        return CsvRows(
            table=pa.table({name: pa.array([], pa.string()) for name in header}),
            rows=(),
            ragged=[],
        )
    ragged: list[tuple[int, int, int]] = []
    left_out: set[int] = set()

    def leave_out(row: pa_csv.InvalidRow) -> str:
        left_out.add(row.number)
        if row.text.strip():
            ragged.append((row.number, row.expected_columns, row.actual_columns))
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(content),
        # Rows are numbered only when one thread reads them.
        read_options=pa_csv.ReadOptions(
            use_threads=False, column_names=list(header), skip_rows=1
        ),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=leave_out,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
        ),
    )
    trimmed = pa.table(
        [pc.utf8_trim_whitespace(column) for column in table.columns],
        names=table.column_names,
    )
    return _without_blank_rows(trimmed, left_out, ragged)


def _without_blank_rows(
    table: pa.Table, left_out: set[int], ragged: list[tuple[int, int, int]]
) -> CsvRows:
    last = len(table) + len(left_out) + 1
    rows: Sequence[int] = range(2, last + 1)
    if left_out:
        rows = [row for row in rows if row not in left_out]
    filled = pc.not_equal(table.column(0), "")
    for column in table.columns[1:]:
        if pc.all(filled, min_count=0).as_py():
            break
        filled = pc.or_(filled, pc.not_equal(column, ""))
    if not pc.all(filled, min_count=0).as_py():
        rows = [
            row
            for row, is_filled in zip(rows, filled.to_pylist(), strict=True)
            if is_filled
        ]
        table = table.filter(filled)
    return CsvRows(table=table, rows=rows, ragged=ragged)


def parse_header(content: bytes) -> list[str]:
    """Give the names in the first row, without outer spaces."""
    first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace")
    return [name.strip() for name in next(csv.reader([first.strip("\r")]), [])]
