"""Minimum performance levels: was the level of a contract year met (S70-S73)?"""

import polars as pl

from quasimarket.performance.annual import AnnualCounts
from quasimarket.performance.rates import as_float, is_met
from quasimarket.performance.referrals import Referrals


LEVELS = pl.Schema(
    {
        "contract_year": pl.Int16,
        "group": pl.String,
        "contract": pl.String,
        "outcomes": pl.Float64,
        "referrals": pl.Float64,
        "excluded": pl.Float64,
        "rate": pl.Float64,
        "level": pl.Float64,
        "met": pl.Boolean,
    }
)


def measure_levels(referrals: Referrals, counts: AnnualCounts) -> pl.DataFrame:
    """Set each contract, group and year that has a level against it.

    `met` is null without referrals, and until the data reach the end of the year.
    """
    rulebook = referrals.rulebook
    rows = []
    for year in range(1, referrals.last_contract_year + 1):
        for group in rulebook.groups:
            expected = rulebook.performance.level_for(group.id, year)
            if expected is None:
                continue
            for contract in rulebook.contracts:
                counted = counts.get((year, contract.id, group.id))
                if counted is None:
                    continue
                met = is_met(counted, expected.level)
                rows.append(
                    {
                        "contract_year": year,
                        "group": group.id,
                        "contract": contract.id,
                        "outcomes": counted.outcomes,
                        "referrals": counted.referrals,
                        "excluded": counted.excluded,
                        "rate": as_float(counted.rate),
                        "level": float(expected.level),
                        "met": met if referrals.is_complete(year) else None,
                    }
                )
    return pl.DataFrame(rows, schema=LEVELS)
