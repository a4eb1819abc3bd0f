"""Improvement flags: a level missed, and missed again each quarter until met (S85).

A contract and group is flagged when a contract year ends below its level, and then at
the end of each quarter whose last twelve months are below it.
"""

from collections.abc import Iterator
from datetime import date

import polars as pl

from quasimarket.core.identifiers import ContractId, GroupId
from quasimarket.performance.annual import QuarterCounts
from quasimarket.performance.periods import (
    QUARTERS_BEFORE,
    contract_year_of,
    first_day_of_quarter,
    last_day_of_quarter,
)
from quasimarket.performance.rates import Counts, as_float, is_met
from quasimarket.performance.referrals import Referrals
from quasimarket.rulebook.rulebook import Rulebook


IMPROVEMENT = pl.Schema(
    {
        "contract": pl.String,
        "group": pl.String,
        "first_day": pl.Date,
        "last_day": pl.Date,
        "outcomes": pl.Float64,
        "referrals": pl.Float64,
        "rate": pl.Float64,
        "level": pl.Float64,
    }
)


def flag_improvement(referrals: Referrals, quarters: QuarterCounts) -> pl.DataFrame:
    """List the years and rolling twelve months in which a level was missed."""
    rulebook = referrals.rulebook
    flagged: set[tuple[ContractId, GroupId]] = set()
    rows: list[dict[str, object]] = []
    measured = sorted({(contract, group) for _, contract, group in quarters})
    order = {one.id: place for place, one in enumerate(rulebook.contracts)}
    measured.sort(key=lambda key: order[key[0]])
    for window in _windows(referrals):
        year = contract_year_of(window[-1])
        is_year = year == 1 or window[-1] % 4 == 3
        first_day, last_day = _days(rulebook, window)
        levels = {
            one.id: rulebook.performance.level_for(one.id, year)
            for one in rulebook.groups
        }
        for contract, group in measured:
            expected = levels[group]
            if expected is None or not (is_year or (contract, group) in flagged):
                continue
            counts = sum(
                (
                    quarters[quarter, contract, group]
                    for quarter in window
                    if (quarter, contract, group) in quarters
                ),
                Counts(),
            )
            met = is_met(counts, expected.level)
            if met:
                flagged.discard((contract, group))
            if met is not False:
                continue
            flagged.add((contract, group))
            rows.append(
                {
                    "contract": contract,
                    "group": group,
                    "first_day": first_day,
                    "last_day": last_day,
                    "outcomes": counts.outcomes,
                    "referrals": counts.referrals,
                    "rate": as_float(counts.rate),
                    "level": float(expected.level),
                }
            )
    return pl.DataFrame(rows, schema=IMPROVEMENT)


def _windows(referrals: Referrals) -> Iterator[range]:
    """Give the quarters of each period to judge that the data reach the end of.

    The first is contract year 1, however long; all later ones are twelve months.
    """
    quarter = -1
    while last_day_of_quarter(referrals.rulebook, quarter) <= referrals.data_to:
        if quarter < 0:
            yield range(-QUARTERS_BEFORE, 0)
        else:
            yield range(quarter - 3, quarter + 1)
        quarter += 1


def _days(rulebook: Rulebook, window: range) -> tuple[date, date]:
    """Give the first and last day of a period; none begins before the programme."""
    first = max(rulebook.first_day, first_day_of_quarter(rulebook, window[0]))
    return first, last_day_of_quarter(rulebook, window[-1])
