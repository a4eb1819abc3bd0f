"""Write a command's result as a folder of tables with a summary.

The folder is made beside its place and moved there when it is whole. One that stands
there already is replaced only if it is a result of the same command.
"""

import json
import shutil
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from quasimarket.core.errors import Fault, InputFault


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
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not out.is_dir() or not _is_result(out, result):
        raise InputFault(
            [
                Fault(
                    where=str(out),
                    found=f"something that is not a {result}",
                    expected=f"a new folder, or an earlier {result} to replace",
                    hint="choose another with --out",
                )
            ]
        )


def write_folder(
    out: Path,
    result: str,
    tables: Mapping[str, pa.Table],
    summary: Mapping[str, Any],
    table_format: TableFormat,
) -> None:
    """Write the tables and the summary; nothing is left behind if that fails."""
    refuse_other_folder(out, result)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.unfinished")
    replaced = out.with_name(f".{out.name}.replaced")
    for leftover in (unfinished, replaced):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        unfinished.mkdir()
        for name, table in tables.items():
            _write_table(table, unfinished / f"{name}.{table_format}")
        text = json.dumps({MARK: result, **summary}, indent=2, ensure_ascii=False)
        (unfinished / SUMMARY).write_text(text + "\n", encoding="utf-8")
        if out.exists():
            out.rename(replaced)
        unfinished.rename(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(replaced, ignore_errors=True)


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


def _is_result(folder: Path, result: str) -> bool:
    try:
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get(MARK) == result
