"""A national log of clean news: everything is known on the day it happens.

People are referred, attached and allocated; they work in one to five spells with short
and long gaps, and are on benefit before and between them. The seed is fixed, so the log
is the same wherever it is made.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from quasimarket.rulebook import Rulebook, load_rulebook


SEED = 20_110_601
EVENTS_A_PERSON = 7.05
FIRST_DAY = (np.datetime64("2011-06-01") - np.datetime64("1970-01-01")).astype(int)
LAST_REFERRAL = (np.datetime64("2017-03-31") - np.datetime64("1970-01-01")).astype(int)
LAST_DAY = (np.datetime64("2019-12-31") - np.datetime64("1970-01-01")).astype(int)
SETTLED_TO = "2019-12-31"
POSITIONS = 1_099
MOST_SPELLS = 5
KINDS = (
    "referred",
    "attached",
    "allocated",
    "job-started",
    "job-ended",
    "benefit-started",
    "benefit-ended",
)
BENEFIT_SPELLS = 100
"""Benefit spells are numbered from here, jobs from 0."""


def make_log(rulebook: Rulebook, events: int) -> pa.Table:
    """Make a log of about so many events, in order of the days they happened."""
    draw = np.random.Generator(np.random.Philox(SEED))
    people = round(events / EVENTS_A_PERSON)
    referred = draw.integers(FIRST_DAY, LAST_REFERRAL + 1, people)
    contract = draw.integers(0, len(rulebook.contracts), people)
    group = draw.choice(
        len(rulebook.groups),
        people,
        p=[0.21, 0.43, 0.12, 0.05, 0.02, 0.08, 0.02, 0.01, 0.06],
    )
    position = (
        contract + len(rulebook.contracts) * draw.integers(0, 27, people)
    ) % POSITIONS
    is_attached = draw.random(people) < 0.97
    attached = referred + draw.integers(0, 21, people)
    is_allocated = is_attached & (draw.random(people) < 0.85)
    log = _Log()
    everyone = np.arange(people)
    log.add("referred", everyone, referred, contract=contract, group=group)
    log.add("attached", everyone[is_attached], attached[is_attached])
    log.add(
        "allocated",
        everyone[is_allocated],
        attached[is_allocated],
        position=position[is_allocated],
    )
    _work(draw, log, everyone, referred, attached)
    return log.table(rulebook)


def _work(
    draw: np.random.Generator,
    log: "_Log",
    everyone: NDArray[np.int64],
    referred: NDArray[np.int64],
    attached: NDArray[np.int64],
) -> None:
    """Add jobs one after another, with benefit in the longer gaps."""
    people = len(everyone)
    spells = draw.choice(
        MOST_SPELLS + 1, people, p=[0.34, 0.25, 0.18, 0.12, 0.07, 0.04]
    )
    idle_from = referred - draw.integers(0, 90, people)
    start = attached + draw.geometric(1 / 150, people)
    for number in range(MOST_SPELLS):
        works = (spells > number) & (start <= LAST_DAY)
        # somebody out of work for over three days is on benefit, most of the time
        signs_on = works & (start - idle_from > 4) & (draw.random(people) < 0.55)
        benefit = BENEFIT_SPELLS + number
        first = np.maximum(idle_from + 1, 0)
        log.add("benefit-started", everyone[signs_on], first[signs_on], spell=benefit)
        log.add("benefit-ended", everyone[signs_on], start[signs_on] - 1, spell=benefit)
        log.add("job-started", everyone[works], start[works], spell=number)
        last = start + draw.geometric(1 / 110, people) - 1
        ends = works & (last <= LAST_DAY)
        log.add("job-ended", everyone[ends], last[ends], spell=number)
        idle_from = last
        short = draw.integers(0, 4, people)
        long = draw.geometric(1 / 80, people)
        start = last + 1 + np.where(draw.random(people) < 0.4, short, long)


class _Log:
    """Columns of events, added kind by kind."""

    def __init__(self) -> None:
        self.parts: list[dict[str, NDArray[np.int32]]] = []

    def add(
        self,
        kind: str,
        participant: NDArray[np.int64],
        happened: NDArray[np.int64],
        **said: NDArray[np.int64] | int,
    ) -> None:
        """Add an event of a kind for each participant given."""
        part = {
            "kind": KINDS.index(kind),
            "participant": participant,
            "happened": happened,
        }
        for name in ("contract", "position", "group", "spell"):
            part[name] = said.get(name, -1)
        self.parts.append(
            {
                name: np.broadcast_to(np.asarray(values, np.int32), len(participant))
                for name, values in part.items()
            }
        )

    def table(self, rulebook: Rulebook) -> pa.Table:
        """Lay the log out in order of days, with ids in that order."""
        happened = np.concatenate([part["happened"] for part in self.parts])
        order = np.argsort(happened.astype(np.int16), kind="stable")
        days = pa.array(happened[order]).cast(pa.date32())

        def gathered(name: str) -> NDArray[np.int32]:
            return np.concatenate([part[name] for part in self.parts])[order]

        def named(name: str, names: list[str]) -> pa.Array:
            codes = gathered(name)
            return pa.DictionaryArray.from_arrays(
                pa.array(codes, mask=codes < 0), pa.array(names)
            )

        spell = gathered("spell")
        return pa.table(
            {
                "id": np.arange(len(order), dtype=np.int64),
                "kind": named("kind", list(KINDS)),
                "happened": days,
                "known": days,
                "participant": gathered("participant"),
                "contract": named("contract", [one.id for one in rulebook.contracts]),
                "position": named("position", [f"S{at:04}" for at in range(POSITIONS)]),
                "group": named("group", [one.id for one in rulebook.groups]),
                "spell": pa.array(spell, mask=spell < 0),
            }
        )


def main(events: int, path: Path) -> None:
    """Write a log of so many events."""
    table = make_log(load_rulebook("work-programme"), events)
    pq.write_table(table, path, compression="zstd")
    print(f"{table.num_rows:,} events in {path}")


if __name__ == "__main__":
    main(int(float(sys.argv[1])), Path(sys.argv[2]))
