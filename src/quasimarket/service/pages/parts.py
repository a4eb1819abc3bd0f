"""The parts that views put on a page: lists, timelines, task lists, tabs.

Each is a record; a template writes it as `{{ part }}`, like a table or a chart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quasimarket.service.pages.components import component
from quasimarket.service.pages.shown import shown
from quasimarket.service.pages.wording import worded


COLOURS: Mapping[str, tuple[str, ...]] = {
    "green": (
        "accepted", "active", "agreed", "answered", "approved", "attached", "awarded",
        "clean", "complete", "completed", "confirmed", "matched", "met", "paid",
        "passed", "settled", "started", "validated", "well", "yes",
    ),
    "red": (
        "breached", "cancelled", "failed", "late", "mismatch", "overdue", "refused",
        "rejected", "stopped", "suspended", "unmatched", "unmet",
    ),
    "yellow": (
        "contested", "disputed", "due", "pending", "proposed", "queried", "raised",
        "sampled", "waiting",
    ),
    "grey": (
        "closed", "ended", "exited", "expired", "none", "not-started", "withdrawn",
    ),
}  # fmt: skip
_COLOUR_OF = {state: colour for colour, states in COLOURS.items() for state in states}


def state_tag(state: object, colour: str | None = None) -> SafeString:
    """Write a state as a coloured tag; the words say it, the colour only repeats.

    The colour follows from the state's first or last word; one unknown is blue.
    """
    name = str(getattr(state, "value", state))
    key = name.lower().replace("_", "-").replace(" ", "-")
    words = key.split("-")
    found = (_COLOUR_OF.get(part) for part in (key, words[-1], words[0]))
    chosen = colour or next((one for one in found if one), "blue")
    text = shown(getattr(state, "label", name.replace("-", " ").replace("_", " ")))
    return _tag(
        worded(text[:1].upper() + text[1:]),
        None if chosen == "blue" else f"govuk-tag--{chosen}",
    )


@lru_cache(maxsize=1024)
def _tag(text: str, classes: str | None) -> SafeString:
    """Write a tag once: a list has one in every row, and few are different."""
    return component("tag", text=text, classes=classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A link beside a line of a summary: where it goes and what it changes."""

    href: str
    text: str
    hidden: str = ""  # for those who hear the link alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a summary list."""

    key: str
    value: object
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryList:
    """Facts about one thing: what each is called, and what it is."""

    lines: Sequence[Line]
    card: str = ""  # the heading of a card around the list
    bordered: bool = True

    @classmethod
    def of(cls, facts: Mapping[str, object], card: str = "") -> "SummaryList":
        """Make a list from names and values."""
        lines = tuple(Line(key=key, value=value) for key, value in facts.items())
        return cls(lines=lines, card=card)

    def __html__(self) -> SafeString:
        """Write the list."""
        return component(
            "summary-list",
            classes=None if self.bordered else "govuk-summary-list--no-border",
            card={"title": {"text": worded(self.card), "headingLevel": 2}}
            if self.card
            else None,
            rows=[self.row(line) for line in self.lines],
        )

    __str__ = __html__

    @staticmethod
    def row(line: Line) -> dict[str, object]:
        """Give one line in GOV.UK's parameters."""
        row: dict[str, object] = {
            "key": {"text": worded(line.key)},
            "value": {"html": as_markup(line.value)},
        }
        if line.change:
            row["actions"] = {
                "items": [
                    {
                        "href": line.change.href,
                        "text": worded(line.change.text),
                        "visuallyHiddenText": worded(line.change.hidden or line.key),
                    }
                ]
            }
        return row


def as_markup(value: object) -> str:
    """Give a value as markup: what is safe as it is, anything else escaped."""
    if hasattr(value, "__html__"):
        return str(value)
    return conditional_escape(shown(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One entry of a timeline: what happened, when, by whom and why."""

    when: date
    what: object
    who: str = ""
    why: str = ""
    href: str = ""
    details: object = ""
    written: date | None = None  # when it was recorded, if that was later


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What happened, in the order given (newest first, as a rule)."""

    heading: str
    happenings: Sequence[Happening]
    heading_hidden: bool = False
    empty: str = ""
    more_url: str = ""

    def __html__(self) -> SafeString:
        """Write the timeline."""
        return render_to_string("pages/parts/timeline.html", {"timeline": self})

    __str__ = __html__


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to be done: where, how it stands, by when."""

    title: str
    href: str = ""
    state: str = ""
    hint: str = ""
    colour: str | None = None

    def item(self) -> dict[str, object]:
        """Give the task in GOV.UK's parameters."""
        status: dict[str, object] = {"text": ""}
        if self.state:
            status = {"html": state_tag(self.state, self.colour)}
        return {
            "title": {"text": worded(self.title)},
            "href": self.href or None,
            "hint": {"text": worded(self.hint)} if self.hint else None,
            "status": status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """Things to be done, in the order they matter."""

    tasks: Sequence[Task]
    prefix: str = "task"  # of the ids on the page

    def __html__(self) -> SafeString:
        """Write the list."""
        return component(
            "task-list",
            idPrefix=self.prefix,
            items=[task.item() for task in self.tasks],
        )

    __str__ = __html__


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab: its name, its place in the address (#id) and what it holds."""

    id: str
    label: str
    content: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabs:
    """Views of one thing; without a script they stand beneath one another."""

    tabs: Sequence[Tab]
    title: str = ""

    def __html__(self) -> SafeString:
        """Write the tabs."""
        return component(
            "tabs",
            title=worded(self.title) or _("Contents"),
            items=[
                {
                    "id": tab.id,
                    "label": worded(tab.label),
                    "panel": {"html": as_markup(tab.content)},
                }
                for tab in self.tabs
            ],
        )

    __str__ = __html__
