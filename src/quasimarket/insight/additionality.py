"""Additionality: what the money bought beyond what would have happened anyway.

Non-intervention rates are not in any event: they are given, by payment group, or taken
from the run's minimum performance levels where none are given.
"""

from functools import partial

import polars as pl

from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.weighted import ratio


OUTCOME = "job-outcome"
PENCE = 100.0


def _paid(observed: Observed) -> pl.DataFrame:
    table = observed.table("payments", "contract", "group", "kind", "amount")
    return table.with_columns(pl.col("contract", "group", "kind").cast(pl.String))


def cost_per_outcome(observed: Observed) -> Estimate:
    """Give pounds paid for each job outcome paid for."""
    outcome = pl.col("kind") == OUTCOME
    return observed.share_of_rows(
        _paid(observed),
        pl.col("amount") / PENCE,
        pl.when(outcome).then(pl.col("count")).otherwise(0.0),
    )


def cost_per_start(observed: Observed) -> Estimate:
    """Give pounds paid for each person attached and paid for."""
    start = pl.col("kind") == "attachment"
    return observed.share_of_rows(
        _paid(observed),
        pl.col("amount") / PENCE,
        pl.when(start).then(pl.col("count")).otherwise(0.0),
    )


def _by_contract(observed: Observed) -> pl.DataFrame:
    """Give referrals, outcomes and what was expected without the programme."""
    rates = observed.non_intervention
    if not rates:
        raise NotSeen("no non-intervention rates are given")
    table = observed.table("participants", "contract", "group")
    if "weight" not in table.columns:
        table = table.with_columns(weight=pl.lit(1.0))
    people = (
        table.group_by("contract", "group")
        .agg(pl.col("weight").cast(pl.Float64).sum().alias("people"))
        .with_columns(pl.col("contract", "group").cast(pl.String))
        .filter(pl.col("group").is_in(list(rates)))
        .with_columns(
            expected=pl.col("people")
            * pl.col("group").replace_strict(rates, return_dtype=pl.Float64)
        )
    )
    paid = _paid(observed)
    counted = pl.when(pl.col("kind") == OUTCOME).then(pl.col("count")).otherwise(0.0)
    got = paid.group_by("contract", "group").agg(
        counted.sum().alias("outcomes"), pl.col("amount").sum() / PENCE
    )
    return people.join(got, on=["contract", "group"], how="left").fill_null(0)


def additional_share(observed: Observed) -> Estimate:
    """Give (rate - non-intervention rate) / rate, of groups whose rate is given."""
    rows = _by_contract(observed)
    return observed.share_of_rows(
        rows, pl.col("outcomes") - pl.col("expected"), pl.col("outcomes")
    )


def cost_per_additional(observed: Observed) -> Estimate:
    """Give pounds paid for each outcome beyond those expected anyway."""
    rows = _by_contract(observed)
    beyond = rows.select(pl.col("outcomes").sum() - pl.col("expected").sum()).item()
    if beyond <= 0:
        raise NotSeen("no outcome is beyond those expected anyway")
    return observed.share_of_rows(
        rows, pl.col("amount"), pl.col("outcomes") - pl.col("expected")
    )


def management_cost(observed: Observed, tiers: tuple[int, ...]) -> Estimate:
    """Give pence of contract management for each pound received, at some tiers."""
    spent = observed.total("contract_management")
    money = observed.total("receipts")
    units = observed.is_tier(*tiers) & (money > 0)
    return observed.estimate(
        lambda weights: 100 * ratio(weights[:, units], spent[units], money[units]),
        units,
    )


def specialist_spend(observed: Observed) -> Estimate:
    """Give the share of delivering units' costs that bought specialist help."""
    spent = observed.total("specialist_costs")
    every = spent + observed.total("wages")
    every = every + observed.total("premises") + observed.total("administration")
    units = observed.is_tier(0, 1) & (every > 0)
    return observed.estimate(
        lambda weights: ratio(weights[:, units], spent[units], every[units]),
        units,
    )


MEASURES: dict[str, Measured] = {
    "additionality.cost_per_outcome": cost_per_outcome,
    "additionality.cost_per_start": cost_per_start,
    "additionality.share": additional_share,
    "additionality.cost_per_additional_outcome": cost_per_additional,
    "additionality.contract_management.primes": partial(management_cost, tiers=(0,)),
    "additionality.contract_management.subcontractors": partial(
        management_cost, tiers=(1, 2)
    ),
    "additionality.specialist_spend_share": specialist_spend,
}
