"""A log packed batch by batch, so that a copy of all of it is never held.

Each batch looks at the whole log once and takes as many slices of participants as
memory is granted for. Threads share the rows; each knows beforehand where in every
slice it writes, so that they never meet and the events keep the order of the log.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.grouping import (
    PACKED_EVENT,
    Wanted,
    count_events,
    pack_events,
)
from quasimarket.entitlement.columnar.log_arrays import LogArrays


SLICE_EVENTS = 128_000
"""About so many events make a slice: they fit into a processor's cache."""
FEWEST_PARTICIPANTS = 512
"""In a slice; below that a thread costs more than it brings."""
BATCH_EVENTS = 3_000_000
"""As many events are packed at a time, in whole slices."""


class PackedSlice(NamedTuple):
    """The packed events of participants from the first up to, not with, the end."""

    first: int
    end: int
    packed: NDArray[np.void]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parting:
    """How a log is parted: its rows among threads, its participants into slices."""

    row_bounds: list[int]
    """The rows of each thread begin here; one more at the end."""
    shift: int
    """2**shift participants make a slice."""
    places: NDArray[np.int64]
    """[thread, slice]: the first place, were everything packed at once."""
    starts: NDArray[np.int64]
    """The first place of each slice; one more at the end."""


def pack_in_batches(
    log: LogArrays,
    participants: int,
    wanted: Wanted,
    threads: ThreadPoolExecutor,
    workers: int,
) -> Iterator[list[PackedSlice]]:
    """Give the packed slices of a log in order, a batch at a time.

    A batch is overwritten by the next, and so must be done with before.
    """
    parting = _part(log, participants, wanted, threads, workers)
    room = np.empty(0, PACKED_EVENT)
    for first, end in _batches(parting.starts):
        held = int(parting.starts[end] - parting.starts[first])
        if held > len(room):
            room = np.empty(held, PACKED_EVENT)
        _pack(log, wanted, parting, first, end, room, threads)
        starts = (parting.starts[first : end + 1] - parting.starts[first]).tolist()
        yield [
            PackedSlice(
                number << parting.shift,
                min((number + 1) << parting.shift, participants),
                room[starts[number - first] : starts[number - first + 1]],
            )
            for number in range(first, end)
        ]


def _part(
    log: LogArrays,
    participants: int,
    wanted: Wanted,
    threads: ThreadPoolExecutor,
    workers: int,
) -> _Parting:
    """Count what each thread will write into each slice."""
    rows = len(log.kind)
    shift = _slice_shift(rows, participants)
    slices = -(-participants // 2**shift)
    bounds = [rows * worker // workers for worker in range(workers + 1)]
    counts = np.zeros((workers, slices), np.int64)

    def count(worker: int) -> None:
        first, end = bounds[worker], bounds[worker + 1]
        count_events(log, first, end, wanted, shift, counts[worker])

    list(threads.map(count, range(workers)))
    # slice after slice, and within each what each thread found, one after another
    ends = np.cumsum(counts.T).reshape(slices, workers).T
    places = ends - counts
    return _Parting(
        row_bounds=bounds,
        shift=shift,
        places=places,
        starts=np.append(places[0], counts.sum()),
    )


def _slice_shift(rows: int, participants: int) -> int:
    """Choose how many participants make a slice, as a power of two."""
    fitting = SLICE_EVENTS * participants // max(rows, 1)
    return max(fitting, FEWEST_PARTICIPANTS, 1).bit_length() - 1


def _batches(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Put slices together as long as they have few enough events, at least one."""
    slices = len(starts) - 1
    first = 0
    while first < slices:
        fitting = np.searchsorted(starts, starts[first] + BATCH_EVENTS, side="right")
        end = min(max(int(fitting) - 1, first + 1), slices)
        yield first, end
        first = end


def _pack(
    log: LogArrays,
    wanted: Wanted,
    parting: _Parting,
    first: int,
    end: int,
    room: NDArray[np.void],
    threads: ThreadPoolExecutor,
) -> None:
    """Pack the slices from the first up to, not including, the end."""
    places = parting.places - parting.starts[first]
    bounds = parting.row_bounds

    def pack(worker: int) -> None:
        rows = bounds[worker], bounds[worker + 1]
        pack_events(log, *rows, wanted, parting.shift, first, end, places[worker], room)

    list(threads.map(pack, range(len(places))))
