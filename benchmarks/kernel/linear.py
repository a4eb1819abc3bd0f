"""The shipped provider loop on the Work Programme's intake, and on ten times as much.

Prints one JSON object: people and best seconds by size. What is timed is the whole of
`Play.run`, kernel and monthly decisions, with the event table off.
"""

import gc
import json
import sys
import time
from dataclasses import replace

from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.simulate import Design, set_up


TIMES = (1, 10)
PLAYS = 3


def main() -> None:
    """Play each size a few times and print people and best seconds."""
    rulebook = load_rulebook("work-programme")
    found = []
    for times in TIMES:
        larger = multiplied(rulebook, times)
        seconds = []
        people = 0
        for play in range(PLAYS):
            print(f"{times} times the intake: play {play + 1}", file=sys.stderr)
            gc.collect()
            people, took = timed(larger)
            seconds.append(took)
        found.append({"people": people, "seconds": min(seconds)})
    print(json.dumps(found))


def multiplied(rulebook: Rulebook, times: int) -> Rulebook:
    """Give the rulebook with so many times the people, foreseen and referred."""
    intake = tuple(
        replace(row, referrals=row.referrals * times, forecast=row.forecast * times)
        for row in rulebook.intake
    )
    return replace(rulebook, intake=intake)


def timed(rulebook: Rulebook) -> tuple[int, float]:
    """Play once; give the people and the seconds."""
    play = set_up(Design(rulebook=rulebook, behaviour=load_behaviour()), keep_log=False)
    began = time.perf_counter()
    play.run()
    return len(play.population), time.perf_counter() - began


if __name__ == "__main__":
    main()
