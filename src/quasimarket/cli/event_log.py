"""Read a log of participants and organisations, for measures: CSV, JSON lines, Parquet.

One file may hold the events of both; a folder may hold them apart, as a run's does.
"""

import json
from collections import Counter
from pathlib import Path

import polars as pl

from quasimarket.cli.run_tables import read_whole
from quasimarket.core.errors import Fault, InputFault
from quasimarket.events.event import EventKind
from quasimarket.events.organisation_event import OrganisationEventKind


ACTS = "organisation_events"
FORMS = (".parquet", ".jsonl", ".csv")
LINES = (".jsonl", ".ndjson", ".json")
SHOWN = 20
"""Lines at fault that are told one by one."""


def read_log_file(path: Path) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Give the events of participants, and of organisations where there are any.

    Raises InputFault with every fault of the file.
    """
    table = read_table(path)
    faults = [
        Fault(where=path.name, found=f"no column {name}", expected=f"a column {name}")
        for name in ("kind", "happened")
        if name not in table.columns
    ]
    if len(table) == 0:
        faults = [Fault(where=path.name, found="no events", expected="a log of events")]
    if faults:
        raise InputFault(faults)
    kind = table["kind"].cast(pl.String).fill_null("")
    people = kind.is_in([str(one) for one in EventKind])
    acts = kind.is_in([str(one) for one in OrganisationEventKind])
    unknown = Counter(kind.filter(~(people | acts)).to_list())
    if unknown:
        raise InputFault(
            [
                Fault(
                    where=path.name,
                    found=f"kind {name!r} in {count} events",
                    expected="a kind of event",
                    hint="docs/reference/events.md lists them",
                )
                for name, count in unknown.most_common(SHOWN)
            ]
        )
    if "id" in table.columns:
        table = table.with_columns(kind=kind, of_people=people).unique(
            ["id", "of_people"], keep="first", maintain_order=True
        )
        people, acts = table["of_people"], ~table["of_people"]
    beside = _beside(path)
    if beside is not None:
        return table.filter(people), beside
    return table.filter(people), table.filter(acts) if acts.any() else None


def _beside(path: Path) -> pl.DataFrame | None:
    """Read the organisations' events that lie beside a log called `events`."""
    if path.stem != "events":
        return None
    for suffix in FORMS:
        other = path.with_name(ACTS + suffix)
        if other.is_file():
            return read_table(other)
    return None


def read_table(path: Path) -> pl.DataFrame:
    """Read a table of any form; every value of a text form is text."""
    if not path.is_file():
        raise InputFault(
            [Fault(where=str(path), found="no such file", expected="a table")]
        )
    faults: list[Fault] = []
    suffix = path.suffix.lower()
    found: pl.DataFrame | None
    if suffix in LINES:
        found = _read_lines(path, faults)
    elif suffix == ".csv":
        found = _read_csv(path, faults)
    elif suffix == ".parquet":
        found = read_whole(path, faults)
    else:
        raise InputFault(
            [
                Fault(
                    where=str(path),
                    found=f"a {suffix or 'nameless'} file",
                    expected="a file that ends in .jsonl, .csv or .parquet",
                )
            ]
        )
    if found is None or faults:
        raise InputFault(faults)
    return found


def _read_lines(path: Path, faults: list[Fault]) -> pl.DataFrame | None:
    rows: list[dict[str, object]] = []
    wrong = 0
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                row = None
            if isinstance(row, dict):
                rows.append(row)
                continue
            wrong += 1
            if wrong <= SHOWN:
                faults.append(
                    Fault(
                        where=f"{path.name}, line {number}",
                        found="text that is not a JSON object",
                        expected="one JSON object a line",
                        hint="it may have been cut short: write or copy it again",
                    )
                )
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(
        {name: [_text(row.get(name)) for row in rows] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _read_csv(path: Path, faults: list[Fault]) -> pl.DataFrame | None:
    try:
        return pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        faults.append(
            Fault(
                where=str(path),
                found="a file that cannot be read as CSV: "
                + str(error).partition("\n")[0],
                expected="a header and rows of comma-separated values",
            )
        )
    return None
