"""A CSV table as rows of text that remember their lines."""

import csv
from dataclasses import dataclass, field
from io import StringIO

from quasimarket.core.errors import Fault


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, and where it stands."""

    where: str
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """A table's columns and rows."""

    where: str
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


def parse_csv(text: str, where: str) -> tuple[Table, list[Fault]]:
    """Read CSV text with a heading line; blank lines are skipped."""
    reader = csv.reader(StringIO(text), strict=True)
    table, faults = Table(where), list[Fault]()
    ended = 0
    try:
        for cells in reader:
            line, ended = f"{where}:{ended + 1}", reader.line_num
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if not table.columns:
                table.columns = tuple(stripped)
                faults += _faults_of_heading(table.columns, line)
            elif len(stripped) != len(table.columns):
                faults.append(
                    Fault(
                        where=line,
                        found=f"{len(stripped)} cells",
                        expected=f"{len(table.columns)}, as in the heading",
                        hint='a cell with a comma in it needs "quotes"',
                    )
                )
            else:
                row = Row(line, dict(zip(table.columns, stripped, strict=True)))
                table.rows.append(row)
    except csv.Error as error:
        faults.append(
            Fault(
                where=f"{where}:{reader.line_num}",
                found=f"text that is not CSV ({error})",
                expected="comma-separated cells",
                hint="look for a quotation mark that is not closed",
            )
        )
    return table, faults


def _faults_of_heading(columns: tuple[str, ...], where: str) -> list[Fault]:
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    return [
        Fault(
            where=where,
            found=f"the column {name or '(blank)'} more than once",
            expected="each column once",
        )
        for name in repeated
    ]
