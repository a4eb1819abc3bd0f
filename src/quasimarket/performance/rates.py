"""Counts with their exact rate, and the interval around it."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """People counted for one measure: numerator, denominator and what was left out.

    Each is a whole number unless people carry weights.
    """

    outcomes: float = 0.0
    referrals: float = 0.0
    excluded: float = 0.0
    """Referrals that were cancelled or repeated."""
    squared_weights: float = 0.0
    """The sum of the squared weights of the referrals."""

    def __add__(self, other: "Counts") -> "Counts":
        """Pool two groups of people."""
        return Counts(
            outcomes=self.outcomes + other.outcomes,
            referrals=self.referrals + other.referrals,
            excluded=self.excluded + other.excluded,
            squared_weights=self.squared_weights + other.squared_weights,
        )

    @property
    def rate(self) -> Fraction | None:
        """Give outcomes / referrals exactly, or None without referrals (S72)."""
        if self.referrals == 0:
            return None
        outcomes, referrals = float(self.outcomes), float(self.referrals)
        if outcomes.is_integer() and referrals.is_integer():
            return Fraction(int(outcomes), int(referrals))
        return Fraction(outcomes) / Fraction(referrals)

    @property
    def people(self) -> float:
        """Give the referrals as independent people: fewer where people are weighted."""
        if self.squared_weights == 0:
            return 0.0
        return self.referrals**2 / self.squared_weights


def as_float(rate: Fraction | None) -> float | None:
    """Give a rate as a table holds it."""
    return None if rate is None else float(rate)


def format_rate(rate: Fraction | None) -> str:
    """Write a rate per cent to one decimal, half up (S84).

    >>> format_rate(Fraction(1, 2000))
    '0.1%'
    """
    if rate is None:
        return "-"
    whole, part = divmod(math.floor(rate * 1000 + Fraction(1, 2)), 10)
    return f"{whole}.{part}%"


def is_met(counts: Counts, level: Decimal) -> bool | None:
    """Tell whether a level is met, on exact fractions; None without a rate (S72)."""
    rate = counts.rate
    return None if rate is None else rate >= Fraction(level)


def wilson_interval(counts: Counts, z: Decimal) -> tuple[float, float] | None:
    """Give the Wilson score interval of a rate (S79).

    There is none without referrals, nor where the outcomes of a year, which may be of
    people referred before it, outnumber its referrals: that is no share.

    >>> wilson_interval(Counts(outcomes=0, referrals=10, squared_weights=10),
    ...                 Decimal("1.96"))
    (0.0, 0.2775401687666165)
    """
    rate = counts.rate
    if rate is None or rate > 1:
        return None
    share, people, width = float(rate), counts.people, float(z)
    middle = share + width**2 / (2 * people)
    spread = width * math.sqrt(
        share * (1 - share) / people + width**2 / (4 * people**2)
    )
    scale = 1 + width**2 / people
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
