"""HTML that what it says cannot break: all text is escaped unless it is Markup."""

from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = Markup | str


def element(tag: str, *children: Content, **attributes: str) -> Markup:
    """Build an element; an attribute's trailing underscore falls, others become "-".

    >>> element("a", "R&D", href="#x", aria_label="go", class_="link")
    '<a href="#x" aria-label="go" class="link">R&amp;D</a>'
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    return Markup(f"<{tag}{written}>{join(children)}</{tag}>")


def join(children: Iterable[Content]) -> Markup:
    """Put pieces one after the other, escaping plain text."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child) for child in children
        )
    )


def paragraph(*children: Content, **attributes: str) -> Markup:
    """Build a paragraph."""
    return element("p", *children, **attributes)


def badge(text: str, kind: str) -> Markup:
    """Build a small label; its words say all that its colour says."""
    return element("span", text, class_=f"badge {kind}")


def table(
    caption: str,
    headings: Sequence[Content],
    rows: Iterable[Sequence[Content]],
    *,
    words: int = 1,
    look: str = "wide",
) -> Markup:
    """Build a table that scrolls sideways in itself; the first cell heads its row.

    The first `words` columns hold text and the others numbers, set to the right. The
    look "compact" fits a phone's width instead of scrolling; "compact dense" has low
    rows as well.
    """

    def side(place: int) -> str:
        return "words" if place < words else "number"

    head = element(
        "tr",
        *(
            element("th", heading, scope="col", class_=side(place))
            for place, heading in enumerate(headings)
        ),
    )
    # written out, since a report has thousands of cells
    tags = [(f'<td class="{side(place)}">', "</td>") for place in range(len(headings))]
    tags[0] = (f'<th scope="row" class="{side(0)}">', "</th>")
    body = "".join(
        "<tr>"
        + "".join(
            before + (cell if isinstance(cell, Markup) else escape(cell)) + after
            for cell, (before, after) in zip(cells, tags, strict=True)
        )
        + "</tr>"
        for cells in rows
    )
    built = element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", Markup(body)),
        class_=look,
    )
    return element(
        "div", built, class_="scroll", role="region", tabindex="0", aria_label=caption
    )


def disclosure(summary: str, *children: Content) -> Markup:
    """Build a part that stays closed until it is asked for."""
    return element("details", element("summary", summary), *children)


def stacked(*lines: Content) -> Markup:
    """Put lines one below the other inside a cell."""
    return join(element("span", line, class_="line") for line in lines)


def section(name: str, heading: str, *children: Content) -> Markup:
    """Build a section with a heading that it is named by."""
    return element(
        "section",
        element("h2", heading, id=f"{name}-heading"),
        *children,
        id=name,
        aria_labelledby=f"{name}-heading",
    )


def not_measured(why: str) -> Markup:
    """Say that a part has nothing to show, and why."""
    return paragraph(f"Not measured in this run: {why}.", class_="note")
