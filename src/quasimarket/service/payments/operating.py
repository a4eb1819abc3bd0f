"""Values that running payments needs and the rulebook lacks, each with its reason."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingValue:
    """One value with its unit and where it comes from."""

    key: str
    value: int
    unit: str
    rule: str
    source: str
    reason: str


@lru_cache(maxsize=1)
def operating_values() -> dict[str, OperatingValue]:
    """Read the values."""
    text = (files(__package__) / "data" / "operating_values.csv").read_text("utf-8")
    return {
        row["key"]: OperatingValue(
            key=row["key"],
            value=int(row["value"]),
            unit=row["unit"],
            rule=row["rule"],
            source=row["source"],
            reason=row["reason"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def operating(key: str) -> int:
    """Give one value."""
    return operating_values()[key].value
