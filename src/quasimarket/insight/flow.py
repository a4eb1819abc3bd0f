"""Flow: who is referred anybody, and how unequally."""

from collections.abc import Callable
from functools import partial

import numpy as np
import polars as pl

from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.weighted import (
    Flags,
    Floats,
    covariance,
    divide,
    gini,
    mean,
    ratio,
    tally,
)


FEW = 5
"""Referrals up to which a provider has had only a few."""
YEAR = 11
"""The last of the first twelve months."""


def received(observed: Observed, first: int = 0, last: int | None = None) -> Floats:
    """Give the people each position received: allocated at tier 0 and 1, called off."""
    allocated = observed.total("referrals", first, last)
    called = observed.total("specialist_referrals", first, last)
    return np.where(observed.positions["tier"].to_numpy() == 2, called, allocated)


def share_up_to(observed: Observed, most: int, tier: int) -> Estimate:
    """Give the share of a tier's contracted positions with at most so many people."""
    people = received(observed, 0, min(YEAR, observed.last_month))
    units = observed.is_tier(tier)
    few = np.where(units, people <= most, np.nan)
    return observed.estimate(lambda weights: mean(weights, few), units)


def mean_received(observed: Observed, tier: int) -> Estimate:
    """Give the mean number of people a position received in the first year."""
    people = received(observed, 0, min(YEAR, observed.last_month))
    values = np.where(observed.is_tier(tier), people, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def inequality(observed: Observed, tier: int) -> Estimate:
    """Give the Gini coefficient of people received in the first year."""
    people = received(observed, 0, min(YEAR, observed.last_month))
    values = np.where(observed.is_tier(tier), people, np.nan)
    return observed.estimate(lambda weights: gini(weights, values), np.isfinite(values))


def variation(observed: Observed, tier: int) -> Estimate:
    """Give the mean over positions of the first year's month-to-month variation."""
    name = "specialist_referrals" if tier == 2 else "referrals"
    months = observed.monthly(name)[:, : YEAR + 1]
    units = observed.is_tier(tier) & (np.nansum(months, axis=1) > 0)
    if not units.any():
        raise NotSeen("no position of that tier received anybody")
    flow = np.nan_to_num(months)
    average = flow.mean(axis=1)
    values = np.where(
        units, flow.std(axis=1, ddof=1) / np.where(units, average, 1.0), np.nan
    )
    return observed.estimate(lambda weights: mean(weights, values), units)


def promised_ratio(observed: Observed, tier: int) -> Estimate:
    """Give people received in the first year over those promised in the bid."""
    months = min(YEAR, observed.last_month) + 1
    people = received(observed, 0, months - 1)
    promised = observed.attribute("promised_referrals") * months
    units = observed.is_tier(tier) & (promised > 0)
    return observed.estimate(
        lambda weights: ratio(weights[:, units], people[units], promised[units]), units
    )


def _sector_share(
    observed: Observed, amounts: Floats, units: Flags, sector: str = "third"
) -> Estimate:
    inside = np.where(observed.is_sector(sector), amounts, 0.0)
    return observed.estimate(
        lambda weights: ratio(weights[:, units], inside[units], amounts[units]), units
    )


def third_share_of_people(
    observed: Observed, first: int = 0, last: int | None = None
) -> Estimate:
    """Give the third sector's share of people allocated, in-house units included."""
    people = observed.total("referrals", first, last)
    return _sector_share(observed, people, people > 0)


def third_share_of_money(observed: Observed) -> Estimate:
    """Give the third sector's share of what providers received."""
    money = observed.total("receipts")
    return _sector_share(observed, money, money > 0)


def third_share_of_positions(observed: Observed, *tiers: int) -> Estimate:
    """Give the third sector's share of contracted subcontract positions."""
    units = observed.is_tier(*(tiers or (1, 2)))
    return _sector_share(observed, units.astype(np.float64), units)


def third_share_of_survivors(observed: Observed) -> Estimate:
    """Give the third sector's share of subcontract positions not ended by the end."""
    units = observed.is_tier(1, 2) & ~ended(observed)
    return _sector_share(observed, units.astype(np.float64), units)


def ended(observed: Observed, last: int | None = None) -> Flags:
    """Tell which positions were ended, or their organisation gone, up to a month."""
    try:
        events = observed.events("exited", "subcontract-ended")
    except NotSeen:
        observed.table("organisation_events", "kind")
        return np.zeros(len(observed), dtype=np.bool_)
    if last is not None:
        events = events.filter(pl.col("at") <= last)
    places = set(events["position"].drop_nulls().cast(pl.String))
    gone = events.filter(
        pl.col("position").is_null() & (pl.col("kind").cast(pl.String) == "exited")
    )
    organisations = set(gone["organisation"].drop_nulls().cast(pl.String))
    mine = observed.positions
    return np.array(
        [
            position in places or organisation in organisations
            for position, organisation in zip(
                mine["position"], mine["organisation"], strict=True
            )
        ],
        dtype=np.bool_,
    )


def active_share(observed: Observed, tier: int) -> Estimate:
    """Give the share of listed positions that received anybody in the first year."""
    people = received(observed, 0, min(YEAR, observed.last_month))
    units = observed.positions["tier"].to_numpy() == tier
    active = np.where(units, people > 0, np.nan)
    return observed.estimate(lambda weights: mean(weights, active), units)


def third_at_tier_2(observed: Observed) -> Estimate:
    """Give the share of the third sector's subcontract positions that are at tier 2."""
    tier = observed.positions["tier"].to_numpy()
    units = observed.is_sector("third") & (tier > 0)
    at = np.where(units, tier == 2, np.nan)
    return observed.estimate(lambda weights: mean(weights, at), units)


def retained(observed: Observed) -> Estimate:
    """Give the share of people that primes keep in-house."""
    people = observed.total("referrals")
    own = np.where(observed.positions["tier"].to_numpy() == 0, people, 0.0)
    units = people > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], own[units], people[units]), units
    )


