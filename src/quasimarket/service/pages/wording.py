"""Say in the reader's language what the rooms wrote in English.

Titles, headings, questions and refusals are written as plain English where they belong:
beside an act, a column, a state. They become Welsh as they are put on a page, here, and
`scripts/gather_phrases.py` puts each of them in the catalogue. A name or a sentence
that the catalogue does not have stays as it is.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext


def worded(text: str) -> str:
    """Give a text in the reader's language, as far as the catalogue has it.

    >>> worded("")
    ''
    """
    return gettext(text) if text else text  # the blank one stands for the catalogue


def worded_links(links: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Word the titles of links."""
    return [{**link, "title": worded(link["title"])} for link in links]
