"""Write docs/reference/levers.md, and the table of `market` in rulebook.md beside it.

Run `.venv/bin/python scripts/write_levers_page.py`; with `--check` it only says, by its
exit status, whether the pages are as the data have them.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from quasimarket.rulebook import load_rulebook, market_design, shipped_programmes
from quasimarket.rulebook.market_design import PROTECTIONS, MarketDesign
from quasimarket.rulebook.reading import type_hints
from quasimarket.rulebook.regime import Lever
from quasimarket.rulebook.rulebook import Rulebook, StatedValue
from quasimarket.rulebook.text_values import text_form, without_none


REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
BEGINS = "<!-- market: made by scripts/write_levers_page.py -->"
ENDS = "<!-- market ends -->"
FOUNDING_CASE = "work-programme"
INTRODUCTION = """\
# Levers

This page is written by `scripts/write_levers_page.py` from `levers.csv` of the Work Programme and from the shipped programmes; change those.

A lever is a choice that a designer of such a programme has.
Each is a value of the rulebook: set it for one run with `--set`, or keep it in a folder that [extends another](rulebook.md#extends).
A test pulls each lever in a small run with all luck held, and finds that its column moves: that it works, not that it does good.
To see whether it does good, [compare two designs](../how-to/compare-two-designs.md).
"""  # noqa: E501 - a sentence a line, as all pages have it


def main(arguments: Sequence[str]) -> int:
    """Write or check both pages; 1 if one is stale."""
    stale = 0
    rulebook_page = REFERENCE / "rulebook.md"
    pages = {
        REFERENCE / "levers.md": levers_page(),
        rulebook_page: with_market_table(rulebook_page.read_text(encoding="utf-8")),
    }
    for page, text in pages.items():
        if "--check" not in arguments:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            print(f"{page.name} is stale: run scripts/write_levers_page.py")
            stale = 1
    return stale


def levers_page() -> str:
    """Describe every lever, then the derived programmes that pull some."""
    founding = load_rulebook(FOUNDING_CASE)
    marks = {
        stated.key.split(".")[1]: stated
        for stated in founding.stated
        if stated.key.startswith("levers.")
    }
    lines = [INTRODUCTION]
    for lever in founding.levers:
        lines += [*_lever(lever, marks[lever.id]), ""]
    lines += [
        "## Withdrawing protections",
        "",
        "`market.protections_end` names a day from which these no longer hold: "
        + ", ".join(f"`{name}`" for name in PROTECTIONS)
        + ".",
        "",
        "```text",
        "--set market.protects_complaints=yes --set market.protections_end=2013-04-01",
        "```",
        "",
        "## Designs to begin from",
        "",
        "| programme | differs in |",
        "|---|---|",
    ]
    for name in shipped_programmes():
        rulebook = load_rulebook(name)
        if name != FOUNDING_CASE and len(rulebook.levers) == len(founding.levers):
            lines.append(f"| `{name}` | {', '.join(_pulled(rulebook, founding))} |")
    return "\n".join(lines) + "\n"


def _lever(lever: Lever, mark: StatedValue) -> Iterator[str]:
    yield f"## {lever.id} {lever.name}"
    yield ""
    yield f"{lever.mechanism}."
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| key | `{lever.key}` |"
    yield f"| range | {lever.range} |"
    yield f"| in the Work Programme | {lever.setting} |"
    yield f"| meant against | {lever.problem} |"
    yield f"| side effect | {lever.side_effect} |"
    if mark.reason:
        yield f"| in a run | {mark.reason} |"
    yield f"| source | {mark.source} |"
    yield ""
    settings = " ".join(f"--set {one}" for one in settings_of(lever))
    yield from ("```text", settings, "```")


def settings_of(lever: Lever) -> list[str]:
    """List the settings of a lever's example."""
    return [one.strip() for one in lever.example.split(";") if one.strip()]


def _pulled(rulebook: Rulebook, founding: Rulebook) -> Iterator[str]:
    before = {one.key: one.value for one in founding.stated}
    for stated in rulebook.stated:
        if stated.key.startswith("levers."):
            continue
        if before.get(stated.key) != stated.value:
            unit = "" if stated.unit in ("yes or no", "ratio") else f" {stated.unit}"
            yield f"`{stated.key}` {stated.value}{unit}"


def with_market_table(page: str) -> str:
    """Put the table of the market's keys between its marks."""
    pattern = re.compile(f"{re.escape(BEGINS)}.*?{re.escape(ENDS)}", re.DOTALL)
    table = "\n".join((BEGINS, "", *market_rows(), "", ENDS))
    return pattern.sub(lambda _: table, page)


def market_rows() -> Iterator[str]:
    """Give a row for each key: its unit, what it means, and the default."""
    yield "| key | unit | meaning |"
    yield "|---|---|---|"
    meanings = field_meanings()
    for name, hint in type_hints(MarketDesign).items():
        form = text_form(without_none(hint)[0])
        unit = form.unit if form is not None else ""
        yield f"| `{name}` | {unit} | {meanings[name]} |"


def field_meanings() -> dict[str, str]:
    """Read the text below each field of the market's design."""
    (kind,) = (
        node
        for node in ast.parse(inspect.getsource(market_design)).body
        if isinstance(node, ast.ClassDef) and node.name == MarketDesign.__name__
    )
    meanings = {}
    for field, below in zip(kind.body, kind.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(
            field.target, ast.Name
        ):
            continue
        text = ""
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            text = " ".join(str(below.value.value).split())
        elif field.target.id == "tender":
            text = "`as-awarded`: the contracts stated; `simulated`: a new tender"
        meanings[field.target.id] = text.removesuffix(".")
    return meanings


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
