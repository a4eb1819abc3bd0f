"""Simulate the two areas of the demonstration."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.experiments.finished_run import play_into
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.simulate import Design


PROGRAMME = "work-programme"
AREAS = ("3", "11")
"""West London, three primes, and Devon, Cornwall, Dorset and Somerset, two others."""
TODAY = date(2013, 6, 28)
"""Where the demonstration's clock stands: the first participants have completed."""
SEED = 20110605


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedRun:
    """What the demonstration takes from a run."""

    rulebook: Rulebook
    participants: pl.DataFrame
    events: pl.DataFrame
    organisation_events: pl.DataFrame
    positions: pl.DataFrame
    organisations: pl.DataFrame
    providers: pl.DataFrame


def play_areas(folder: Path) -> PlayedRun:
    """Simulate the two areas whole, into a folder, unless it holds the run already."""
    rulebook = load_rulebook(PROGRAMME)
    if not (folder / "manifest.json").is_file():
        first = tuple(sorted(rulebook.areas, key=lambda area: area.id not in AREAS))
        play_into(
            folder,
            Design(
                rulebook=replace(rulebook, areas=first),
                behaviour=load_behaviour(),
                areas=len(AREAS),
                seed=SEED,
            ),
            without=("lines", "report"),
        )
    tables = {
        name: pl.read_parquet(folder / f"{name}.parquet")
        for name in (
            "participants",
            "events",
            "organisation_events",
            "positions",
            "organisations",
            "providers",
        )
    }
    return PlayedRun(rulebook=rulebook, **tables)
