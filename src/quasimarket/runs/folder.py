"""A run's folder on disk: its tables, its summary, its manifest."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from quasimarket.core.errors import RunIncomplete
from quasimarket.runs.summary import Summary
from quasimarket.runs.summary_schema import read_summary, write_summary
from quasimarket.runs.whole_folder import refuse_other, whole_folder


MANIFEST = "manifest.json"
SUMMARY = "summary.json"
REPORT = "report.html"
KIND = "run"
IDS = ("id", "participant", "attachment_event", "spell_event")
"""Columns of numbers that rise from row to row: their differences are written."""
PART = 1 << 18
"""Rows of a row group: with four times as many a run takes 0.1 GB more."""
Parts = Callable[[], Iterator[pa.Table]]
"""Makes a table part by part, when it is its turn."""


def refuse_other_folder(out: Path) -> None:
    """Raise InputFault if a place holds anything but an earlier run."""
    refuse_other(out, KIND, _is_run)


def new_run_folder(out: Path) -> AbstractContextManager[Path]:
    """Give a folder to write a run into; it becomes `out` if nothing fails."""
    return whole_folder(out, KIND, _is_run)


class TableWriter:
    """Writes tables as Parquet on a thread of its own, in the order given."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder."""
        self.folder = folder
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._written: dict[str, Future[int]] = {}

    def write(self, name: str, table: pl.DataFrame | Parts) -> None:
        """Write a table soon."""
        path = self.folder / f"{name}.parquet"
        if isinstance(table, pl.DataFrame):
            self._written[name] = self._thread.submit(_write_frame, table, path)
        else:
            self._written[name] = self._thread.submit(_write_parts, table, path)

    def finish(self) -> dict[str, int]:
        """Wait for the last; give row counts by table."""
        return {name: rows.result() for name, rows in self._written.items()}

    def stop(self) -> None:
        """Begin no other table; wait for the one being written."""
        self._thread.shutdown(cancel_futures=True)


@contextmanager
def table_writer(folder: Path) -> Iterator[TableWriter]:
    """Give a writer of tables, which stops when it is left."""
    writer = TableWriter(folder)
    try:
        yield writer
    finally:
        writer.stop()


def _write_frame(table: pl.DataFrame, path: Path) -> int:
    with path.open("wb") as file:
        table.write_parquet(file, compression="lz4", statistics=False)
    return len(table)


def _write_parts(parts: Parts, path: Path) -> int:
    given = parts()
    first = next(given)
    schema = first.schema
    names = set(schema.names)
    days = {one.name for one in schema if pa.types.is_date(one.type)}
    rows = 0
    with pq.ParquetWriter(
        path,
        schema,
        compression="lz4",
        write_statistics=False,
        # to look each day up costs twice what it takes to write it as it lies
        use_dictionary=sorted(names.difference(IDS, days)),
        column_encoding=dict.fromkeys(names.intersection(IDS), "DELTA_BINARY_PACKED"),
    ) as file:
        for part in chain([first], given):
            file.write_table(part, row_group_size=PART)
            rows += len(part)
    return rows


def _is_run(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write what made the run: code, inputs, seed, command and row counts."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def save_summary(folder: Path, summary: Summary) -> None:
    """Write the summary."""
    write_summary(summary, folder / SUMMARY)


def load_summary(folder: Path) -> Summary:
    """Read a run's summary.

    Raises RunIncomplete where there is none.
    """
    path = folder / SUMMARY
    if not path.is_file():
        raise RunIncomplete(f"{folder} has no {SUMMARY}: it is not a finished run")
    return read_summary(path)


def load_table(folder: Path, name: str) -> pl.DataFrame:
    """Read one of a run's tables.

    Raises RunIncomplete where it is missing.
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise RunIncomplete(f"{folder} has no table '{name}'")
    return pl.read_parquet(path)
