"""How many people are referred in each week, area and group.

A month's referrals are spread evenly over the weeks that start in it. A thinned
population keeps a share of each cell, rounded up or down by chance.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, uniforms
from quasimarket.core.dates import Month
from quasimarket.rulebook.rulebook import Rulebook


CELL = 100_000
"""One more than the people that a week, area and group can hold: a number has room for
no more."""


def monthly_counts(
    rulebook: Rulebook, months: Sequence[Month], *, forecast: bool = False
) -> NDArray[np.int64]:
    """Give referrals (or the forecast of them) by month, area and group."""
    month_index = {month: index for index, month in enumerate(months)}
    area_index = {area.id: index for index, area in enumerate(rulebook.areas)}
    group_index = {group.id: index for index, group in enumerate(rulebook.groups)}
    counts = np.zeros((len(months), len(area_index), len(group_index)), np.int64)
    for row in rulebook.intake:
        counts[
            month_index[row.month], area_index[row.area], group_index[row.group]
        ] += row.forecast if forecast else row.referrals
    return counts


def thin(counts: NDArray[np.int64], scale: float, seed: int) -> NDArray[np.int64]:
    """Keep a share of each cell; the rest of a person is kept by chance."""
    if scale == 1:
        return counts
    month, area, group = np.indices(counts.shape)
    cells = (month + 1) * 1_000_000 + (area + 1) * 1000 + group + 1
    luck = uniforms(seed, Purpose.THINNING, cells.ravel()).reshape(counts.shape)
    kept: NDArray[np.int64] = np.floor(counts * scale + luck).astype(np.int64)
    return kept


def spread_over_weeks(
    counts: NDArray[np.int64], month_of_week: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Turn monthly counts into counts by area, week and group.

    The weeks that get one person more rotate with area and group, so that no week of a
    month is favoured.
    """
    months, areas, groups = counts.shape
    weekly = np.zeros((areas, len(month_of_week), groups), np.int64)
    rotation = np.arange(areas)[:, None] + np.arange(groups)[None, :]
    for month in range(months):
        weeks = np.flatnonzero(month_of_week == month)
        for place, week in enumerate(weeks):
            turn = (place + rotation) % len(weeks)
            weekly[:, week, :] = counts[month] // len(weeks) + (
                turn < counts[month] % len(weeks)
            )
    return weekly
