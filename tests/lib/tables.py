"""Tables in plain text: a row of headings, then a row a record, parted by bars."""

from collections.abc import Iterable, Mapping, Sequence


Row = dict[str, str]


def rows_of(table: str) -> list[Row]:
    """Read a table; every row must have a cell for each heading."""
    lines = [_cells(line) for line in table.strip().splitlines() if line.strip()]
    if not lines:
        return []
    headings, *rows = lines
    for row in rows:
        if len(row) != len(headings):
            raise ValueError(f"{row} has not one cell for each of {headings}")
    return [dict(zip(headings, row, strict=True)) for row in rows]


def headings_of(table: str) -> list[str]:
    """Read the headings of a table."""
    return _cells(table.strip().splitlines()[0])


def written(headings: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Write a table with columns of one width."""
    cells = [list(headings), *([row[name] for name in headings] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(headings))]
    return "\n".join(
        " | ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]
