"""A measure: one number with what it rests on."""

from dataclasses import dataclass

from quasimarket.core.errors import QuasimarketError


OBSERVED_FROM_MONTH, OBSERVED_TO_MONTH = 9, 13
"""The months that the studies saw, the first with a referral being month 1: February to
June 2012 in the founding case. What lies after is extrapolation.

Tables are laid out from 0, so that a month's place is its number less 1, and the places
below `OBSERVED_TO_MONTH` are those up to that month."""


class NotSeen(QuasimarketError):
    """What a measure needs is not in the tables; the measure then has no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a measure's own module works out."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None
    null_low: float | None = None
    null_high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number by its id, with its 95% interval and, where it applies, its null."""

    id: str
    name: str
    value: float | None
    n: int
    """Units that it rests on: positions, pairs, events or people."""
    low: float | None
    high: float | None
    null_low: float | None
    null_high: float | None
    """The middle 95% of the same number with the sector labels shuffled."""
    unit: str
    note: str
    extrapolated: bool
    """Whether it looks past month 13, where no study looked."""
    scale: str = ""
    """Of a measure of practice: whose scales it is on."""
