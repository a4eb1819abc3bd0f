"""Sheets of evidence: CSV rows that know where they stand.

A reader takes a row's cells one by one; what is wrong is noted with file, line and
column, and every fault of a sheet is raised together at its end.
"""

import csv
from collections.abc import Iterable
from enum import StrEnum
from importlib.resources import files

from quasimarket.core.dates import Month
from quasimarket.core.errors import Fault, InputFault


class Mark(StrEnum):
    """How we come by a figure. A sibling of the rulebook's marks, of the same words."""

    READ = "read"
    DERIVED = "derived"
    RECALLED = "recalled"
    ASSUMED = "assumed"


def shipped(name: str) -> str:
    """Give the text of a sheet that comes with the package."""
    return (files("quasimarket.evidence") / "data" / name).read_text("utf-8")


class Row:
    """One row of a sheet, whose faults go to the sheet."""

    def __init__(self, where: str, cells: dict[str, str], faults: list[Fault]) -> None:
        """Keep the cells and where they stand."""
        self.where = where
        self._cells = cells
        self._faults = faults
        self.faulty: set[str] = set()
        """The columns found wrong so far."""

    def fault(self, column: str, found: str, expected: str, hint: str = "") -> None:
        """Note that a cell is wrong."""
        self.faulty.add(column)
        self._faults.append(
            Fault(
                where=f"{self.where}, {column}",
                found=found,
                expected=expected,
                hint=hint,
            )
        )

    def text(self, column: str, *, needed: bool = True) -> str:
        """Give a cell's text."""
        value = self._cells[column].strip()
        if needed and not value:
            self.fault(column, "nothing", "some text")
        return value

    def number(self, column: str) -> float:
        """Give a cell as a number of zero or more."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            if text:
                self.fault(column, repr(text), "a number of zero or more")
            return 0.0
        return value

    def month(self, column: str) -> Month:
        """Give a cell as a month."""
        text = self.text(column)
        try:
            return Month.parse(text)
        except ValueError:
            if text:
                self.fault(column, repr(text), "a month as YYYY-MM")
            return Month(1, 1)

    def word(self, column: str, words: Iterable[str]) -> str:
        """Give a cell that must be one of some words; the first, if it is not."""
        allowed = list(words)
        text = self.text(column)
        if text in allowed:
            return text
        if text:
            self.fault(column, repr(text), "one of " + ", ".join(allowed))
        return allowed[0]

    def mark(self) -> Mark:
        """Give the evidence mark; whatever was not read needs a note saying why."""
        mark = Mark(self.word("evidence", [mark.value for mark in Mark]))
        if mark is not Mark.READ and not self.text("note", needed=False):
            self.fault("note", "nothing", f"the reason, as the figure is {mark}")
        return mark


class Sheet:
    """A sheet being read: its rows, and the faults found in them."""

    def __init__(self, name: str, text: str, columns: tuple[str, ...]) -> None:
        """Split the text into rows; the header must be just the columns."""
        self.name = name
        self.faults: list[Fault] = []
        self.rows: list[Row] = []
        reader = csv.DictReader(text.splitlines())
        header = tuple(reader.fieldnames or ())
        if header != columns:
            self.faults.append(
                Fault(
                    where=f"{name}:1",
                    found=",".join(header) or "nothing",
                    expected=",".join(columns),
                )
            )
            return
        for cells in reader:
            where = f"{name}:{reader.line_num}"
            if None in cells or None in cells.values():
                self.faults.append(
                    Fault(
                        where=where,
                        found="a row of another length",
                        expected=f"{len(columns)} cells",
                        hint="put text with commas in double quotes",
                    )
                )
            else:
                self.rows.append(Row(where, cells, self.faults))

    def finish(self) -> None:
        """Raise all faults together, if there are any."""
        if self.faults:
            raise InputFault(self.faults)
