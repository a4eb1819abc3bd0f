"""The table of every value with its mark and source, as text."""

from collections.abc import Sequence

from quasimarket.rulebook.explanation import wrapped
from quasimarket.rulebook.rulebook import StatedValue


KEY_WIDTH = 44


def render_values(values: Sequence[StatedValue]) -> str:
    """Write values one to a line; sources are numbered and listed at the end."""
    numbers: dict[str, int] = {}
    for value in values:
        if value.source:
            numbers.setdefault(value.source, len(numbers) + 1)
    lines = ["Values", "------"]
    for value in values:
        lines.append(_line(value, numbers))
        if value.reason:
            lines += wrapped(value.reason, " " * 6)
    if numbers:
        lines += ["", "Sources", "-------"]
        for source, number in numbers.items():
            lines += wrapped(source, f"[{number}] ")
    return "\n".join(lines) + "\n"


def _line(value: StatedValue, numbers: dict[str, int]) -> str:
    unit = "" if value.unit in ("date", "month", "yes or no") else f" {value.unit}"
    first_day = f" from {value.first_day}" if value.first_day else ""
    source = f" [{numbers[value.source]}]" if value.source else ""
    text = f"{value.value}{unit.rstrip()}{first_day}  {value.evidence}{source}"
    return f"{value.key:<{KEY_WIDTH}}  {text}"
