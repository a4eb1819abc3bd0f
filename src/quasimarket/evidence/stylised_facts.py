"""Stylised facts that institutional behaviour is fitted to and checked by.

What is fitted proves nothing. Nothing that simulates may read them; the package that
compares a run with them stands above it.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from quasimarket.evidence.sheets import Row, Sheet, shipped


SHEET = "stylised_facts.csv"


class FactUse(StrEnum):
    """What a fact is for."""

    FIT = "fit"
    """Parameters are chosen by it: it can no longer test."""
    SCALE = "scale"
    """Known before as the size of a parameter. Opening the parameter's range would
    forget it, so it is put back as something that a run must show. It proves nothing
    either."""
    CHECK = "check"
    """Held out: no parameter is chosen by it."""


FITTED = (FactUse.FIT, FactUse.SCALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact, and what of a run shows it."""

    id: str
    fact: str
    measure: str
    less: str | None
    """Another measure, which is taken off the first."""
    unit: str
    use: FactUse
    value: float | None
    """The figure; a check may be of a direction alone."""
    error: float
    """Standard deviation of what was published about what was so."""
    discrepancy: float
    """Standard deviation of what a right model would still miss, some areas being
    played for all among it."""
    above: float | None
    below: float | None
    """Where a check must lie."""
    source: str
    note: str

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it needs."""
        return (self.measure,) if self.less is None else (self.measure, self.less)

    @property
    def variance(self) -> float:
        """The variance of figure and model together."""
        return self.error**2 + self.discrepancy**2

    def is_met(self, shown: float) -> bool:
        """Tell whether a run that shows this lies where a check must."""
        return (self.above is None or shown > self.above) and (
            self.below is None or shown < self.below
        )

    @property
    def wanted(self) -> str:
        """Say what a run should show."""
        if self.value is not None and self.use in FITTED:
            return f"{self.value:g} ± {math.sqrt(self.variance):.2g}"
        if self.above is not None and self.below is not None:
            return f"{self.above:g} to {self.below:g}"
        if self.above is not None:
            return f"above {self.above:g}"
        return f"below {self.below:g}"


_COLUMNS = (
    "id",
    "fact",
    "measure",
    "less",
    "unit",
    "use",
    "value",
    "error",
    "discrepancy",
    "above",
    "below",
    "source",
    "note",
)


def load_facts() -> tuple[Fact, ...]:
    """Load the shipped facts, in the order of their sheet."""
    return parse_facts(shipped(SHEET), SHEET)


def parse_facts(text: str, name: str) -> tuple[Fact, ...]:
    """Read a sheet of facts; raise InputFault with every fault in it."""
    sheet = Sheet(name, text, _COLUMNS)
    facts = tuple(_fact(row) for row in sheet.rows)
    seen: set[str] = set()
    for row, fact in zip(sheet.rows, facts, strict=True):
        if fact.id in seen:
            row.fault("id", repr(fact.id), "an id not used above")
        seen.add(fact.id)
    sheet.finish()
    return facts


def _fact(row: Row) -> Fact:
    use = FactUse(row.word("use", [one.value for one in FactUse]))
    fact = Fact(
        id=row.text("id"),
        fact=row.text("fact"),
        measure=row.text("measure"),
        less=row.text("less", needed=False) or None,
        unit=row.text("unit"),
        use=use,
        value=_number(row, "value"),
        error=_number(row, "error") or 0.0,
        discrepancy=_number(row, "discrepancy") or 0.0,
        above=_number(row, "above"),
        below=_number(row, "below"),
        source=row.text("source"),
        note=row.text("note", needed=False),
    )
    if re.fullmatch(r"F\d{3}[a-z]?", fact.id) is None and "id" not in row.faulty:
        row.fault("id", repr(fact.id), "F and three digits, and a letter for a part")
    if "use" not in row.faulty:
        _check_use(row, fact)
    return fact


def _check_use(row: Row, fact: Fact) -> None:
    is_bounded = fact.above is not None or fact.below is not None
    if fact.use is FactUse.CHECK:
        if not is_bounded and row.faulty.isdisjoint(("above", "below")):
            row.fault("above", "nothing", "a bound above or below, for a check")
        return
    if fact.value is None and "value" not in row.faulty:
        row.fault("value", "nothing", f"a figure, as its use is {fact.use}")
    if fact.error <= 0 and "error" not in row.faulty:
        row.fault("error", f"{fact.error:g}", "a standard deviation above zero")
    if is_bounded:
        row.fault("above", "a bound", "nothing: only checks have bounds")


def _number(row: Row, column: str) -> float | None:
    text = row.text(column, needed=False)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        row.fault(column, repr(text), "a number or nothing")
        return None
    return value
