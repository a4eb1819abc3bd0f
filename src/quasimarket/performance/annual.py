"""Outcomes and referrals by period, contract and group (S70, S71).

Everything is counted once, by quarter; years and rolling years are sums of quarters.
"""

from collections.abc import Mapping

import polars as pl

from quasimarket.core.identifiers import ContractId, GroupId
from quasimarket.performance.periods import contract_year_of
from quasimarket.performance.rates import Counts
from quasimarket.performance.referrals import Referrals


QuarterCounts = Mapping[tuple[int, ContractId, GroupId], Counts]
"""Quarter, contract, group -> counts."""
AnnualCounts = Mapping[tuple[int, ContractId, GroupId], Counts]
"""Contract year, contract, group -> counts."""

IS_COUNTED_OUTCOME = (
    pl.col("excluded").is_null()
    & pl.col("earned").is_not_null()
    & pl.col("outcome_excluded").is_null()
)


def count_by_quarter(
    referrals: Referrals,
    outcomes_by: tuple[str, str] = ("earned_quarter", "outcome_contract"),
) -> QuarterCounts:
    """Count referrals by the quarter made, and outcomes by a quarter and a contract.

    The outcomes of a quarter are by default those earned in it, of whoever was
    referred when, at the contract holding the participant that day.
    """
    counted: dict[tuple[int, ContractId, GroupId], Counts] = {}
    contracts, groups = referrals.rulebook.contracts, referrals.rulebook.groups
    weight, is_excluded = pl.col("weight"), pl.col("excluded").is_not_null()
    made = referrals.frame.group_by("referred_quarter", "contract", "group").agg(
        weight.filter(~is_excluded).sum().alias("referrals"),
        weight.filter(is_excluded).sum().alias("excluded"),
        (weight.filter(~is_excluded) ** 2).sum().alias("squared"),
    )
    for quarter, contract, group, made_in, excluded, squared in made.iter_rows():
        key = (quarter, contracts[contract].id, groups[group].id)
        counted[key] = Counts(
            referrals=made_in, excluded=excluded, squared_weights=squared
        )
    earned = (
        referrals.frame.filter(IS_COUNTED_OUTCOME)
        .group_by(*outcomes_by, "group")
        .agg(weight.sum())
    )
    for quarter, contract, group, outcomes in earned.iter_rows():
        key = (quarter, contracts[contract].id, groups[group].id)
        counted[key] = counted.get(key, Counts()) + Counts(outcomes=outcomes)
    return counted


def add_up_years(quarters: QuarterCounts) -> AnnualCounts:
    """Add quarters up to contract years."""
    years: dict[tuple[int, ContractId, GroupId], Counts] = {}
    for (quarter, contract, group), counts in quarters.items():
        key = (contract_year_of(quarter), contract, group)
        years[key] = years.get(key, Counts()) + counts
    return years


def count_by_year(referrals: Referrals) -> AnnualCounts:
    """Count outcomes by the year earned and referrals by the year made."""
    return add_up_years(count_by_quarter(referrals))