def retained_spread(observed: Observed) -> Estimate:
    """Give the standard deviation between contracts of the share kept in-house."""
    people = observed.total("referrals")
    own = np.where(observed.positions["tier"].to_numpy() == 0, people, 0.0)
    contract = observed.codes("contract")
    kept = divide(tally(contract, own), tally(contract, people))
    place = np.unique(contract, return_index=True)[1]
    values = np.full(len(observed), np.nan)
    values[place] = kept
    return observed.estimate(
        lambda weights: np.sqrt(np.maximum(covariance(weights, values, values), 0)),
        np.isfinite(values),
    )


def longest_chain(observed: Observed) -> Estimate:
    """Give the longest chain over the shortest, in contracted positions."""
    contract = observed.codes("contract")
    chains = tally(contract, observed.is_tier(1, 2))
    used = chains[chains > 0]
    if len(used) == 0:
        raise NotSeen("no contract has a chain")
    return Estimate(value=float(used.max() / used.min()), n=len(used))


BY_TIER: dict[str, Callable[..., Estimate]] = {
    "zero_share": partial(share_up_to, most=0),
    "few_share": partial(share_up_to, most=FEW),
    "mean": mean_received,
    "gini": inequality,
    "variation": variation,
    "promised_ratio": promised_ratio,
    "active_share": active_share,
}
MEASURES: dict[str, Measured] = {
    **{
        f"flow.{name}.tier_{tier}": partial(function, tier=tier)
        for tier in (1, 2)
        for name, function in BY_TIER.items()
    },
    "flow.third_share.people": third_share_of_people,
    "flow.third_share.people.year_1": partial(third_share_of_people, last=YEAR),
    "flow.third_share.people.after_year_1": partial(
        third_share_of_people, first=YEAR + 1
    ),
    "flow.third_share.money": third_share_of_money,
    "flow.third_share.positions": third_share_of_positions,
    "flow.third_share.survivors": third_share_of_survivors,
    "flow.third_at_tier_2": third_at_tier_2,
    "flow.retained_share": retained,
    "flow.retained_share.spread": retained_spread,
    "flow.chain_length_ratio": longest_chain,
}
