"""A run's folder on disk: made beside its place, moved there when it is whole.

A folder that is there already is replaced only if it is a run's; a run that is stopped
leaves nothing behind.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from quasimarket.core.errors import Fault, InputFault, RunIncomplete
from quasimarket.runs.summary import Summary
from quasimarket.runs.summary_schema import read_summary, write_summary


MANIFEST = "manifest.json"
SUMMARY = "summary.json"
REPORT = "report.html"


def refuse_other_folder(out: Path) -> None:
    """Raise InputFault if a place holds anything but an earlier run."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / MANIFEST).is_file():
        raise InputFault(
            [
                Fault(
                    where=str(out),
                    found="something that is not a run",
                    expected="a new folder, or an earlier run to replace",
                    hint="choose another with --out",
                )
            ]
        )


@contextmanager
def new_run_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write a run into; it becomes `out` if nothing fails."""
    refuse_other_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.unfinished")
    replaced = out.with_name(f".{out.name}.replaced")
    for leftover in (unfinished, replaced):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir()
    try:
        yield unfinished
        if out.exists():
            out.rename(replaced)
        unfinished.rename(out)
    finally:
        for leftover in (unfinished, replaced):
            shutil.rmtree(leftover, ignore_errors=True)


def write_tables(
    folder: Path, tables: Mapping[str, pl.DataFrame | pa.Table]
) -> dict[str, int]:
    """Write tables as Parquet, two at a time; give their row counts."""

    def write(name: str) -> None:
        table, path = tables[name], folder / f"{name}.parquet"
        if isinstance(table, pl.DataFrame):
            table.write_parquet(path, compression="lz4", statistics=False)
        else:
            pq.write_table(table, path, compression="lz4", write_statistics=False)

    with ThreadPoolExecutor(max_workers=2) as writers:
        list(writers.map(write, sorted(tables, key=lambda name: -len(tables[name]))))
    return {name: len(table) for name, table in tables.items()}


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
