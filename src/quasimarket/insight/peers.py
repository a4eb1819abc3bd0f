"""The best visible peer of a provider, and how far it moved towards it."""

import numpy as np

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import MONTHS, Observed
from quasimarket.insight.practice import practice_to
from quasimarket.insight.weighted import Codes, Flags, Floats, divide


QUARTER = 3
LEAST_CASELOAD = 20.0
"""Mean caseload below which a peer's results say nothing."""
LEAST_SEEN = 1.0
"""Peers to be seen; less than one is what is heard of some by chance."""


def windows(observed: Observed) -> list[int]:
    """Give the places of the last months of the quarters seen."""
    return list(range(QUARTER - 1, observed.last_month + 1, QUARTER))


def quarterly_practice(observed: Observed) -> Floats:
    """Give practice by quarter, position and part; unknown where unseen."""
    cached = observed.kept.get("quarterly_practice")
    if cached is None:
        observed.require(QUARTER)
        found = []
        for month in windows(observed):
            try:
                found.append(practice_to(observed, month + 1))
            except NotSeen:
                found.append(np.full((len(observed), 7), np.nan))
        cached = np.stack(found)
        if not np.isfinite(cached).any():
            practice_to(observed, windows(observed)[-1] + 1)
        observed.kept["quarterly_practice"] = cached
    return cached


def best_peers(observed: Observed, month: int) -> tuple[Codes, Flags]:
    """Give each tier 1 position's best visible peer in its chain, and who has one.

    The best is who had most outcomes for its caseload in twelve months; a provider that
    does not see one peer whole (`peers_visible` is below 1) has none.
    """
    first = max(0, month - MONTHS + 1)
    outcomes = observed.total("outcomes", first, month)
    caseload = observed.total("caseload", first, month)
    enough = caseload / (month - first + 1) >= LEAST_CASELOAD
    rate = np.where(enough, divide(outcomes, caseload), -1.0)
    tier = observed.positions["tier"].to_numpy()
    contract = observed.codes("contract")
    order = np.lexsort((-rate, contract))
    best = np.full(int(contract.max()) + 1, -1, dtype=np.int64)
    best[contract[order][::-1]] = order[::-1]
    peer = best[contract]
    sees = np.nan_to_num(observed.monthly("peers_visible")[:, month]) >= LEAST_SEEN
    place = np.arange(len(observed))
    found = (tier == 1) & sees & (rate[peer] > 0) & (peer != place)
    return peer, found


def steps_to_best_peer(observed: Observed) -> Floats:
    """Give by position and month the share of the way gone in the quarter after.

    The way is measured a quarter before the step begins, so that noise in what is seen
    of practice is not taken for a step.
    """
    cached = observed.kept.get("steps_to_best_peer")
    if cached is not None:
        return cached
    seen = quarterly_practice(observed)
    steps = np.full((len(observed), observed.last_month + 1), np.nan)
    ends = windows(observed)
    sees_none = np.nan_to_num(observed.monthly("peers_visible")) < LEAST_SEEN
    for quarter in range(len(ends) - 1):
        month = ends[quarter]
        months = slice(month + 1, ends[quarter + 1] + 1)
        if quarter == 0:
            steps[:, months] = np.where(sees_none[:, months], 0.0, np.nan)
            continue
        peer, has_one = best_peers(observed, month)
        before, now, after = seen[quarter - 1], seen[quarter], seen[quarter + 1]
        way = now[peer] - before
        moved = after - now
        known = np.isfinite(way) & np.isfinite(moved)
        along = np.where(known, way * moved, 0).sum(axis=1)
        far = np.where(known, way**2, 0).sum(axis=1)
        share = np.where(has_one & (far > 1e-4), along / np.maximum(far, 1e-4), np.nan)
        share = np.where(has_one, share, 0.0)
        steps[:, months] = share[:, None]
    observed.kept["steps_to_best_peer"] = steps
    return steps
