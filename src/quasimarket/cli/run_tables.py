"""Read a run's tables as a command is given them: whole, and of the right kinds."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import polars as pl

from quasimarket.core.errors import Fault, InputFault
from quasimarket.runs.tables import TABLES


SIMULATE = "make one with `quasimarket simulate ... --out FOLDER`"
AGAIN = "it may have been cut short: write or copy it again"


def read_tables(
    folder: Path,
    wanted: Iterable[str],
    needed: Mapping[str, Collection[str]] | None = None,
) -> dict[str, pl.DataFrame]:
    """Read the tables that are wanted, of those that are there.

    `needed` says which must be there, and with which columns. Raises InputFault with
    every table that is missing, cannot be read or has columns of a wrong kind.
    """
    if not folder.is_dir():
        found = "a file" if folder.exists() else "no such folder"
        raise InputFault(
            [Fault(where=str(folder), found=found, expected="a run", hint=SIMULATE)]
        )
    needed = needed or {}
    faults: list[Fault] = []
    tables = {}
    for name in wanted:
        path = folder / f"{name}.parquet"
        if not path.is_file():
            if name in needed:
                faults.append(
                    Fault(
                        where=str(folder),
                        found=f"no table '{name}'",
                        expected=f"the file {path.name}",
                        hint=SIMULATE,
                    )
                )
            continue
        table = read_whole(path, faults)
        if table is not None:
            faults += wrong_columns(path.name, name, table, needed.get(name, ()))
            tables[name] = table
    if faults:
        raise InputFault(faults)
    return tables


def read_whole(path: Path, faults: list[Fault]) -> pl.DataFrame | None:
    """Read a Parquet file, or add a fault where it is damaged."""
    try:
        return pl.read_parquet(path)
    # a panic of Polars is no Exception: some damage is found only by its assertions
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
        lines = str(error).splitlines() or ["damaged"]
        faults.append(
            Fault(
                where=str(path),
                found=f"a file that cannot be read as Parquet: {lines[0]}",
                expected="a whole Parquet file",
                hint=AGAIN,
            )
        )
    return None


def wrong_columns(
    where: str, name: str, table: pl.DataFrame, needed: Collection[str]
) -> list[Fault]:
    """Give a fault for each column that is missing or holds another kind of value."""
    faults = [
        Fault(where=where, found=f"no column {column}", expected=f"a column {column}")
        for column in needed
        if column not in table.columns
    ]
    for column, kind in TABLES.get(name, {}).items():
        if column not in table.columns or column in NAMES:
            continue
        expected, found = _kind(kind), _kind(table.schema[column])
        place = f"{where}, column {column}"
        if found not in (expected, NOTHING) and (expected, found) not in ALSO:
            faults.append(Fault(where=place, found=found, expected=expected))
        elif column == "month" and found == TEXT:
            faults += _wrong_months(place, table[column])
    return faults


def _wrong_months(where: str, months: pl.Series) -> list[Fault]:
    text = months.cast(pl.String).unique()
    wrong = text.filter(~text.str.contains(MONTH)).sort()
    return [
        Fault(where=where, found=repr(one), expected="a month, as YYYY-MM")
        for one in wrong.head(1)
    ]


NUMBERS, TEXT, DAYS, TRUTHS, NOTHING = "numbers", "text", "days", "truths", "nothing"
ALSO = {(TEXT, NUMBERS), (NUMBERS, TRUTHS)}
"""Kinds that may stand for another: expected, found."""
NAMES = ("participant", "person", "event")
"""Columns that only tell one thing from another: numbers or text alike."""
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


def _kind(kind: pl.DataType | type[pl.DataType]) -> str:
    made = kind() if isinstance(kind, type) else kind
    if made == pl.Boolean:
        return TRUTHS
    if made in (pl.Date, pl.Datetime):
        return DAYS
    if made == pl.Null:
        return NOTHING
    if made in (pl.String, pl.Categorical) or isinstance(made, pl.Enum):
        return TEXT
    return NUMBERS if made.is_numeric() else str(made)
