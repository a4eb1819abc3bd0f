"""Viability: money in and out, what is left, and who is gone."""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.insight.flow import ended, received
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import MONTHS, Measured, Observed
from quasimarket.insight.sectors import sector_gap
from quasimarket.insight.weighted import Floats, correlation, mean, quantile, ratio


COSTS = ("wages", "premises", "specialist_costs", "administration", "interest")
OPTIONAL_COSTS = ("contract_management",)
ATTACHMENT = "attachment"
MONTH = 12


def column_or_nothing(observed: Observed, name: str) -> Floats:
    """Give a monthly column, or nothing a month in a log that does not keep it."""
    try:
        return observed.monthly(name)
    except NotSeen:
        return np.zeros((len(observed), observed.last_month + 1))


def costs(observed: Observed) -> Floats:
    """Give costs by position and month, in pence."""
    total = sum(np.nan_to_num(observed.monthly(name)) for name in COSTS)
    more = sum(
        np.nan_to_num(column_or_nothing(observed, name)) for name in OPTIONAL_COSTS
    )
    return np.asarray(total + more, dtype=np.float64)


def margin(observed: Observed) -> Floats:
    """Give money in less costs by position and month, in pence."""
    money = np.nan_to_num(observed.monthly("receipts"))
    grants = np.nan_to_num(column_or_nothing(observed, "grants"))
    return np.asarray(money + grants - costs(observed), dtype=np.float64)


def reserves_months(observed: Observed, month: int) -> Floats:
    """Give cash over the mean monthly costs of the three months to one, by position."""
    observed.require(month)
    spent = costs(observed)[:, month - 3 : month].mean(axis=1)
    cash = observed.monthly("cash")[:, month - 1]
    return np.where(spent > 0, cash / np.where(spent > 0, spent, 1.0), np.nan)


def median_reserves(observed: Observed, month: int, sector: str | None) -> Estimate:
    """Give the median of months of reserves among subcontractors' positions."""
    units = observed.is_tier(1, 2)
    if sector is not None:
        units &= observed.is_sector(sector)
    values = np.where(units, reserves_months(observed, month), np.nan)
    return observed.estimate(
        lambda weights: quantile(weights, values, 0.5), np.isfinite(values)
    )


def negative_margin(observed: Observed, last: int, tiers: tuple[int, ...]) -> Estimate:
    """Give the share of positions whose margin so far is below nothing."""
    observed.require(last)
    total = margin(observed)[:, :last].sum(axis=1)
    units = observed.is_tier(*tiers) & (received(observed, 0, last - 1) > 0)
    values = np.where(units, total < 0, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), units)


def exits(observed: Observed, last: int | None, sector: str | None) -> Estimate:
    """Give the share of contracted subcontract positions ended by a month."""
    gone = ended(observed, None if last is None else last - 1)
    units = observed.is_tier(1, 2)
    if sector is not None:
        units &= observed.is_sector(sector)
    values = np.where(units, gone, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), units)


def exits_sector_gap(observed: Observed) -> Estimate:
    """Give the third sector's share ended less that of the others."""
    gone = ended(observed).astype(np.float64)
    return sector_gap(observed, gone, np.ones(len(observed)), observed.is_tier(1, 2))


def terminated_in_year_1(observed: Observed) -> Estimate:
    """Count the subcontracts ended in the first twelve months."""
    try:
        events = observed.events("subcontract-ended")
    except NotSeen:
        observed.table("organisation_events", "kind")
        return Estimate(value=0.0, n=int(observed.is_tier(1, 2).sum()))
    count = len(events.filter(pl.col("at").is_between(0, MONTHS - 1)))
    return Estimate(value=float(count), n=int(observed.is_tier(1, 2).sum()))


def peak_working_capital(observed: Observed) -> Estimate:
    """Give the deepest hole of summed margins over a year's costs, delivering units."""
    flow = margin(observed)
    hole = np.maximum(-np.cumsum(flow, axis=1).min(axis=1), 0.0)
    year = costs(observed).mean(axis=1) * MONTHS
    units = observed.is_tier(0, 1) & (year > 0)
    return observed.estimate(
        lambda weights: ratio(weights[:, units], hole[units], year[units]), units
    )


def income_at_risk(observed: Observed, year: int) -> Estimate:
    """Give the share of the commissioner's money of a year that hangs on an outcome."""
    table = observed.table("payments", "kind", "month", "amount", "contract")
    text = pl.col("month").cast(pl.String)
    number = text.str.slice(0, 4).cast(pl.Int64) * MONTHS + text.str.slice(5, 2).cast(
        pl.Int64
    )
    first = table.select(number.min()).item()
    rows = table.filter((number - first) // MONTHS == year - 1)
    at_risk = pl.col("kind").cast(pl.String) != ATTACHMENT
    return observed.share_of_rows(
        rows,
        pl.when(at_risk).then(pl.col("amount")).otherwise(0),
        pl.col("amount"),
    )


def reserves_change_of_resisters(observed: Observed) -> Estimate:
    """Give the correlation of reserves lost by month 12 with acts of resistance."""
    from_start = reserves_months(observed, MONTH) - reserves_months(observed, 3)
    events = observed.events("directive-answered")
    resisted = events.filter(
        ~pl.col("code").cast(pl.String).str.starts_with("acquiesce")
        & (pl.col("at") < MONTH)
    )
    counts = dict(resisted["position"].cast(pl.String).value_counts().iter_rows())
    acts = np.array([counts.get(name, 0) for name in observed.positions["position"]])
    units = observed.is_tier(1)
    return observed.estimate(
        lambda weights: correlation(
            weights,
            np.where(units, acts, np.nan),
            np.where(units, from_start, np.nan),
        ),
        units & np.isfinite(from_start),
    )


def dispersion_of_margins(observed: Observed) -> Estimate:
    """Give the middle half's width of margins over costs, delivering positions."""
    total = margin(observed).sum(axis=1)
    spent = costs(observed).sum(axis=1)
    units = observed.is_tier(0, 1) & (spent > 0)
    values = np.where(units, total / np.where(spent > 0, spent, 1.0), np.nan)
    return observed.estimate(
        lambda weights: (
            quantile(weights, values, 0.75) - quantile(weights, values, 0.25)
        ),
        units,
    )


MEASURES: dict[str, Measured] = {
    "viability.reserves_months.median": partial(
        median_reserves, month=MONTH, sector=None
    ),
    **{
        f"viability.reserves_months.{sector}": partial(
            median_reserves, month=MONTH, sector=sector
        )
        for sector in ("private", "third", "public")
    },
    "viability.negative_margin.month12": partial(
        negative_margin, last=MONTH, tiers=(0, 1, 2)
    ),
    "viability.negative_margin.primes": partial(
        negative_margin, last=MONTH, tiers=(0,)
    ),
    "viability.negative_margin.tier_1": partial(
        negative_margin, last=MONTH, tiers=(1,)
    ),
    "viability.exits.month12": partial(exits, last=MONTH, sector=None),
    "viability.exits.end": partial(exits, last=None, sector=None),
    **{
        f"viability.exits.{sector}": partial(exits, last=None, sector=sector)
        for sector in ("private", "third", "public")
    },
    "viability.exits.sector_gap": exits_sector_gap,
    "viability.terminations.year_1": terminated_in_year_1,
    "viability.peak_working_capital": peak_working_capital,
    "viability.income_at_risk.year_1": partial(income_at_risk, year=1),
    "viability.income_at_risk.year_4": partial(income_at_risk, year=4),
    "viability.cost_of_resistance": reserves_change_of_resisters,
    "viability.margin_spread": dispersion_of_margins,
}
