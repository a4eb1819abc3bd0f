"""Rows as they are written: a 32-bit part and a 64-bit part, grown as needed."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.settlement.columnar.bench import with_room, with_wide_room


FIRST_ROOM = 1024


class Rows(NamedTuple):
    """Rows of one kind and their 64-bit part; only the first `used` count."""

    narrow: NDArray[np.int32]
    wide: NDArray[np.int64]
    used: int


@njit(cache=True, nogil=True)
def with_rows(rows: Rows, wanted: int) -> Rows:
    """Give rows with room for so many more."""
    return Rows(
        with_room(rows.narrow, rows.used, wanted),
        with_wide_room(rows.wide, rows.used, wanted),
        rows.used,
    )


@njit(cache=True, nogil=True)
def new_rows(fields: int, wide_fields: int) -> Rows:
    """Make rows with some first room."""
    return Rows(
        np.empty((FIRST_ROOM, fields), np.int32),
        np.empty((FIRST_ROOM, wide_fields), np.int64),
        0,
    )


@njit(cache=True, nogil=True)
def trimmed(rows: Rows, used: int) -> Rows:
    """Give only the rows that were used."""
    return Rows(rows.narrow[:used], rows.wide[:used], used)
