"""The unit in which each kind of value is written in a rulebook's files.

A unit is part of a field's type, so that the loader can refuse "26" days where somebody
meant weeks, and the writer knows that a share of 0.05 is written as 5 percent.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Unit:
    """How a number is written: its unit, and what 1 inside is in the file."""

    name: str
    per_one: int = 1


Share = Annotated[Decimal, Unit("percent", 100)]
"""A share from 0 to 1, written as a per cent."""
Percent = Annotated[Decimal, Unit("percent")]
Ratio = Annotated[Decimal, Unit("ratio")]
Weight = Annotated[Decimal, Unit("weight")]
Days = Annotated[int, Unit("days")]
Weeks = Annotated[int, Unit("weeks")]
Months = Annotated[int, Unit("months")]
WorkingDays = Annotated[int, Unit("working days")]
ContractYear = Annotated[int, Unit("contract year")]
Count = Annotated[int, Unit("number")]
People = Annotated[int, Unit("people")]


def percent_text(share: Decimal) -> str:
    """Write a share from 0 to 1 as a per cent, without idle noughts.

    >>> percent_text(Decimal("0.160"))
    '16%'
    """
    text = f"{share * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


class Refused(ValueError):
    """A value was refused: what was found, what was expected, what to do."""

    def __init__(
        self, found: str, expected: str, hint: str = "", field: str = ""
    ) -> None:
        """Keep the parts that a fault is made of, and the field to look at."""
        self.field = field
        self.found = found
        self.expected = expected
        self.hint = hint
        super().__init__(f"found {found}; expected {expected}")


def refuse_unless(
    accepted: bool, found: str, expected: str, hint: str = "", field: str = ""
) -> None:
    """Raise `Refused` unless the value is accepted; the field is the one to mend."""
    if not accepted:
        raise Refused(found, expected, hint, field)
