"""Runs at chosen parameter sets: made on every core, measured, and kept.

What was measured is kept in a file named for all that it depends on, so that what was
stopped goes on where it was.
"""

import hashlib
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from quasimarket.experiments.claims_run import code_hash
from quasimarket.experiments.designs import NamedDesign, make


Values = Mapping[str, float | None]
Told = Callable[[int, int], None]
"""Told the runs done and the runs there are."""


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
        self, setting: Setting, kept: Path, *, processes: int, told: Told
    ) -> None:
        """Keep what is measured in a folder, and tell how far it has come."""
        self.setting = setting
        self.kept = kept
        self.processes = processes
        self.told = told
        self.done = 0
        self.foreseen = 0
        self._code = code_hash()
        kept.mkdir(parents=True, exist_ok=True)

    def shown(self, trials: Sequence[Trial]) -> list[Values]:
        """Give what runs showed, in the order of the trials."""
        found: dict[int, Values] = {}
        waiting: list[tuple[int, Path]] = []
        for number, trial in enumerate(trials):
            path = self.kept / f"{self._name(trial)}.json"
            if path.is_file():
                found[number] = json.loads(path.read_text("utf-8"))
            else:
                waiting.append((number, path))
        self.done += len(found)
        self._tell()
        for number, path, values in self._made(trials, waiting):
            _keep(path, values)
            found[number] = values
            self.done += 1
            self._tell()
        return [found[number] for number in range(len(trials))]

    def _tell(self) -> None:
        self.told(self.done, max(self.done, self.foreseen))

    def _name(self, trial: Trial) -> str:
        content = repr((self._code, self.setting, trial))
        return hashlib.sha256(content.encode()).hexdigest()[:24]

    def _made(
        self, trials: Sequence[Trial], waiting: Sequence[tuple[int, Path]]
    ) -> Iterator[tuple[int, Path, Values]]:
        if self.processes == 1 or len(waiting) < 2:
            for number, path in waiting:
                yield number, path, measured(self.setting, trials[number])
            return
        left: dict[Future[dict[str, float | None]], tuple[int, Path]] = {}
        with _workers(self.processes) as workers:
            for number, path in waiting:
                run = workers.submit(measured, self.setting, trials[number])
                left[run] = (number, path)
                if len(left) >= 2 * self.processes:
                    yield from _finished(left)
            while left:
                yield from _finished(left)


def _finished(
    left: dict[Future[dict[str, float | None]], tuple[int, Path]],
) -> Iterator[tuple[int, Path, Values]]:
    done, _ = wait(left, return_when=FIRST_COMPLETED)
    for one in done:
        number, path = left.pop(one)
        yield number, path, one.result()


@contextmanager
def _workers(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that leave Ctrl-C to us; what waits is dropped when we stop."""
    workers = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_alone
    )
    try:
        yield workers
    finally:
        workers.shutdown(wait=True, cancel_futures=True)


def _alone() -> None:
    """Set a worker up: one thread, deaf to Ctrl-C."""
    import numba

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    numba.set_num_threads(1)


def _keep(path: Path, values: Values) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(values), encoding="utf-8")
    unfinished.rename(path)
