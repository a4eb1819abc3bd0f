"""Dependence and concentration: who needs whom, and how few there are."""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.insight.flow import ended
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import MONTHS, Measured, Observed
from quasimarket.insight.weighted import (
    Floats,
    divide,
    mean,
    quantile,
    ratio,
    summed_by,
    tally,
)


def income(observed: Observed) -> Floats:
    """Give each position's yearly income from the programme, in pence."""
    return observed.total("receipts") * MONTHS / (observed.last_month + 1)


def resource_dependence(observed: Observed) -> Floats:
    """Give, for each position, its organisation's programme income over all its income.

    Outside income is what its accounts plan: turnover times the share from elsewhere.
    """
    earned = income(observed)
    code = observed.codes("organisation")
    whole = tally(code, earned)[code]
    outside = observed.attribute("turnover") * observed.attribute("outside_income")
    units = observed.is_tier(0, 1, 2) & np.isfinite(outside) & (whole + outside > 0)
    found = np.full(len(observed), np.nan)
    found[units] = whole[units] / (whole + outside)[units]
    return found


def mean_dependence(observed: Observed, sector: str | None) -> Estimate:
    """Give the mean resource dependence of subcontractors' positions."""
    found = resource_dependence(observed)
    units = observed.is_tier(1, 2) & np.isfinite(found)
    if sector is not None:
        units &= observed.is_sector(sector)
    values = np.where(units, found, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), units)


def _shares(weights: Floats, by: str, observed: Observed, amounts: Floats) -> Floats:
    summed = summed_by(weights, observed.codes(by), amounts)
    shares: Floats = summed / summed.sum(axis=1, keepdims=True)
    return shares


def _amounts(observed: Observed, of: str) -> Floats:
    amounts = observed.total("receipts" if of == "money" else "referrals")
    if amounts.sum() <= 0:
        raise NotSeen(f"no {of} flowed")
    return amounts


def concentration(observed: Observed, of: str, by: str) -> Estimate:
    """Give the Herfindahl index (0-1) of people or money, by prime or organisation."""
    amounts = _amounts(observed, of)
    holders = len(np.unique(observed.codes(by)[amounts > 0]))
    return observed.by_leaving_out(
        lambda weights: (_shares(weights, by, observed, amounts) ** 2).sum(axis=1),
        holders,
    )


def effective_number(observed: Observed, of: str, by: str) -> Estimate:
    """Give one over the Herfindahl index."""
    amounts = _amounts(observed, of)
    holders = len(np.unique(observed.codes(by)[amounts > 0]))
    return observed.by_leaving_out(
        lambda weights: 1 / (_shares(weights, by, observed, amounts) ** 2).sum(axis=1),
        holders,
    )


def largest_four(observed: Observed, of: str, by: str) -> Estimate:
    """Give the share of the largest four (CR4)."""
    amounts = _amounts(observed, of)
    holders = len(np.unique(observed.codes(by)[amounts > 0]))
    return observed.by_leaving_out(
        lambda weights: np.sort(_shares(weights, by, observed, amounts), axis=1)[
            :, -4:
        ].sum(axis=1),
        holders,
    )


def power_imbalance(observed: Observed) -> Estimate:
    """Give the mean over pairs of a provider's dependence on a prime less the other's.

    The prime's dependence is the provider's share of the prime's people.
    """
    earned = income(observed)
    organisation, prime = observed.codes("organisation"), observed.codes("prime")
    outside = observed.attribute("turnover") * observed.attribute("outside_income")
    whole = tally(organisation, earned)[organisation] + outside
    people = observed.total("referrals") + observed.total("specialist_referrals")
    width = int(prime.max()) + 1
    pair = np.unique(organisation * width + prime, return_inverse=True)[1]
    from_prime = tally(pair, earned)[pair]
    on_prime = divide(from_prime, whole)
    by_prime = tally(prime, people)
    on_provider = divide(tally(pair, people)[pair], by_prime[prime])
    once = np.zeros(len(observed), dtype=np.bool_)
    once[np.unique(pair, return_index=True)[1]] = True
    tier = observed.positions["tier"].to_numpy()
    values = np.where(once & (tier > 0), on_prime - on_provider, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def funding_concentration(observed: Observed) -> Estimate:
    """Give the mean of an organisation's summed squared income shares over primes."""
    earned = np.maximum(income(observed), 0)
    organisation, prime = observed.codes("organisation"), observed.codes("prime")
    width = int(prime.max()) + 1
    pairs, place = np.unique(organisation * width + prime, return_inverse=True)
    by_pair = tally(place, earned)
    owner = pairs // width
    whole = tally(owner, by_pair)
    squares = tally(owner, by_pair**2)
    index = divide(squares, whole**2)
    once = np.unique(organisation, return_index=True)[1]
    values = np.full(len(observed), np.nan)
    values[once] = index[organisation[once]]
    tier = observed.positions["tier"].to_numpy()
    values = np.where(tier > 0, values, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def exit_gap(observed: Observed) -> Estimate:
    """Give the share ended of tier 1's more dependent half less that of the other."""
    found = resource_dependence(observed)
    gone = ended(observed)
    units = observed.is_tier(1) & np.isfinite(found)
    if not units.any():
        raise NotSeen("no position's dependence is known")
    values = np.where(units, found, np.nan)
    middle = quantile(np.ones((1, len(observed))), values, 0.5)[0]
    much = units & (values > middle)
    little = units & ~much
    return observed.estimate(
        lambda weights: (
            ratio(weights[:, much], gone[much], np.ones(much.sum()))
            - ratio(weights[:, little], gone[little], np.ones(little.sum()))
        ),
        units,
    )


def size_ratio(observed: Observed) -> Estimate:
    """Give the median of a prime's turnover over its tier 1 subcontractor's."""
    turnover = observed.attribute("turnover")
    tier = observed.positions["tier"].to_numpy()
    prime = observed.codes("prime")
    own = np.full(int(prime.max()) + 1, np.nan)
    own[prime[tier == 0]] = turnover[tier == 0]
    values = np.where(observed.is_tier(1), divide(own[prime], turnover), np.nan)
    return observed.estimate(
        lambda weights: quantile(weights, values, 0.5), np.isfinite(values)
    )


def private_prime_share(observed: Observed) -> Estimate:
    """Give the share of contracts whose prime is private."""
    rows = observed.positions.filter(pl.col("tier") == 0)
    return observed.share_of_rows(rows, pl.col("sector") == "private")


MEASURES: dict[str, Measured] = {
    "dependence.resource.mean": partial(mean_dependence, sector=None),
    **{
        f"dependence.resource.{sector}": partial(mean_dependence, sector=sector)
        for sector in ("private", "third", "public")
    },
    "dependence.hhi.starts": partial(concentration, of="people", by="organisation"),
    "dependence.hhi.contracts": partial(concentration, of="people", by="prime"),
    "dependence.hhi.money": partial(concentration, of="money", by="organisation"),
    "dependence.cr4.starts": partial(largest_four, of="people", by="organisation"),
    "dependence.cr4.contracts": partial(largest_four, of="people", by="prime"),
    "dependence.effective_number.starts": partial(
        effective_number, of="people", by="organisation"
    ),
    "dependence.power_imbalance": power_imbalance,
    "dependence.funding_concentration": funding_concentration,
    "dependence.exit_gap": exit_gap,
    "dependence.size_ratio": size_ratio,
    "dependence.private_prime_share": private_prime_share,
}
