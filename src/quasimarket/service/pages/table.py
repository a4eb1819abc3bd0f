"""A table of a page: a caption, headed columns, a way to export it, a next page.

It is written straight to text and not by a template, because a caseload is a few
hundred cells and must come in milliseconds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.html import (
    conditional_escape,
    escape,
    format_html,
    format_html_join,
    strip_tags,
)
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quasimarket.service.pages.shown import NOTHING, shown_pounds, shown_shortly
from quasimarket.service.pages.wording import worded


Row = TypeVar("Row")
SHORT = 17  # letters: "30 September 2013"
STACKED = 3  # columns from which a narrow window shows a row as a list
DENSE = 7  # columns from which a wide window has smaller letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column: how it is headed, and what it shows of a row.

    `cell` may give markup that is safe (a tag, a link); anything else is escaped.
    `export` gives the value for a file, where it differs from what is shown.
    """

    heading: str
    cell: Callable[[Row], object]
    export: Callable[[Row], object] | None = None
    link: Callable[[Row], str] | None = None
    numeric: bool = False
    money: bool = False  # whole pence
    file_only: bool = False  # for whoever works on with the file

    @property
    def right(self) -> bool:
        """Whether figures stand under one another, at the right."""
        return self.numeric or self.money

    def exported(self, row: Row) -> object:
        """Give the value for a file."""
        return (self.export or self.cell)(row)

    def text(self, row: Row) -> SafeString:
        """Give the cell's content as markup."""
        value = self.cell(row)
        if hasattr(value, "__html__"):
            content = conditional_escape(value)
        else:
            content = escape(
                shown_pounds(value) if self.money else shown_shortly(value)
            )
        if self.link is None or content == NOTHING:
            return content
        address = self.link(row)
        return format_html('<a class="govuk-link" href="{}">{}</a>', address, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[Row]):
    """A table with its caption; `empty` is said in its place when it has no rows."""

    caption: str
    columns: Sequence[Column[Row]]
    rows: Iterable[Row]
    empty: str = ""
    caption_hidden: bool = False
    export_url: str = ""
    next_url: str = ""
    first_url: str = ""
    row_header: bool = True  # the first cell of a row names it

    @property
    def seen(self) -> list[Column[Row]]:
        """Give the columns of the page."""
        return [column for column in self.columns if not column.file_only]

    def __html__(self) -> SafeString:
        """Write the table; Django's templates ask for this.

        The roles say again what the tags say, for a browser forgets the tags' where
        the style of a narrow window shows each row as a list.
        """
        rows = list(self.rows)
        if not rows:
            return self.nothing()
        labels = [escape(worded(column.heading)) for column in self.seen]
        body = format_html_join("", "{}", ((self.row(row, labels),) for row in rows))
        return format_html(
            '<div class="service-table" role="region" aria-label="{}" tabindex="0">'
            '<table class="govuk-table{}" role="table">'
            '<caption class="govuk-table__caption {}">{}'
            '</caption><thead class="govuk-table__head" role="rowgroup">'
            '<tr class="govuk-table__row" role="row">{}</tr></thead>'
            '<tbody class="govuk-table__body" role="rowgroup">{}</tbody></table></div>'
            "{}",
            worded(self.caption),
            style_for(len(self.seen)),
            "govuk-visually-hidden"
            if self.caption_hidden
            else "govuk-table__caption--m",
            worded(self.caption),
            self.head(),
            body,
            self.foot(),
        )

    __str__ = __html__

    def nothing(self) -> SafeString:
        """Say that there is nothing to show, under the same caption."""
        heading = "govuk-visually-hidden" if self.caption_hidden else "govuk-heading-m"
        return format_html(
            '<h2 class="{}">{}</h2><p class="govuk-body">{}</p>{}',
            heading,
            worded(self.caption),
            worded(self.empty) or _("There is nothing here."),
            self.foot(with_export=False),
        )

    def head(self) -> SafeString:
        """Write the column headings."""
        return format_html_join(
            "",
            '<th scope="col" role="columnheader" class="govuk-table__header{}">{}</th>',
            (
                (numeric("header") if column.right else "", worded(column.heading))
                for column in self.seen
            ),
        )

    def row(self, row: Row, labels: Sequence[str]) -> SafeString:
        """Write one row; the labels are the columns' headings, worded once."""
        cells = []
        pairs = zip(self.seen, labels, strict=True)
        for place, (column, heading) in enumerate(pairs):
            content = column.text(row)
            style = numeric("cell") if column.right else short(content)
            if place == 0 and self.row_header:
                named = says_what_it_is(content)
                label = "" if named else f'data-label="{heading}: " '
                style += "" if named else " service-labelled"
                cells.append(
                    f'<th scope="row" role="rowheader" {label}'
                    f'class="govuk-table__header{style}">{content}</th>'
                )
            else:
                empty = " service-empty" if content == NOTHING else ""
                cells.append(
                    f'<td role="cell" data-label="{heading}" '
                    f'class="govuk-table__cell{style}{empty}">{content}</td>'
                )
        # Each content is escaped by Column.text; the rest is written here.
        return mark_safe(
            f'<tr class="govuk-table__row" role="row">{"".join(cells)}</tr>'
        )

    def foot(self, *, with_export: bool = True) -> SafeString:
        """Write the links beneath: an earlier start, the next page, the export."""
        links = [
            (address, text, extra)
            for address, text, extra in (
                (self.first_url, _("Back to the first page"), ""),
                (self.next_url, _("Next page"), ' rel="next"'),
                (
                    self.export_url if with_export else "",
                    _("Download as CSV"),
                    " download",
                ),
            )
            if address
        ]
        if not links:
            return mark_safe("")  # nothing at all
        items = format_html_join(
            "",
            '<li><a class="govuk-link" href="{}"{}>{}'
            '<span class="govuk-visually-hidden">: {}</span></a></li>',
            (
                # Each attribute is one of the three constants above.
                (address, mark_safe(extra), text, worded(self.caption))
                for address, text, extra in links
            ),
        )
        return format_html('<ul class="service-table-links">{}</ul>', items)


def style_for(columns: int) -> str:
    """Name the styles of a table with so many columns."""
    stacked = " service-stack" if columns >= STACKED else ""
    return f"{stacked} service-dense" if columns >= DENSE else stacked


def numeric(part: str) -> str:
    """Name the style that sets figures to the right."""
    return f" govuk-table__{part}--numeric"


def says_what_it_is(content: str) -> bool:
    """Whether the head of a row can stand above its cells without a column's heading.

    >>> says_what_it_is("Provider 12"), says_what_it_is("12"), says_what_it_is("–")
    (True, False, False)
    """
    return any(letter.isalpha() for letter in _words(content))


def short(content: str) -> str:
    """Name the style of a cell too short to be broken: a date, a reference."""
    return " service-whole" if len(_words(content)) <= SHORT else ""


def _words(content: str) -> str:
    # most cells hold no markup, and to look for it takes as long as writing them
    return strip_tags(content) if "<" in content else content


def link(address: str, text: object) -> SafeString:
    """Write a link in GOV.UK's style."""
    return format_html(
        '<a class="govuk-link" href="{}">{}</a>', address, conditional_escape(text)
    )
