"""Make a comparison's runs in several processes, and stop at once when asked."""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from multiprocessing import get_context

from quasimarket.experiments.compare import Named, Task, Values, design_of, measured
from quasimarket.simulation.simulate import Design


Told = Callable[[int, int], None]
"""Told the runs done and the runs there are."""


def play_all(
    tasks: Sequence[Task], *, processes: int, told: Told
) -> dict[tuple[str, int], Values]:
    """Make every run; give its columns by the design's name and the seed."""
    found: dict[tuple[str, int], Values] = {}
    told(0, len(tasks))
    for task, values in _made(tasks, processes):
        found[task.named.name, task.seed] = values
        told(len(found), len(tasks))
    return found


def play_task(task: Task) -> dict[str, float | None]:
    """Play one task; what its design says is read once a process."""
    design = _loaded(task.named, task.areas, task.scale)
    return measured(replace(design, seed=task.seed))


@cache
def _loaded(named: Named, areas: int | None, scale: float) -> Design:
    return design_of(Task(named=named, seed=1, areas=areas, scale=scale))


def _made(
    tasks: Sequence[Task], processes: int
) -> Iterator[tuple[Task, Mapping[str, float | None]]]:
    if processes == 1 or len(tasks) == 1:
        for task in tasks:
            yield task, play_task(task)
        return
    with _workers(min(processes, len(tasks))) as workers:
        with _ctrl_c_later():  # those who start now never hear of it
            runs = {workers.submit(play_task, task): task for task in tasks}
        for run in as_completed(runs):
            yield runs[run], run.result()


@contextmanager
def _workers(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that leave Ctrl-C to us; when we stop, they are stopped."""
    workers = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_work_alone
    )
    try:
        yield workers
        workers.shutdown()
    except BaseException:
        running = list((workers._processes or {}).values())  # there is no public list
        workers.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.terminate()
        raise


@contextmanager
def _ctrl_c_later() -> Iterator[None]:
    """Hold Ctrl-C back; a process that is started meanwhile inherits its deafness."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work_alone() -> None:
    """Set a worker up, with one thread."""
    import numba

    numba.set_num_threads(1)
