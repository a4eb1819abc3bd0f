"""A sum over a sum in each sector, and the gap that shuffled labels would give."""

from dataclasses import replace

import numpy as np

from quasimarket.chance.resample import shuffles
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Observed, ratio_of
from quasimarket.insight.weighted import Flags, Floats, ratio


def sector_ratio(
    observed: Observed, sector: str, above: Floats, below: Floats, units: Flags
) -> Estimate:
    """Give one sum over another in a sector, with its null."""
    chosen = units & np.isfinite(above) & np.isfinite(below)
    own = chosen & observed.is_sector(sector)
    found = observed.estimate(
        lambda weights: ratio(weights[:, own], above[own], below[own]), own
    )
    labels = observed.is_sector(sector)[chosen]
    order = shuffles(observed.seed, len(labels), observed.times)
    shuffled = labels[order].astype(np.float64)
    return with_null(
        found, ratio_of(shuffled @ above[chosen], shuffled @ below[chosen])
    )


def sector_gap(
    observed: Observed,
    above: Floats,
    below: Floats,
    units: Flags,
    sector: str = "third",
) -> Estimate:
    """Give a sector's ratio less that of all others, with its null."""
    chosen = units & np.isfinite(above) & np.isfinite(below)
    own = observed.is_sector(sector)
    if not (chosen & own).any() or not (chosen & ~own).any():
        raise NotSeen("one of the sectors has no such unit")

    def gap(weights: Floats) -> Floats:
        inside, outside = chosen & own, chosen & ~own
        return ratio(weights[:, inside], above[inside], below[inside]) - ratio(
            weights[:, outside], above[outside], below[outside]
        )

    found = observed.estimate(gap, chosen)
    labels = own[chosen]
    order = shuffles(observed.seed, len(labels), observed.times)
    inside = labels[order].astype(np.float64)
    one, other = above[chosen], below[chosen]
    null = ratio_of(inside @ one, inside @ other) - ratio_of(
        (1 - inside) @ one, (1 - inside) @ other
    )
    return with_null(found, null)


def with_null(estimate: Estimate, shuffled: Floats) -> Estimate:
    """Add the middle 95% of what shuffled labels give."""
    known = shuffled[np.isfinite(shuffled)]
    if len(known) == 0:
        return estimate
    low, high = np.quantile(known, (0.025, 0.975))
    return replace(estimate, null_low=float(low), null_high=float(high))
