"""Survival of subcontract positions: Kaplan-Meier, and the hazard of an end.

The hazard is a logit in half-years: an end in one, for positions that reached it, on
sector, tier, size, dependence and the people received in the half-year before, with a
level of its own for every year. Values are odds ratios: 1 makes no difference.
"""

from contextlib import suppress
from functools import partial

import numpy as np

from quasimarket.chance.resample import shuffles
from quasimarket.insight.dependence import resource_dependence
from quasimarket.insight.lifetimes import Lifetimes, lifetimes
from quasimarket.insight.logit import logit_strengths
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import MONTHS, SECTORS, Measured, Observed
from quasimarket.insight.sectors import with_null
from quasimarket.insight.weighted import Codes, Flags, Floats


AT = 36
"""The month at which sectors and tiers are set side by side."""
HALF_YEAR = 6
TIMES = 60
"""Resamples and shuffles: a fit each."""
FEWEST_ENDS = 5
FACTORS = ("third", "public", "tier_2", "small", "dependence", "referrals")


def kaplan_meier(
    weights: Floats, first: Codes, last: Codes, has_ended: Flags, months: int
) -> Floats:
    """Give the share that survive so many months, by set of weights.

    Product over months of 1 - ended / at risk; who leaves the log is at risk to then.
    """
    survived = np.ones(len(weights))
    for month in range(months):
        at_risk = weights[:, (first <= month) & (last >= month)].sum(axis=1)
        ends = weights[:, has_ended & (last == month)].sum(axis=1)
        lost = np.where(at_risk > 0, ends / np.where(at_risk > 0, at_risk, 1.0), 0.0)
        survived = survived * (1 - lost)
    return survived


def _survive(lived: Lifetimes, weights: Floats, units: Flags, month: int) -> Floats:
    return kaplan_meier(
        weights[:, units],
        lived.first[units],
        lived.last[units],
        lived.has_ended[units],
        month,
    )


def survival(observed: Observed, month: int, whom: str = "all") -> Estimate:
    """Give the share of subcontract positions that survive to the end of a month."""
    observed.require(month)
    lived = lifetimes(observed)
    units = lived.units.copy()
    if whom in SECTORS:
        units &= observed.is_sector(whom)
    elif whom.startswith("tier_"):
        units &= observed.positions["tier"].to_numpy() == int(whom[-1])
    if not units.any():
        raise NotSeen("there is no such position")
    return observed.estimate(
        lambda weights: _survive(lived, weights, units, month), units
    )


def survival_gap(observed: Observed, month: int = AT) -> Estimate:
    """Give the third sector's survival less that of the others, with its null."""
    observed.require(month)
    lived = lifetimes(observed)
    third = observed.is_sector("third")
    one, other = lived.units & third, lived.units & ~third
    if not one.any() or not other.any():
        raise NotSeen("one of the sectors has no such position")
    found = observed.estimate(
        lambda weights: (
            _survive(lived, weights, one, month)
            - _survive(lived, weights, other, month)
        ),
        lived.units,
    )
    order = shuffles(observed.seed, int(lived.units.sum()), observed.times)
    labels = np.zeros((len(order), len(observed)))
    labels[:, lived.units] = third[lived.units][order]
    shuffled = _survive(lived, labels, lived.units, month) - _survive(
        lived, 1 - labels, lived.units, month
    )
    return with_null(found, shuffled)


