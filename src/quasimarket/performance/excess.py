"""How many outcomes are above the threshold of an excess payment (S59-S62)?"""

import math
from fractions import Fraction

import polars as pl

from quasimarket.performance.annual import (
    AnnualCounts,
    add_up_years,
    count_by_quarter,
)
from quasimarket.performance.referrals import Referrals
from quasimarket.rulebook.rulebook import CountedBy, ExcessPayment


EXCESS = pl.Schema(
    {
        "payment": pl.String,
        "contract_year": pl.Int16,
        "group": pl.String,
        "contract": pl.String,
        "referrals": pl.Float64,
        "threshold": pl.Float64,
        "outcomes": pl.Float64,
        "above": pl.Float64,
    }
)


def measure_excess(referrals: Referrals, counts: AnnualCounts) -> pl.DataFrame:
    """Set the outcomes of each full year against the threshold of each payment.

    Only payments for the outcome that is measured are listed.
    """
    rows = []
    for payment in referrals.rulebook.excess_payments:
        if payment.milestone != referrals.milestone:
            continue
        counted = counts
        if payment.counted_by is CountedBy.YEAR_REFERRED:
            counted = _by_year_referred(referrals)
        rows.extend(_rows(referrals, payment, counted))
    return pl.DataFrame(rows, schema=EXCESS)


def outcomes_above(outcomes: float, threshold: Fraction) -> float:
    """Count the outcomes k with k > threshold, the threshold being exact (S61).

    >>> outcomes_above(40, Fraction(39))
    1.0
    """
    return max(0.0, float(outcomes - math.floor(threshold)))


def _rows(
    referrals: Referrals, payment: ExcessPayment, counted: AnnualCounts
) -> list[dict[str, object]]:
    rulebook = referrals.rulebook
    rows: list[dict[str, object]] = []
    years = range(payment.first_contract_year, referrals.last_contract_year + 1)
    for year in filter(referrals.is_complete, years):
        for group in payment.groups:
            level = rulebook.performance.level_for(group, year)
            if level is None:
                continue
            for contract in rulebook.contracts:
                counts = counted.get((year, contract.id, group))
                if counts is None:
                    continue
                rate = Fraction(payment.multiplier) * Fraction(level.non_intervention)
                threshold = rate * Fraction(counts.referrals)
                rows.append(
                    {
                        "payment": payment.id,
                        "contract_year": year,
                        "group": group,
                        "contract": contract.id,
                        "referrals": counts.referrals,
                        "threshold": float(threshold),
                        "outcomes": counts.outcomes,
                        "above": outcomes_above(counts.outcomes, threshold),
                    }
                )
    return rows


def _by_year_referred(referrals: Referrals) -> AnnualCounts:
    """Count the outcomes of the people referred in a year, at their first contract."""
    return add_up_years(count_by_quarter(referrals, ("referred_quarter", "contract")))
