"""What a sample says of the claims that it was drawn from: plain sums, in pence.

A simple random sample of n of N claims, with errors e in pence:

    estimate = N * mean(e)
    standard error = N * sqrt((1 - n / N) * variance(e) / n),  variance over n - 1
    interval = estimate -/+ 1.96 * standard error, never below what was found in the
        sample, never above the value of all N claims

Anybody can work it out again from the export of the sample, by hand or spreadsheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

import numpy as np

from quasimarket.chance import Purpose, uniforms
from quasimarket.core.money import round_half_up


Z = Decimal("1.96")
"""The normal quantile of a 95% interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The error in all claims, from that in a sample."""

    found: int
    """In the sample itself."""
    estimate: int
    lower: int
    upper: int


def estimate_error(
    frame_size: int, frame_pence: int, errors: Sequence[int]
) -> Estimate:
    """Work out the error in a frame from the errors in a sample of it."""
    count = len(errors)
    found = sum(errors)
    if count == 0 or count >= frame_size:
        return Estimate(found=found, estimate=found, lower=found, upper=found)
    with localcontext() as context:
        context.prec = 50
        size, drawn = Decimal(frame_size), Decimal(count)
        mean = Decimal(found) / drawn
        spread = sum(((Decimal(one) - mean) ** 2 for one in errors), Decimal(0))
        variance = spread / (drawn - 1) if count > 1 else Decimal(0)
        standard_error = size * ((1 - drawn / size) * variance / drawn).sqrt()
        point = size * mean
        low = max(point - Z * standard_error, Decimal(found))
        high = min(point + Z * standard_error, Decimal(frame_pence))
        return Estimate(
            found=found,
            estimate=int(round_half_up(point)),
            lower=int(round_half_up(low)),
            upper=int(round_half_up(max(high, point))),
        )


def draw_places(seed: str, frame_size: int, size: int) -> list[int]:
    """Draw places of a frame, counted from 0: those with the smallest draws.

    Each place has its own draw between 0 and 1, made of the seed's last 64 bits, the
    purpose and the place alone (`quasimarket.chance`), so that anybody who has the seed
    draws the same.
    """
    number = int(seed, 16) & (2**64 - 1)
    places = np.arange(frame_size, dtype=np.int64)
    draws = uniforms(number, Purpose.CHECK, places)
    chosen: list[int] = np.argsort(draws, kind="stable")[:size].tolist()
    return sorted(chosen)
