"""The measures that claims are tested by: insight's, and a few that only claims need.

A measure of a claim is one number a run. It reads what insight reads, events and books
as `Observed` lays them out, and has no value where a run does not carry the data.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from quasimarket.experiments.claims_measures_flow import FLOW
from quasimarket.experiments.claims_measures_pressure import PRESSURE
from quasimarket.experiments.claims_measures_responses import RESPONSE
from quasimarket.experiments.claims_measures_staff import STAFF
from quasimarket.insight.catalogue import CATALOGUE
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed


Taken = Callable[[Observed], float]
OWN: Mapping[str, Taken] = {**FLOW, **PRESSURE, **RESPONSE, **STAFF}
"""Measures that only claims need, by id."""
FEWEST_RESAMPLES = 2
"""Intervals come from seeds here, so a run's own resamples are not needed."""


def known_measures() -> frozenset[str]:
    """Give the ids of every measure that a claim may name."""
    return frozenset(OWN) | frozenset(CATALOGUE)


def values_of(
    tables: Mapping[str, pl.DataFrame], names: Sequence[str]
) -> dict[str, float | None]:
    """Take measures of a run; None where it does not carry what one needs."""
    observed = Observed(tables, times=FEWEST_RESAMPLES)
    return {name: _value(observed, name) for name in names}


def _value(observed: Observed, name: str) -> float | None:
    try:
        if name in OWN:
            value = OWN[name](observed)
        elif name in CATALOGUE:
            value = CATALOGUE[name].measured(observed).value
        else:
            return None
    except NotSeen:
        return None
    return float(value) if math.isfinite(value) else None
