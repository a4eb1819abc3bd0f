"""The rulebook as tables that any engine can join with.

Peers get what our engine tabulates for itself: prices by period, claim dates by day and
the needs of each group. They are spared what does not bite in the log: benefit, which
falls only in gaps too long to bridge, transfers, corrections and late news.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from quasimarket.core.dates import nth_working_day_after
from quasimarket.rulebook import Rulebook, load_rulebook


SETTLED_TO = date(2019, 12, 31)
FIRST_DAY = date(2011, 6, 1)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What peers need of the rulebook."""

    prices: pa.Table
    """milestone, contract, group, first_day, last_day, pence"""
    needs: pa.Table
    """group, outcome_days, following_days, most"""
    claims: pa.Table
    """day, following_claimable"""
    allotted_days: int
    bridge_days: int


def load() -> Rules:
    """Tabulate the shipped rulebook."""
    rulebook = load_rulebook("work-programme")
    return Rules(
        prices=_prices(rulebook),
        needs=_needs(rulebook),
        claims=_claims(rulebook),
        allotted_days=rulebook.allotted_days,
        bridge_days=rulebook.bridge_days,
    )


def _prices(rulebook: Rulebook) -> pa.Table:
    steps = {FIRST_DAY}
    steps |= {rate.first_day for rate in rulebook.rates}
    steps |= {rate.last_day + timedelta(1) for rate in rulebook.rates if rate.last_day}
    steps |= {rulebook.contract_year_days(year)[0] for year in range(2, 12)}
    firsts = sorted(step for step in steps if FIRST_DAY <= step <= SETTLED_TO)
    lasts = [*(first - timedelta(1) for first in firsts[1:]), SETTLED_TO]
    return pa.Table.from_pylist(
        [
            {
                "milestone": milestone.id,
                "contract": contract.id,
                "group": group.id,
                "first_day": first,
                "last_day": last,
                "pence": pence,
            }
            for milestone in rulebook.milestones
            for contract in rulebook.contracts
            for group in rulebook.groups
            for first, last in zip(firsts, lasts, strict=True)
            if (
                pence := rulebook.unit_price(milestone.id, contract.id, group.id, first)
            )
        ]
    )


def _needs(rulebook: Rulebook) -> pa.Table:
    outcome = rulebook.milestone("job-outcome")
    following = rulebook.milestone("sustainment")
    return pa.Table.from_pylist(
        [
            {
                "group": group.id,
                "outcome_days": outcome.days[group.id],
                "following_days": following.days[group.id],
                "most": following.maximum[group.id],
            }
            for group in rulebook.groups
        ]
    )


def _claims(rulebook: Rulebook) -> pa.Table:
    delay = rulebook.milestone("sustainment").claim_after_working_days
    days = (SETTLED_TO - FIRST_DAY).days + 1
    return pa.Table.from_pylist(
        [
            {
                "day": day,
                "following_claimable": nth_working_day_after(
                    day, delay, rulebook.holidays
                ),
            }
            for day in (FIRST_DAY + timedelta(ahead) for ahead in range(days))
        ]
    )
