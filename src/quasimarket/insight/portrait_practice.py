"""Pressure and practice at a glance: series by month, and a map of providers."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.practice import WIDTH, practice, window
from quasimarket.insight.pressure import COERCIVE_EVENTS, EXPOSURES
from quasimarket.insight.weighted import Flags, Floats, divide, tally


MAP_MONTHS = (-6, 0, 13, 36, 72)
ACROSS, UP = "work_first", "specialism"
QUARTER = 3
LEAST_DELIVERING = 5
"""With fewer subcontractors delivering, a month's mean exposure is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressureRow:
    """Mean exposure of delivering tier 1 positions in a quarter, each kind 0 to 1."""

    first_month: int
    coercive: float | None
    normative: float | None
    mimetic: float | None
    """Null where too few deliver, or nothing can be seen yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """Demands on providers in a quarter from one source, weighed in directives."""

    first_month: int
    source: str
    units: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A provider on the map."""

    across: float
    """Straight to any job: 0 training first, 1 any job at once."""
    up: float
    """Specialist help: 0 none of its own, 1 half of all support."""
    sector: str
    is_prime: bool
    """A prime's own unit, whose practice is the chain's template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeMap:
    """Where providers stand in a month."""

    month: int
    months: tuple[int, int]
    """The first and last month over which practice was seen."""
    is_reported: bool
    """Whether it is what providers said of themselves, not what was seen."""
    dots: tuple[Dot, ...]
    spread: float | None
    """Standard distance of the chain's dots from their middle; null with under two."""
    to_template: float | None
    """Mean distance of a chain's dots from their own prime's, on the two axes."""


def pressure_over_time(observed: Observed) -> tuple[PressureRow, ...]:
    """Give mean exposure by quarter, while enough subcontractors deliver."""
    quarters: dict[int, dict[str, float]] = {}
    for kind, of in EXPOSURES.items():
        exposure = of(observed)
        for first in range(0, exposure.shape[1] - QUARTER + 1, QUARTER):
            months = exposure[:, first : first + QUARTER]
            known = np.isfinite(months)
            if known.any(axis=1).sum() >= LEAST_DELIVERING:
                mean = max(float(months[known].mean()), 0.0)
                quarters.setdefault(first, {})[kind] = mean
    return tuple(
        PressureRow(first_month=first, **{kind: found.get(kind) for kind in EXPOSURES})
        for first, found in sorted(quarters.items())
    )


def demands_by_source(observed: Observed) -> tuple[SourceRow, ...]:
    """Add demands up by quarter and source, from the negotiations on.

    Clauses that a prime conceded are left out, as no pressure remained.
    """
    weights = {str(kind): weight for kind, weight in COERCIVE_EVENTS.items()}
    conceded = pl.col("code").cast(pl.String).str.ends_with(":conceded")
    rows = (
        observed.events(*COERCIVE_EVENTS)
        .filter(~conceded.fill_null(False))
        .with_columns(
            source=pl.col("source").cast(pl.String),
            quarter=(pl.col("at") // QUARTER) * QUARTER,
            units=pl.col("kind")
            .cast(pl.String)
            .replace_strict(weights, return_dtype=pl.Float64)
            * pl.col("number").fill_null(1),
        )
        .group_by("quarter", "source")
        .agg(pl.col("units").sum())
        .sort("quarter", "source")
    )
    return tuple(
        SourceRow(first_month=quarter, source=source, units=units)
        for quarter, source, units in rows.iter_rows()
    )


def practice_maps(observed: Observed) -> tuple[PracticeMap, ...]:
    """Place providers on two axes of practice in each month of the map.

    Before the first referral nobody is seen to practise: month -6 is what providers
    reported of themselves in the first month that they did. Month 0 is what was seen
    over months 1 to 3, any other what was seen over the three months to it.
    """
    found = []
    why = ""
    for month in MAP_MONTHS:
        try:
            found.append(_map(observed, month))
        except NotSeen as missing:
            why = str(missing)
    if not found:
        raise NotSeen(why)
    return tuple(found)


def _map(observed: Observed, month: int) -> PracticeMap:
    months = window(max(month, WIDTH)) if month >= 0 else range(1)
    observed.require(months[-1] + 1)
    places = _reported(observed) if month < 0 else _seen(observed, months)
    tier = observed.positions["tier"].to_numpy()
    sectors = observed.positions["sector"].to_list()
    known = np.isfinite(places).all(axis=1) & np.isin(tier, (0, 1))
    if not known.any():
        raise NotSeen(f"no practice is seen in month {month}")
    dots = tuple(
        Dot(
            across=float(places[at, 0]),
            up=float(places[at, 1]),
            sector=sectors[at],
            is_prime=bool(tier[at] == 0),
        )
        for at in np.flatnonzero(known)
    )
    chain = known & (tier == 1)
    return PracticeMap(
        month=month,
        months=(months[0] + 1, months[-1] + 1),
        is_reported=month < 0,
        dots=dots,
        spread=_spread(places[chain]),
        to_template=_to_template(observed, places, known, chain),
    )


def _reported(observed: Observed) -> Floats:
    """Give the first report of each position on the two axes."""
    columns = []
    for name in (ACROSS, UP):
        said = observed.monthly(f"reported_{name}")
        known = np.isfinite(said)
        first = known.argmax(axis=1)
        columns.append(
            np.where(known.any(axis=1), said[np.arange(len(said)), first], np.nan)
        )
    return np.stack(columns, axis=1)


def _seen(observed: Observed, months: range) -> Floats:
    seen = practice(observed, months)
    return seen[:, [PRACTICES.index(ACROSS), PRACTICES.index(UP)]]


def _spread(places: Floats) -> float | None:
    if len(places) < 2:
        return None
    return float(np.sqrt(((places - places.mean(axis=0)) ** 2).sum(axis=1).mean()))


def _to_template(
    observed: Observed, places: Floats, known: Flags, chain: Flags
) -> float | None:
    """Give the chain's mean distance from its prime's own units, where it has any."""
    prime = observed.codes("prime")
    own = known & ~chain
    units = tally(prime[own], size=int(prime.max()) + 1)
    middle = np.stack(
        [
            divide(tally(prime[own], places[own, axis], len(units)), units)
            for axis in (0, 1)
        ],
        axis=1,
    )
    apart = np.sqrt(((places[chain] - middle[prime[chain]]) ** 2).sum(axis=1))
    apart = apart[np.isfinite(apart)]
    return float(apart.mean()) if len(apart) else None
