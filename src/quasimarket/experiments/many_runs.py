"""Many runs on every core: made as they are asked for, kept, and stopped at once.

Claims, comparisons, calibration and screening all make their runs here. A worker has
one thread and never hears of Ctrl-C: whoever started it stops it.
"""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from pathlib import Path
from typing import TypeVar


Key = TypeVar("Key")
Job = TypeVar("Job")
Values = Mapping[str, float | None]
"""What a run showed, by measure; None where it could not be measured."""
Told = Callable[[int, int], None]
"""Told the runs done and the runs there are."""


def made(
    jobs: Sequence[tuple[Key, Job]], work: Callable[[Job], Values], processes: int
) -> Iterator[tuple[Key, Values]]:
    """Do the work of every job and give its values with its key, as each is done.

    With one process, or one job, it is done here. Otherwise the work is sent to
    processes of its own, so it and its jobs must be picklable.
    """
    if processes == 1 or len(jobs) < 2:
        for key, job in jobs:
            yield key, work(job)
        return
    left: dict[Future[Values], Key] = {}
    with _workers(min(processes, len(jobs))) as workers:
        for key, job in jobs:
            with _ctrl_c_later():  # those who start now never hear of it
                left[workers.submit(work, job)] = key
            if len(left) >= 2 * processes:
                yield from _finished(left)
        while left:
            yield from _finished(left)


def kept(path: Path) -> Values | None:
    """Give what an earlier run showed; None where it was not made."""
    if not path.is_file():
        return None
    values: dict[str, float | None] = json.loads(path.read_text("utf-8"))
    return values


def keep(path: Path, values: Values) -> None:
    """Keep what a run showed, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(dict(values)), encoding="utf-8")
    unfinished.rename(path)


def _finished(left: dict[Future[Values], Key]) -> Iterator[tuple[Key, Values]]:
    done, _ = wait(left, return_when=FIRST_COMPLETED)
    for one in done:
        yield left.pop(one), one.result()


@contextmanager
def _workers(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that leave Ctrl-C to us; when we stop, they are stopped."""
    # it lets Ctrl-C through again when it starts: so it starts before we hold that back
    resource_tracker.ensure_running()
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
    """Hold Ctrl-C back; a process that is started meanwhile inherits its deafness.

    Blocked for this thread, it may still reach another (libraries have their own), and
    Python answers it here all the same: so it is answered by waiting, too.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    usual = signal.getsignal(signal.SIGINT)
    # only there are signals answered, and only what Python answers can be put back
    answers = threading.current_thread() is threading.main_thread() and bool(usual)
    waiting: list[int] = []
    if answers:
        signal.signal(signal.SIGINT, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        if answers:
            signal.signal(signal.SIGINT, usual)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if waiting:
            signal.raise_signal(signal.SIGINT)


def _work_alone() -> None:
    """Set a worker up, with one thread."""
    import numba

    numba.set_num_threads(1)
