"""Read a log from a file: CSV, JSON lines, Parquet or Arrow.

The stages are those of `read_event_table`. Either every event is sound, or every fault
of the file is raised at once and nothing is read.
"""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

from quasimarket.core.errors import Fault, InputFault
from quasimarket.events.arrow import COLUMNS, to_events
from quasimarket.events.checked_log import LogLimits
from quasimarket.events.checks import check_events
from quasimarket.events.checks_between import without_repeats
from quasimarket.events.csv_log import parse_csv, parse_header
from quasimarket.events.event import Event
from quasimarket.events.faults import FaultList
from quasimarket.events.json_lines import parse_lines
from quasimarket.events.typed_columns import type_columns


REQUIRED_COLUMNS = ("id", "kind", "happened", "participant")
LOG_NAMES = ("events.parquet", "events.arrow", "events.jsonl", "events.csv")
"""What a log is called in a run's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """A file's rows before their values are read, each with its row number."""

    table: pa.Table
    rows: Sequence[int]


def read_log(path: Path, limits: LogLimits) -> list[Event]:
    """Read the events of a file, in the file's order, each event id once.

    Raises InputFault with every fault of the file.
    """
    return to_events(read_event_table(path, limits))


def read_event_table(path: Path, limits: LogLimits) -> pa.Table:
    """Read the events of a file as a table with the columns of a log.

    Identifiers stay whole numbers where the file holds them so. Raises InputFault with
    every fault of the file.
    """
    path = find_log(path)
    faults = FaultList(path.name)
    found = _read_rows(path, faults)
    _check_columns(found.table, faults)
    typed = type_columns(found.table, found.rows, faults)
    check_events(typed, limits, faults)
    faults.refuse()
    return without_repeats(typed.table)


def find_log(path: Path) -> Path:
    """Give the log itself: the path, or the log inside it where it is a folder."""
    if path.is_file():
        return path
    if path.is_dir():
        for name in LOG_NAMES:
            if (path / name).is_file():
                return path / name
        expected = f"one of {', '.join(LOG_NAMES)} in the folder"
        raise InputFault([Fault(where=str(path), found="no log", expected=expected)])
    raise InputFault(
        [Fault(where=str(path), found="no such file", expected="a log of events")]
    )


def _read_rows(path: Path, faults: FaultList) -> _Rows:
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        faults.add_file_fault("an empty file", "a log of events")
        faults.refuse()
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq") or start.startswith(b"PAR1"):
        return _read_arrow(path, "Parquet", faults)
    if suffix in (".arrow", ".feather") or start.startswith(b"ARROW1"):
        return _read_arrow(path, "Arrow", faults)
    content = _without_byte_faults(path.read_bytes(), faults)
    if suffix in (".jsonl", ".ndjson", ".json") or content.lstrip()[:1] == b"{":
        return _read_json(content.decode("utf-8"), faults)
    return _read_csv(content, faults)


def _read_arrow(path: Path, form: str, faults: FaultList) -> _Rows:
    try:
        if form == "Parquet":
            # One file, not a data set: its folder's name must not add a column.
            table = pq.ParquetFile(path).read()
        else:
            table = feather.read_table(path)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        faults.add_file_fault(
            f"a file that cannot be read as {form}: {reason}",
            f"a whole {form} file",
            "it may have been cut short: write or copy it again",
        )
        faults.refuse()
    return _Rows(table=table, rows=range(1, len(table) + 1))


def _without_byte_faults(content: bytes, faults: FaultList) -> bytes:
    """Report NUL bytes and text that is not UTF-8, and go on without them."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    hint = "save it as CSV UTF-8"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        faults.add_file_fault("UTF-16 text", "UTF-8 text", hint)
        faults.refuse()
    if b"\0" in content:
        rows = _lines_where(content, lambda line: b"\0" in line)
        faults.add_row_faults(rows, "text", lambda _: "a NUL byte")
        content = content.replace(b"\0", b"")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        rows = _lines_where(content, _is_not_utf8)
        faults.add_row_faults(
            rows, "UTF-8 text", lambda _: "bytes that are not UTF-8", lambda _: hint
        )
        content = content.decode("utf-8", errors="replace").encode()
    return content


def _lines_where(content: bytes, is_faulty: Callable[[bytes], bool]) -> list[int]:
    return [
        number
        for number, line in enumerate(content.split(b"\n"), start=1)
        if is_faulty(line)
    ]


def _is_not_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _read_json(text: str, faults: FaultList) -> _Rows:
    rows: list[int] = []
    found: list[dict[str, str | None]] = []
    wrong: list[tuple[int, str]] = []
    for number, fields in parse_lines(text):
        if isinstance(fields, str):
            wrong.append((number, fields))
        else:
            rows.append(number)
            found.append(fields)
    faults.add_row_faults(
        [number for number, _ in wrong],
        "one JSON object a line",
        lambda at: wrong[at][1],
    )
    names = list(dict.fromkeys(name for fields in found for name in fields))
    table = pa.table(
        {
            name: pa.array([fields.get(name) for fields in found], pa.string())
            for name in names
        }
    )
    return _Rows(table=table, rows=rows)


def _read_csv(content: bytes, faults: FaultList) -> _Rows:
    header = parse_header(content)
    repeated = sorted({name for name in header if header.count(name) > 1})
    for name in repeated:
        faults.add_file_fault(f"column {name!r} twice", "each column once")
    if repeated or not header:
        faults.refuse()
    try:
        found = parse_csv(content, header)
    except pa.ArrowInvalid as error:
        faults.add_file_fault(str(error), "rows of comma-separated values")
        faults.refuse()
        raise
    faults.add_row_faults(
        [row for row, _, _ in found.ragged],
        f"{len(header)} cells, as in the header",
        lambda at: f"{found.ragged[at][2]} cells",
    )
    return _Rows(table=found.table, rows=found.rows)


def _check_columns(table: pa.Table, faults: FaultList) -> None:
    """Report missing columns, and names that were probably meant for a log's."""
    names = table.column_names
    for name in REQUIRED_COLUMNS:
        if name not in names:
            listed = ", ".join(names[:20]) or "none"
            hint = "separate the columns by commas" if ";" in listed else ""
            faults.add_file_fault(
                f"no column {name}", f"columns {', '.join(REQUIRED_COLUMNS)}", hint
            )
    for name in names:
        if name in COLUMNS:
            continue
        meant = difflib.get_close_matches(name.lower(), COLUMNS, n=1, cutoff=0.75)
        if meant and meant[0] not in names:
            faults.add_file_fault(
                f"column {name!r}",
                f"the columns {', '.join(COLUMNS)}",
                f"did you mean {meant[0]}?",
            )
    if len(table) == 0 and faults.count == 0:
        faults.add_file_fault("no events", "at least one event under the header")
