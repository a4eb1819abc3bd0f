"""Write docs/reference/targets.md from the sheets of evidence.

Run `.venv/bin/python scripts/write_targets_page.py`; with `--check` it only says, by
its exit status, whether the page is as the sheets have it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from quasimarket.evidence.labour_market import load_labour_market
from quasimarket.evidence.targets import (
    MEASURES,
    Measure,
    Target,
    Unit,
    Use,
    load_targets,
)


PAGE = Path(__file__).parent.parent / "docs" / "reference" / "targets.md"

INTRODUCTION = """\
# Targets and the labour market

This page is written by `scripts/write_targets_page.py` from the sheets in
`src/quasimarket/evidence/data`; change those.

A *target* is a published figure that a simulated run is set beside.
Facts known by the end of March 2014 are **fit** (parameters are chosen to come near
them, so they prove nothing) or **check** (held out of the fit).
**Arithmetic** follows from the rulebook and its intake with no behaviour in it.
Whatever became known later is a **forecast**.
A tolerance says how far off is near enough.
Evidence: *read* in a text we saw, *derived* from such figures, *recalled* from a
document not seen again, *assumed*.
"""

LEFT_OUT = """\
## What was left out, and why

- Shares that only divide two figures above (2.3% to May 2012, 3.6% to July 2012): the
  same fact twice.
- "65.2% attained the maximum possible sustainments" and "13% of those with sufficient
  time" (to March 2013): what was divided by what is not said clearly enough.
- Off-benefit shares of the first cohort: leaving benefit is not starting work.
- Leaked counts of one company's jobs: not official.
- Sanctions: no sanction is simulated.
"""


def main(arguments: list[str]) -> int:
    """Write the page, or check it; the exit status is 1 if it is stale."""
    page = _page()
    if "--check" in arguments:
        return 0 if PAGE.exists() and PAGE.read_text("utf-8") == page else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, "utf-8")
    return 0


def _page() -> str:
    targets = load_targets()
    parts = [INTRODUCTION, _counts(targets), _measures()]
    parts += [_section(targets, use) for use in Use]
    parts += [LEFT_OUT, _labour_market()]
    return "\n".join(parts)


def _counts(targets: tuple[Target, ...]) -> str:
    counted = {use: sum(one.use is use for one in targets) for use in Use}
    return "There are " + ", ".join(f"{n} {use}" for use, n in counted.items()) + ".\n"


def _measures() -> str:
    rows = [
        (
            f"`{measure}`",
            MEASURES[measure].unit,
            f"`{MEASURES[measure].scope}`" if MEASURES[measure].scope else "",
            MEASURES[measure].meaning,
        )
        for measure in Measure
    ]
    return "## Measures\n\n" + _table(("measure", "unit", "scope", "meaning"), rows)


def _section(targets: tuple[Target, ...], use: Use) -> str:
    rows = [
        (
            f"`{one.id}`",
            one.label,
            f"`{one.measure}`",
            "+".join(one.groups) or "all",
            _written(one.value, one.unit),
            f"±{_written(one.tolerance, one.unit)}",
            one.evidence,
            one.note,
            one.source,
        )
        for one in targets
        if one.use is use
    ]
    header = (
        "id",
        "what",
        "measure",
        "groups",
        "value",
        "tolerance",
        "evidence",
        "note",
        "source",
    )
    return f"## {use.capitalize()}\n\n" + _table(header, rows)


def _written(value: float, unit: Unit) -> str:
    if unit is Unit.FRACTION:
        return f"{value * 100:.4g}%"
    if unit is Unit.POUNDS:
        return f"£{value:,.0f}"
    return f"{value:,.0f}"


def _labour_market() -> str:
    market = load_labour_market()
    readings = [
        (
            f"{one.first_month} to {one.last_month}",
            f"{one.percent:g}%",
            one.evidence,
            one.note,
            one.source,
        )
        for one in market.readings
    ]
    levels = [
        (one.area, one.name, f"{one.relative_level:g}", one.evidence, one.note)
        for one in market.levels
    ]
    return (
        "## Labour market\n\n"
        "The UK unemployment rate lies on straight lines between these readings, each "
        "at the middle of its months, flat before the first.\n\n"
        + _table(("months", "rate", "evidence", "note", "source"), readings)
        + "\nAn area's rate is the UK's times its relative level, the same in every "
        f"month. Source of all levels: {market.levels[0].source}.\n\n"
        + _table(("area", "name", "level", "evidence", "note"), levels)
    )


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n"
        for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
