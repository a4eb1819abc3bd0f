"""Measure one implementation in a process of its own; print one line of JSON.

    python measure.py IMPLEMENTATION PEOPLE REPETITIONS SEED

Timed is the playing only: neither the making of agents nor compiling. Each repetition
has the next seed, so that the totals show the sampling error too.
"""

import importlib
import json
import resource
import sys
import time

import numpy as np
from common_model import build_population


def main(implementation: str, people: int, repetitions: int, seed: int) -> None:
    """Play so many times and print times and totals."""
    module = importlib.import_module(implementation)
    if hasattr(module, "warm"):
        module.warm()
    before = _peak_mb()
    population = build_population(people)
    times, prepare_times, totals = [], [], []
    for repetition in range(repetitions):
        begun = time.perf_counter()
        prepared = module.prepare(population, seed + repetition)
        ready = time.perf_counter()
        counts, states = module.play(prepared)
        times.append(time.perf_counter() - ready)
        prepare_times.append(ready - begun)
        final = np.bincount(np.asarray(states), minlength=4)
        totals.append(
            [*np.asarray(counts).sum(axis=(1, 2)).tolist(), *final[2:].tolist()]
        )
    print(
        json.dumps(
            {
                "implementation": implementation,
                "people": people,
                "times": times,
                "prepare_times": prepare_times,
                "totals": totals,
                "facts": module.facts(prepared) if hasattr(module, "facts") else {},
                "peak_mb": _peak_mb() - before,
            }
        )
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:5]))
