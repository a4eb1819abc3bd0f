"""Sections that other rooms add to a case's page and to the participant's own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quasimarket.service.pages.wording import worded
from quasimarket.service.participation.models import Participation


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: its heading, a word that links to it, and what it holds.

    Each part is a record of `pages` (a table, a summary, a timeline) or plain text.
    """

    id: str
    heading: str
    parts: tuple[object, ...]
    intro: str = ""

    @property
    def content(self) -> list[object]:
        """The parts as a template writes them: plain text as a paragraph."""
        return [
            format_html('<p class="govuk-body">{}</p>', worded(part))
            if isinstance(part, str) and not isinstance(part, SafeString)
            else part
            for part in self.parts
        ]


Writer = Callable[[HttpRequest, Participation], Iterable[Section]]


class Sections:
    """The writers of a page's sections, in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self.writers: list[tuple[int, Writer]] = []

    def place(self, order: int) -> Callable[[Writer], Writer]:
        """Put a writer on the page; lower orders come first."""

        def placed(writer: Writer) -> Writer:
            self.writers.append((order, writer))
            self.writers.sort(key=lambda pair: pair[0])
            return writer

        return placed

    def written(self, request: HttpRequest, case: Participation) -> Iterator[Section]:
        """Have every writer write."""
        for _, writer in self.writers:
            yield from writer(request, case)
