"""Each position by itself: whom it serves, what presses it, and what it became like.

A row is one provider's own, without an interval: few people say little, and `people`
says how few they are.
"""

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import polars as pl

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.convergence import distances
from quasimarket.insight.creaming import own_gradients, own_parked
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.practice import FIRST, one_part, window
from quasimarket.insight.weighted import Floats


ACTS = (
    "requests",
    "requests_late",
    "directives",
    "reviews_public",
    "reviews_private",
    "notices",
)


def by_position(observed: Observed) -> pl.DataFrame:
    """Give a row a position; a column is null where the tables cannot give it.

    `people` served, `gradient` (contacts a week for a standard deviation of
    employability, over the mean), `parked_90_days`; acts of pressure counted over the
    months seen; each part of practice at first (`_start`) and in the last three months
    (`_now`), and the distances to the prime's own unit then.
    """
    month = observed.last_month + 1
    columns: dict[str, Callable[[], Floats]] = {
        "people": lambda: observed.total("referrals"),
        "gradient": lambda: own_gradients(observed),
        "parked_90_days": lambda: own_parked(observed, 90),
        **{name: _summed(observed, name) for name in ACTS},
        **{
            f"{name}_{label}": _part(observed, name, months)
            for name in PRACTICES
            for label, months in (("start", FIRST), ("now", window(month)))
        },
        "to_template_start": lambda: distances(observed, FIRST),
        "to_template_now": lambda: distances(observed, window(month)),
    }
    shown = [
        name
        for name in ("position", "contract", "organisation", "tier", "sector")
        if name in observed.positions.columns
    ]
    table = observed.positions.select(shown)
    found: dict[str, pl.Series] = {}
    for name, work_out in columns.items():
        found[name] = pl.Series([None] * len(table), dtype=pl.Float64)
        with suppress(NotSeen):
            found[name] = pl.Series(work_out()).fill_nan(None)
    return table.with_columns(**found)


def _summed(observed: Observed, name: str) -> Callable[[], Floats]:
    return lambda: observed.total(name)


def _part(observed: Observed, name: str, months: range) -> Callable[[], Floats]:
    def seen() -> Floats:
        found = one_part(observed, name, months)
        if not np.isfinite(found).any():
            raise NotSeen(f"{name} is not seen")
        return found

    return seen
