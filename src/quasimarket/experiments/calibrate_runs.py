"""Runs at chosen parameter sets: made on every core, measured, and kept.

What was measured is kept in a file named for all that it depends on, so that what was
stopped goes on where it was.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from quasimarket.experiments.claims_run import code_hash
from quasimarket.experiments.designs import NamedDesign, make
from quasimarket.experiments.many_runs import Told, Values, keep, kept, made


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A parameter set and the luck to play it with."""

    values: tuple[tuple[str, float], ...]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is alike in all runs of a calibration or a screening."""

    programme: str
    areas: int | None
    months: int | None
    """Months played; None plays to the last payment."""
    measures: tuple[str, ...]


def named(trial: Trial) -> NamedDesign:
    """Give a trial as a design."""
    return NamedDesign(
        id="trial",
        says="A parameter set.",
        behaviour={key: repr(value) for key, value in trial.values},
    )


def measured(setting: Setting, trial: Trial) -> dict[str, float | None]:
    """Play a run and measure it; a measure that it cannot give is None."""
    from quasimarket.experiments.calibrate_measures import taken
    from quasimarket.experiments.claims_tables import tables_of

    design = make(named(trial), setting.programme, seed=trial.seed, areas=setting.areas)
    return taken(tables_of(design, setting.months), setting.measures)


class Bench:
    """Makes runs of one setting, and remembers what they showed."""

    def __init__(
        self, setting: Setting, folder: Path, *, processes: int, told: Told
    ) -> None:
        """Keep what is measured in a folder, and tell how far it has come."""
        self.setting = setting
        self.folder = folder
        self.processes = processes
        self.told = told
        self.done = 0
        self.foreseen = 0
        self._code = code_hash()
        folder.mkdir(parents=True, exist_ok=True)

    def shown(self, trials: Sequence[Trial]) -> list[Values]:
        """Give what runs showed, in the order of the trials."""
        found: dict[int, Values] = {}
        waiting: list[tuple[tuple[int, Path], Trial]] = []
        for number, trial in enumerate(trials):
            path = self.folder / f"{self._name(trial)}.json"
            before = kept(path)
            if before is None:
                waiting.append(((number, path), trial))
            else:
                found[number] = before
        self.done += len(found)
        self._tell()
        work = partial(measured, self.setting)
        for (number, path), values in made(waiting, work, self.processes):
            keep(path, values)
            found[number] = values
            self.done += 1
            self._tell()
        return [found[number] for number in range(len(trials))]

    def _tell(self) -> None:
        self.told(self.done, max(self.done, self.foreseen))

    def _name(self, trial: Trial) -> str:
        content = repr((self._code, self.setting, trial))
        return hashlib.sha256(content.encode()).hexdigest()[:24]
