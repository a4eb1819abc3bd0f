"""Write a table as a CSV file that no spreadsheet will run.

A cell that begins with = + - @, a tab or a return is read by spreadsheets as a
formula, also after leading spaces and invisible characters. Such a cell gets an
apostrophe before it. Numbers are written as they are: they are not text.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from quasimarket.service.pages.table import Column


Row = TypeVar("Row")
FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # wide forms as well
KEPT_CONTROLS = frozenset("\t\n\r")


def wants_csv(request: HttpRequest) -> bool:
    """Say whether the reader asked for the table as a file (`?format=csv`)."""
    return request.GET.get("format") == "csv"


def csv_response(
    name: str, columns: Sequence[Column[Row]], rows: Iterable[Row]
) -> StreamingHttpResponse:
    """Answer with the rows as a file called `name`.csv.

    The rows are read to the end here, before the answer is sent: a stream that is read
    later runs outside the transaction that says whose rows may be seen.
    """
    lines = list(csv_lines(columns, rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def csv_lines(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    """Give the file line by line, the headings first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield written(writer, buffer, [column.heading for column in columns])
    for row in rows:
        yield written(writer, buffer, [column.exported(row) for column in columns])


def written(
    writer: "csv._writer",  # type: ignore[name-defined] # only the stubs have it
    buffer: io.StringIO,
    values: Iterable[object],
) -> str:
    """Write one line and empty the buffer."""
    writer.writerow([safe_cell(value) for value in values])
    line = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return line


def safe_cell(value: object) -> str | int:
    """Write a value so that a spreadsheet takes it for text or a number only.

    >>> safe_cell("=1+1")
    "'=1+1"
    >>> safe_cell(-5)
    -5
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return value
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case SafeString():
            return safe_text(strip_tags(value).strip())
        case _:
            return safe_text(str(value))


def safe_text(text: str) -> str:
    """Take invisible characters out, and put an apostrophe before a formula."""
    kept = "".join(
        letter
        for letter in text
        if letter in KEPT_CONTROLS or unicodedata.category(letter) not in {"Cc", "Cf"}
    )
    starts = {kept[:1], kept.lstrip()[:1]} - {""}
    return f"'{kept}" if starts & FORMULA else kept
