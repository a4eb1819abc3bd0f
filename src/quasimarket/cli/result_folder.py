"""Write a command's result as a folder of tables with a summary.

One that stands there already is replaced only if it is a result of the same command.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from quasimarket.runs.whole_folder import refuse_other, whole_folder


SUMMARY = "summary.json"
MARK = "is"
"""The key under which a summary says of what it is the result."""


class TableFormat(StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


ROWS_FOR_PARQUET = 1_000_000
"""From so many lines on, tables are written as Parquet unless asked otherwise."""


def default_format(tables: Mapping[str, pa.Table]) -> TableFormat:
    """Choose what a person can open, until it is too large to be opened."""
    largest = max(len(table) for table in tables.values())
    return TableFormat.PARQUET if largest >= ROWS_FOR_PARQUET else TableFormat.CSV


def refuse_other_folder(out: Path, result: str) -> None:
    """Refuse a place that holds anything but an earlier result of the same name."""
    refuse_other(out, result, partial(_is_result, result))


def write_folder(
    out: Path,
    result: str,
    tables: Mapping[str, pa.Table],
    summary: Mapping[str, Any],
    table_format: TableFormat,
) -> None:
    """Write the tables and the summary; nothing is left behind if that fails."""
    with whole_folder(out, result, partial(_is_result, result)) as folder:
        for name, table in tables.items():
            _write_table(table, folder / f"{name}.{table_format}")
        text = json.dumps({MARK: result, **summary}, indent=2, ensure_ascii=False)
        (folder / SUMMARY).write_text(text + "\n", encoding="utf-8")


def _write_table(table: pa.Table, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path, compression="zstd")
        return
    plain = pa.table(
        {
            name: column.cast(pa.string())
            if pa.types.is_dictionary(column.type)
            else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
    )
    with path.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        try:
            _write_rows(plain, file, "none")
        except pa.ArrowInvalid:
            # A name holds a comma or a quote: then every name must be quoted.
            file.seek(len(",".join(table.column_names)) + 1)
            file.truncate()
            _write_rows(plain, file, "needed")


def _write_rows(table: pa.Table, file: IO[bytes], quoting: str) -> None:
    options = pa_csv.WriteOptions(include_header=False, quoting_style=quoting)
    pa_csv.write_csv(table, file, options)


def _is_result(result: str, folder: Path) -> bool:
    try:
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get(MARK) == result
