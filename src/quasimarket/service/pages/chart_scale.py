"""Where a chart's values stand: round steps along an axis, and short figures."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From values to places along an axis."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Give the place of a value, to a tenth of a unit of the drawing."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def steps(low: float, high: float, about: int = 4) -> list[float]:
    """Give round values that span from low to high.

    >>> steps(0, 87)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        high = low + 1
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(count * step, 10) for count in range(first, last + 1)]


def short(value: float) -> str:
    """Write a figure for an axis.

    >>> short(12500)
    '12.5k'
    """
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{letter}"
    return f"{value:.4g}"
