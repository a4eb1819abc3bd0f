"""This machine's limits: how fast it can draw and how fast it can scan.

Any design that draws once for each person and week is bounded by the rate of draws.
An event clock is bounded by looking once a month at each person's threshold, and by the
draws for the spells that there are.
"""

import time
from collections.abc import Callable

import numba as nb
import numpy as np

from quasimarket.chance.draw import exponential_at, philox


DRAWS = 20_000_000
SCANNED = 2_000
SCANS = 20_000


@nb.njit(parallel=True)
def draw_and_compare(count, key, chance):
    """Draw on all threads and count the draws below a chance, in whole numbers."""
    total = 0
    for person in nb.prange(count):
        total += (philox(key, person, 1) >> np.uint64(40)) < chance
    return total


# fastmath lets the sum be taken out of order, so that draws need not wait for it
@nb.njit(parallel=True, fastmath=True)
def draw_exponential(count, key):
    """Draw exponential numbers on all threads; the sum keeps them from vanishing."""
    total = 0.0
    for person in nb.prange(count):
        total += exponential_at(key, person, 1)
    return total


@nb.njit(parallel=True)
def scan(threshold, next_week, index, scans):
    """Count, again and again on all threads, who has an event; all is in the cache."""
    total = 0
    for number in nb.prange(scans):
        limit = index + np.float32(number % 3)
        week = number % 7
        found = 0
        for person in range(len(threshold)):
            found += (threshold[person] <= limit) | (next_week[person] < week)
        total += found
    return total


def measure_limits() -> dict[str, float]:
    """Give draws and scanned persons a second, the best of five, on all threads."""
    key = np.uint64(0x9E3779B97F4A7C15)
    spread = np.linspace(1, 100, SCANNED, dtype=np.float32)
    weeks = np.full(SCANNED, 32767, np.int16)
    return {
        "compared_draws_per_s": DRAWS
        / best_of(lambda: draw_and_compare(DRAWS, key, np.uint64(200_000))),
        "exponential_draws_per_s": DRAWS
        / best_of(lambda: draw_exponential(DRAWS, key)),
        "scanned_per_s": SCANNED
        * SCANS
        / best_of(lambda: scan(spread, weeks, np.float32(2), SCANS)),
    }


def best_of(work: Callable[[], object], times: int = 5) -> float:
    """Give the shortest of some timings in seconds, after one that compiles."""
    work()
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


if __name__ == "__main__":
    import json

    print(json.dumps(measure_limits()))