def _periods(observed: Observed) -> tuple[Codes, Floats, Floats, list[str]]:
    """Give each half-year at risk: its position, its regressors, and whether it ended.

    The first half-year has none before it, and is left out.
    """
    lived = lifetimes(observed)
    flow = np.nan_to_num(observed.monthly("referrals")) + np.nan_to_num(
        observed.monthly("specialist_referrals")
    )
    names, fixed = _fixed(observed)
    known = lived.units & np.isfinite(fixed).all(axis=1)
    places, starts = [], []
    for begun in range(HALF_YEAR, observed.last_month + 1, HALF_YEAR):
        whole = lived.last >= min(begun + HALF_YEAR - 1, observed.last_month)
        whole |= lived.has_ended
        there = np.flatnonzero(
            known & whole & (lived.first <= begun) & (lived.last >= begun)
        )
        places.append(there)
        starts.append(np.full(len(there), begun))
    if not places:
        raise NotSeen("the run is seen to its first half-year only")
    place, start = np.concatenate(places), np.concatenate(starts)
    ends = lived.has_ended[place] & (lived.last[place] < start + HALF_YEAR)
    before = np.cumsum(np.pad(flow, ((0, 0), (1, 0))), axis=1)
    received = np.log1p(before[place, start] - before[place, start - HALF_YEAR])
    years = np.unique(start // MONTHS, return_inverse=True)[1]
    columns = [
        np.ones((len(place), 1)),
        fixed[place],
        received[:, None],
        np.eye(int(years.max(initial=0)) + 1)[years][:, 1:],
    ]
    return place, np.hstack(columns), ends.astype(np.float64), [*names, "referrals"]


def _fixed(observed: Observed) -> tuple[list[str], Floats]:
    """Give the attributes that do not change; dependence only where it is known."""
    tier = observed.positions["tier"].to_numpy()
    found = {
        "third": observed.is_sector("third"),
        "public": observed.is_sector("public"),
        "tier_2": tier == 2,
    }
    if "size" in observed.positions.columns:
        found["small"] = observed.positions["size"].to_numpy() == "small"
    values = {name: one.astype(np.float64) for name, one in found.items()}
    with suppress(NotSeen):
        values["dependence"] = resource_dependence(observed)
    return list(values), np.stack(list(values.values()), axis=1)


def hazard(observed: Observed, factor: str) -> Estimate:
    """Give the odds ratio of an end: one more of a factor, the others held.

    Dependence is none against all, and people received are counted by their logarithm.
    Sector has a null.
    """
    place, design, ends, names = _periods(observed)
    if ends.sum() < FEWEST_ENDS:
        raise NotSeen(f"too few ends: {int(ends.sum())}")
    if factor not in names:
        raise NotSeen(f"{factor} is not known of positions")
    column = 1 + names.index(factor)
    if not design[:, column].std() > 0:
        raise NotSeen(f"all positions have the same {factor}")
    fits, null = _fits(observed, place, design, ends)
    note = "" if len(names) == len(FACTORS) else "without dependence or size"
    found = observed.from_resamples(
        np.exp(fits[:, column]), len(np.unique(place)), note=note
    )
    return with_null(found, np.exp(null[:, column])) if column <= 2 else found


def _fits(
    observed: Observed, place: Codes, design: Floats, ends: Floats
) -> tuple[Floats, Floats]:
    """Give strengths under resamples, and with sector labels shuffled."""
    if "hazard" not in observed.kept:
        whole = logit_strengths(design, ends, np.ones(len(ends)))
        fits = [whole]
        for weights in observed.weights[1 : TIMES + 1]:
            size = weights[place]
            fits.append(logit_strengths(design, ends * size, size, whole))
        observed.kept["hazard"] = np.stack(fits)
        labels = np.stack([observed.is_sector(one) for one in ("third", "public")], 1)
        there = np.unique(place)
        shuffled = []
        for order in shuffles(observed.seed, len(there), min(TIMES, observed.times)):
            moved = labels.astype(np.float64)
            moved[there] = labels[there][order]
            design[:, 1:3] = moved[place]
            shuffled.append(logit_strengths(design, ends, np.ones(len(ends)), whole))
        observed.kept["hazard.null"] = np.array(shuffled).reshape(-1, design.shape[1])
    return observed.kept["hazard"], observed.kept["hazard.null"]


MEASURES: dict[str, Measured] = {
    **{
        f"viability.survival.month{month}": partial(survival, month=month)
        for month in (12, 24, 36, 60)
    },
    **{
        f"viability.survival.{whom}": partial(survival, month=AT, whom=whom)
        for whom in (*SECTORS, "tier_1", "tier_2")
    },
    "viability.survival.sector_gap": survival_gap,
    **{
        f"viability.hazard.{factor}": partial(hazard, factor=factor)
        for factor in FACTORS
    },
}
