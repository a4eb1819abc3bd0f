"""Say how two rulebooks differ, in plain English and value by value."""

from dataclasses import dataclass

from quasimarket.rulebook.explain import explain_rulebook
from quasimarket.rulebook.explanation import wrapped
from quasimarket.rulebook.rulebook import Rulebook, StatedValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs; a blank side means that it is not there."""

    title: str
    """The section, or "Values"."""
    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs between two rulebooks."""

    sentences: tuple[Change, ...]
    values: tuple[Change, ...]
    same_results: bool
    """The values that decide results are equal."""


def difference(before: Rulebook, after: Rulebook) -> Difference:
    """Compare two rulebooks."""
    return Difference(
        sentences=tuple(_changes(_sentences(before), _sentences(after))),
        values=tuple(_changes(_values(before), _values(after))),
        same_results=before.content_hash == after.content_hash,
    )


def _sentences(rulebook: Rulebook) -> dict[tuple[str, str], str]:
    return {
        (section.title, sentence.key): sentence.whole
        for section in explain_rulebook(rulebook)
        for sentence in section.sentences
    }


def _values(rulebook: Rulebook) -> dict[tuple[str, str], str]:
    return {("Values", value.key): say_value(value) for value in rulebook.stated}


def say_value(value: StatedValue) -> str:
    """Say a value with its unit and mark."""
    unit = f" {value.unit}" if value.unit else ""
    return f"{value.value}{unit} ({value.evidence})"


def _changes(
    before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]
) -> list[Change]:
    keys = list(before) + [key for key in after if key not in before]
    return [
        Change(
            title=title,
            key=key,
            before=before.get((title, key), ""),
            after=after.get((title, key), ""),
        )
        for title, key in keys
        if before.get((title, key)) != after.get((title, key))
    ]


def render_difference(before: Rulebook, after: Rulebook) -> str:
    """Say a difference as text: - what was, + what is now."""
    found = difference(before, after)
    if not found.sentences and not found.values:
        alike = (
            "They say the same."
            if found.same_results
            else "They differ only in single rows of tables listed as a whole."
        )
        return f"{before.name} and {after.name}: {alike}\n"
    title = f"From {before.name} ({before.id}) to {after.name} ({after.id})"
    if before.id == after.id:
        title = f"{after.name} ({after.id}), what it was and what it is now"
    lines = [title, "=" * len(title)]
    section = ""
    for change in found.sentences:
        if change.title != section:
            section = change.title
            lines += ["", section, "-" * len(section)]
        lines += _sides(change)
    if found.values:
        lines += ["", "Values", "------"]
    for change in found.values:
        lines.append(
            f"{change.key}: {change.before or 'not there'} -> "
            f"{change.after or 'not there'}"
        )
    if found.same_results:
        lines += ["", "Nothing that decides results differs."]
    return "\n".join(lines) + "\n"


def _sides(change: Change) -> list[str]:
    lines = wrapped(change.before, "- ") if change.before else []
    return lines + (wrapped(change.after, "+ ") if change.after else [])
