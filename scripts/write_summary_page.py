"""Write docs/reference/summary.md and summary.schema.json from the records in code.

Run `.venv/bin/python scripts/write_summary_page.py`; with `--check` it only says, by
its exit status, whether both are as the records have them.
"""

import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from quasimarket.runs.summary import SCHEMA_VERSION, Summary
from quasimarket.runs.summary_fields import Kind, fields_of, kind_of
from quasimarket.runs.summary_schema import json_schema_text


REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
INTRODUCTION = f"""\
# summary.json

This page is written by `scripts/write_summary_page.py` from
`src/quasimarket/runs/summary.py`; change that.

`summary.json` says in one file what a run found.
This is version {SCHEMA_VERSION} of its description, which is also there as a
[JSON Schema](summary.schema.json).
The second number of the version grows when a field is added, the first when one
changes its meaning or goes.

- Counts are people unless said otherwise; in a thinned run they are weighted up.
  Outcomes and sustainments are those reached and claimed, dated when reached.
- Rates and shares are fractions; money is pounds; months are "YYYY-MM".
- A measure that a run cannot give is null or an empty list, and `notes` says why.
- Contracts stand by area and number: no name of a real organisation stands beside what
  a simulated one did.
- What follows `forecast_from` is a forecast.
  What organisations did after `institutions_observed_to` is beyond what was observed.
"""
_KINDS: dict[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
}


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them; 1 if one is stale."""
    made = {"summary.md": page(), "summary.schema.json": json_schema_text()}
    stale = 0
    for name, text in made.items():
        path = REFERENCE / name
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path} is stale: run scripts/write_summary_page.py")
            stale = 1
    return stale


def page() -> str:
    """Describe the summary and every record in it."""
    return "\n".join(
        [INTRODUCTION, *(_section(record) for record in _records(Summary, []))]
    )


def _records(record: Any, seen: list[Any]) -> list[Any]:  # records are classes
    if record not in seen:
        seen.append(record)
        for kind in fields_of(record).values():
            for inner in _within(kind):
                _records(inner, seen)
    return seen


def _within(kind: Kind) -> Iterator[Any]:
    if is_dataclass(kind.base):
        yield kind.base
    for argument in kind.arguments:
        if argument is not Ellipsis:
            yield from _within(kind_of(argument))


def _section(record: Any) -> str:
    lines = [f"## {record.__name__}", "", record.__doc__ or "", ""]
    lines += ["| field | is | meaning |", "| --- | --- | --- |"]
    lines += [
        f"| `{name}` | {_kind(kind)} | {kind.meaning} |"
        for name, kind in fields_of(record).items()
    ]
    return "\n".join(lines) + "\n"


def _kind(kind: Kind) -> str:
    words = _bare_kind(kind)
    if kind.one_of:
        words = ", ".join(f"`{choice}`" for choice in kind.one_of.choices)
    elif kind.pattern:
        words = "month"
    elif kind.limits and kind.limits.greatest is not None:
        words += f", {kind.limits.least:g} to {kind.limits.greatest:g}"
    elif kind.limits:
        words += f", {kind.limits.least:g} or more"
    return f"{words}, or null" if kind.may_be_null else words


def _bare_kind(kind: Kind) -> str:
    if is_dataclass(kind.base) and isinstance(kind.base, type):
        name = kind.base.__name__
        return f"[{name}](#{name.lower()})"
    if kind.base is tuple:
        return f"list of {_bare_kind(kind_of(kind.arguments[0]))}"
    if kind.base is dict:
        return f"object of {_bare_kind(kind_of(kind.arguments[1]))}"
    return _KINDS.get(kind.base, "pounds")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
