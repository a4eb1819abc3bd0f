"""Small arrays are played by one thread: on a busy machine, waiting costs more."""

from collections.abc import Iterator
from contextlib import contextmanager

import numba


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Play on so many threads, as far as there are any."""
    before = numba.get_num_threads()
    numba.set_num_threads(min(count, numba.config.NUMBA_NUM_THREADS))
    try:
        yield
    finally:
        numba.set_num_threads(before)
