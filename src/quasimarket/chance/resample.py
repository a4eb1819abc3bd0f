"""Resamples and shuffles for intervals and nulls of measures.

They touch nobody's luck: a measure is taken after a run is over. So one stream is
enough here, where a run needs a draw that is named for each person.
"""

import numpy as np
from numpy.typing import NDArray


_RESAMPLES, _SHUFFLES = 1, 2


def resamples(seed: int, count: int, times: int) -> NDArray[np.float64]:
    """Give how often each of `count` things is drawn in each of `times` resamples."""
    generator = np.random.Generator(np.random.Philox(key=[seed, _RESAMPLES]))
    drawn = generator.multinomial(count, np.full(count, 1 / count), size=times)
    return drawn.astype(np.float64)


def shuffles(seed: int, count: int, times: int) -> NDArray[np.int64]:
    """Give `times` orders of `count` things, a row each."""
    generator = np.random.Generator(np.random.Philox(key=[seed, _SHUFFLES]))
    ordered = np.tile(np.arange(count, dtype=np.int64), (times, 1))
    return generator.permuted(ordered, axis=1)
