"""Events as JSON, one object a line; fields that are empty are left out."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from quasimarket.events.arrow import COLUMNS, DAY_COLUMNS
from quasimarket.events.event import Event, EventKind


def to_json(event: Event) -> str:
    """Write an event as one line of JSON.

    `known` is left out where it is the day on which the event happened.
    """
    written: dict[str, str | int] = {}
    for name in COLUMNS:
        value = getattr(event, name)
        if value in (None, "") or (name == "known" and value == event.happened):
            continue
        written[name] = value.isoformat() if isinstance(value, date) else value
    return json.dumps(written, ensure_ascii=False)


def from_json(text: str) -> Event:
    """Read an event from one line of JSON that is known to be sound."""
    found: Mapping[str, Any] = json.loads(text)
    known = found.get("known", found["happened"])
    days = {"happened": found["happened"], "known": known}
    return Event(
        **{
            **found,
            "kind": EventKind(found["kind"]),
            **{name: date.fromisoformat(days[name]) for name in DAY_COLUMNS},
        }
    )


def write_json_lines(events: Iterable[Event], path: Path) -> None:
    """Write events a line each; the file appears only when it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{to_json(event)}\n" for event in events)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def parse_lines(
    text: str,
) -> Iterator[tuple[int, dict[str, str | None] | str]]:
    """Give each line's number with its fields as text, or with what is wrong.

    Blank lines are passed over.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, parse_constant=str)
        except (json.JSONDecodeError, RecursionError):
            yield number, "text that is not JSON"
            continue
        if isinstance(found, dict):
            yield number, _fields_as_text(found)
        else:
            yield number, f"JSON that is not an object: {line.strip()[:40]}"


def _fields_as_text(found: dict[str, Any]) -> dict[str, str | None] | str:
    fields: dict[str, str | None] = {}
    for name, value in found.items():
        if value is None or isinstance(value, str):
            fields[name] = value
        elif isinstance(value, bool | list | dict):
            return f"{name} that is neither text nor a number: {json.dumps(value)[:40]}"
        else:
            fields[name] = str(value)
    return fields
