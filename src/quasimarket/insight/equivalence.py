"""Equivalence: is a sector difference small enough to say that there is none?

The gap is the third sector's less the others', in units of the others' mean, with size,
tier and prime held. Sectors are alike in this if the whole interval lies inside MARGIN,
set beforehand; an interval that is merely wide about nothing does not say so.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from quasimarket.insight.decomposition import FEWEST, resampled_moments
from quasimarket.insight.flow import YEAR, received
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import at_position, column, people
from quasimarket.insight.weighted import Floats, divide, tally


MARGIN = 0.1
"""A tenth of the others' mean."""


def _outcome_rate(observed: Observed) -> Floats:
    number = observed.total("referrals")
    rate = divide(observed.total("outcomes"), number)
    return np.where(observed.is_tier(1) & (number >= FEWEST), rate, np.nan)


def _contact_rate(observed: Observed) -> Floats:
    rows = people(observed)
    place = at_position(rows)
    use = place >= 0
    sums = [
        tally(place[use], column(rows, name)[use], size=len(observed))
        for name in ("contacts", "weeks")
    ]
    return np.where(observed.is_tier(1), divide(sums[0], sums[1]), np.nan)


def _flow(observed: Observed) -> Floats:
    number = received(observed, 0, min(YEAR, observed.last_month))
    return np.where(observed.is_tier(1), number, np.nan)


def adjusted_gap(observed: Observed, what: Callable[[Observed], Floats]) -> Estimate:
    """Give the adjusted relative gap; the note says whether sectors are alike."""
    values = what(observed)
    units = np.isfinite(values)
    third = observed.is_sector("third")[units] * 1.0
    n = int(units.sum())
    if n < FEWEST or third.sum() in (0, n):
        raise NotSeen(f"too few positions in both sectors: {n}")
    columns = [np.ones((n, 1)), third[:, None]]
    for name in ("size", "tier", "prime"):
        codes = np.unique(observed.codes(name)[units], return_inverse=True)[1]
        columns.append(np.eye(codes.max() + 1)[codes][:, 1:])
    x = np.hstack([*columns, values[units][:, None]])

    moments = resampled_moments(observed, units, x)

    def gap(weights: Floats) -> Floats:
        chosen = weights[: len(moments), units]
        square = moments[:, :-1, :-1]
        ridge = 1e-8 * np.trace(square, axis1=1, axis2=2)[:, None, None]
        eye = np.eye(square.shape[1])
        strength = np.linalg.solve(square + ridge * eye, moments[:, :-1, -1:])[:, 1, 0]
        others = divide(chosen @ ((1 - third) * values[units]), chosen @ (1 - third))
        return divide(strength, others)

    found = observed.estimate(gap, units)
    if found.low is None or found.high is None:
        return found
    inside = found.low > -MARGIN and found.high < MARGIN
    apart = found.low > MARGIN or found.high < -MARGIN
    verdict = "alike" if inside else "different" if apart else "cannot tell"
    return observed.estimate(gap, units, note=f"margin {MARGIN:.0%}: {verdict}")


MEASURES: dict[str, Measured] = {
    "equivalence.sector.outcome_rate": partial(adjusted_gap, what=_outcome_rate),
    "equivalence.sector.contact_rate": partial(adjusted_gap, what=_contact_rate),
    "equivalence.sector.flow": partial(adjusted_gap, what=_flow),
}
