"""Read a CSV file, or a zip of them, that somebody sent: nothing in it is trusted.

Names within a zip are never used as paths, and nothing is written to disk. Links and
paths that lead elsewhere are refused, and reading stops at the limits whatever the
zip's own headers say.
"""

import csv
import io
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from quasimarket.service.acting.refusals import Refusal, refuse
from quasimarket.service.participation.guards import WITHHELD


LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
HIGHEST_RATIO = 200
MOST_FILES = 50
MOST_ROWS = 50_000
LONGEST_CELL = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it was sent: its line in the file, its cells by column."""

    file: int
    """Which file of the zip, counted from 1."""
    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """What is wrong with one row."""

    column: str
    found: str
    expected: str
    hint: str = ""
    hides_contact: bool = False
    """The row's contact details are withheld: its cells of them are not kept."""


@dataclass(slots=True, kw_only=True)
class Rejected:
    """A row that was not taken, with everything that is wrong with it."""

    row: Row
    faults: list[RowFault] = field(default_factory=list)

    def as_kept(self) -> dict[str, object]:
        """Give it as it is kept with the import, without what is withheld."""
        cells = dict(self.row.cells)
        if any(one.hides_contact for one in self.faults):
            cells |= {name: "" for name in WITHHELD if name in cells}
        return {
            "file": self.row.file,
            "line": self.row.line,
            "cells": cells,
            "faults": [
                {
                    "column": one.column,
                    "found": one.found,
                    "expected": one.expected,
                    "hint": one.hint,
                }
                for one in self.faults
            ],
        }


def read_rows(
    content: bytes, *, aliases: Mapping[str, str], most: int = MOST_ROWS
) -> list[Row]:
    """Read every row of a CSV file, or of each file of a zip.

    Args:
        content: the file.
        aliases: other names of columns, in lower case, and what we call them.
        most: rows at most.

    Raises:
        Refusal: the file cannot be read, or is larger than the limits.
    """
    if len(content) > LARGEST_FILE:
        raise bad_file(
            "file-too-large",
            f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.",
            "Send it in parts.",
        )
    rows: list[Row] = []
    for number, text in enumerate(_texts(content), 1):
        rows += _rows_of(number, text, aliases, most - len(rows))
    if not rows:
        raise bad_file("empty-file", "The file has no rows.", "Send another file.")
    return rows


def bad_file(code: str, message: str, remedy: str) -> Refusal:
    """Say what is wrong with a whole file."""
    return refuse(code, message, field="file", remedy=remedy)


def _texts(content: bytes) -> Iterator[str]:
    if not content.startswith(b"PK"):
        yield _decoded(content)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from _texts_of(packed, len(content))
    except (
        zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError,
        ValueError,
    ) as error:  # fmt: skip
        raise bad_file(
            "zip-damaged",
            "The zip cannot be opened, or is encrypted.",
            "Make it again without a password.",
        ) from error


def _texts_of(packed: zipfile.ZipFile, size: int) -> Iterator[str]:
    entries = packed.infolist()
    if len(entries) > MOST_FILES:
        raise bad_file(
            "too-many-files",
            f"The zip holds {len(entries)} files; {MOST_FILES} can be read.",
            "Send several zips.",
        )
    for entry in entries:
        _check_entry(entry)
    left = min(LARGEST_UNPACKED, max(size, 1) * HIGHEST_RATIO)
    for entry in entries:
        if entry.is_dir():
            continue
        with packed.open(entry) as opened:
            # what the header says of the size is not believed
            content = opened.read(left + 1)
        left -= len(content)
        if left < 0:
            raise bad_file(
                "unpacks-too-large",
                "The zip unpacks to far more than it should.",
                "Send the files unpacked, or in parts.",
            )
        if content.startswith(b"PK\x03\x04"):
            raise bad_file(
                "zip-in-a-zip",
                "The zip holds another zip.",
                "Put the CSV files straight into one zip.",
            )
        yield _decoded(content)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    mode = entry.external_attr >> 16
    leads_away = path.is_absolute() or ".." in path.parts or ":" in entry.filename[:3]
    kind = stat.S_IFMT(mode)
    if leads_away or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise bad_file(
            "not-a-plain-file",
            "The zip holds a link, or a path that leads out of it.",
            "Put only plain CSV files into it.",
        )


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise bad_file(
            "not-utf-8",
            "The file is not text in UTF-8.",
            'Save it as "CSV UTF-8".',
        ) from None
    if "\0" in text:
        raise bad_file("not-text", "The file is not text.", "Send a CSV file.")
    return text


def _rows_of(
    number: int, text: str, aliases: Mapping[str, str], most: int
) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    found: list[Row] = []
    try:
        header = [_column(name, aliases) for name in next(reader, [])]
        if len(set(header)) != len(header):
            raise bad_file(
                "column-twice",
                "A column stands in the file twice.",
                "Give every column a name of its own.",
            )
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(found) >= most:
                raise bad_file(
                    "too-many-rows",
                    "The file has more rows than can be read at once.",
                    "Send it in parts.",
                )
            padded = [*cells, *[""] * (len(header) - len(cells))]
            named = {
                name: cell.strip()[:LONGEST_CELL]
                for name, cell in zip(header, padded, strict=False)
            }
            if len(cells) > len(header):
                named[""] = ", ".join(cells[len(header) :])[:LONGEST_CELL]
            found.append(Row(file=number, line=reader.line_num, cells=named))
    except csv.Error as error:
        raise bad_file(
            "not-csv",
            f"The file is not CSV: line {reader.line_num} cannot be read.",
            "Save it as CSV again.",
        ) from error
    return found


def _column(name: str, aliases: Mapping[str, str]) -> str:
    plain = " ".join(name.strip().lower().replace("_", " ").split())
    return aliases.get(plain, plain.replace(" ", "_"))
