"""Write docs/reference/measures.md from the catalogue of measures.

Run `.venv/bin/python scripts/write_measures_page.py`; with `--check` it only says, by
its exit status, whether the page is as the catalogue has it.
"""

import inspect
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from quasimarket.insight.catalogue import CATALOGUE, Definition


PAGE = Path(__file__).parent.parent / "docs" / "reference" / "measures.md"
INTRODUCTION = """\
# Measures

This page is written by `scripts/write_measures_page.py` from `insight/catalogue.csv` and from the modules that take the measures; change those.

`quasimarket insight` takes {count} measures of a run or of a log; [Read the black box](../how-to/read-the-black-box.md) says how to read one.
Months count from 1, that of the first referral; *to* is the last month that a measure looks at, and blank is the end of the run.
"""  # noqa: E501 - a sentence a line, as all pages have it


def main(arguments: Sequence[str]) -> int:
    """Write or check the page; 1 if it is stale."""
    text = "\n".join(measures_page())
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE.name} is stale: run scripts/write_measures_page.py")
        return 1
    return 0


def measures_page() -> Iterator[str]:
    """Describe every measure, family by family, each module in its own words."""
    yield INTRODUCTION.format(count=len(CATALOGUE))
    for family, members in groupby(CATALOGUE.values(), lambda one: family_of(one.id)):
        listed = list(members)
        yield f"## {family.replace('_', ' ').capitalize()}"
        yield ""
        for words in dict.fromkeys(words_of(one) for one in listed):
            yield from (words, "")
        yield from ("| id | unit | to | what it is |", "|---|---|---|---|")
        for one in listed:
            to = "" if one.to_month is None else str(one.to_month)
            meaning = one.meaning.replace("|", "\\|")
            yield f"| `{one.id}` | {one.unit} | {to} | {meaning} |"
        yield ""


def family_of(name: str) -> str:
    """Give the first word of an id."""
    return name.split(".")[0]


def words_of(definition: Definition) -> str:
    """Give what the module that takes a measure says of itself."""
    taken = definition.measured
    while isinstance(taken, partial):
        taken = taken.func
    return inspect.getdoc(inspect.getmodule(taken)) or ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
