"""Points spread over a cube: what a calibration or a screening tries.

They touch nobody's luck, so one stream for each seed is enough here.
"""

import numpy as np
from numpy.typing import NDArray


_CUBE, _POINTS, _PATHS, _CHOICE = 3, 4, 5, 6
Points = NDArray[np.float64]


def _generator(seed: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[seed, purpose]))


def latin_hypercube(seed: int, count: int, dimensions: int) -> Points:
    """Give points of which each dimension's `count` equal slices hold one each."""
    generator = _generator(seed, _CUBE)
    slices = np.tile(np.arange(count, dtype=np.float64), (dimensions, 1))
    inside = generator.random((count, dimensions))
    points: Points = (generator.permuted(slices, axis=1).T + inside) / count
    return points


def even_points(seed: int, count: int, dimensions: int) -> Points:
    """Give points drawn evenly and apart from one another."""
    return _generator(seed, _POINTS).random((count, dimensions))


def chosen(seed: int, weights: Points, count: int) -> NDArray[np.int64]:
    """Choose places by their weights, the same place perhaps more than once.

    Evenly spaced marks on the summed weights, after one draw, so that a place is chosen
    as often as its weight says, to within one.
    """
    marks = (np.arange(count) + _generator(seed, _CHOICE).random()) / count
    summed = np.cumsum(weights / weights.sum())
    found: NDArray[np.int64] = np.searchsorted(summed, marks).clip(0, len(weights) - 1)
    return found


def shuffled(seed: int, count: int) -> NDArray[np.int64]:
    """Give the places of `count` things in a drawn order."""
    return _generator(seed, _CHOICE).permutation(count).astype(np.int64)


def trajectories(seed: int, count: int, dimensions: int, levels: int = 4) -> Points:
    """Give Morris's paths over a grid: each step moves one dimension, each once.

    A path has one point more than there are dimensions; the paths follow one another.
    Morris, Technometrics 33:161-174 (1991); `levels` is even, and a step is levels / 2
    of the grid's levels.
    """
    generator = _generator(seed, _PATHS)
    step = levels / 2 / (levels - 1)
    low = levels // 2
    paths = []
    for _ in range(count):
        start = generator.integers(0, low, dimensions) / (levels - 1)
        rises = generator.random(dimensions) < 0.5
        point = np.where(rises, start, start + step)
        path = [point]
        for dimension in generator.permutation(dimensions):
            point = point.copy()
            point[dimension] += step if rises[dimension] else -step
            path.append(point)
        paths.append(np.array(path))
    return np.vstack(paths)
