"""Every measure of a programme's referrals, on one page."""

from dataclasses import dataclass

import polars as pl

from quasimarket.performance.annual import add_up_years, count_by_quarter
from quasimarket.performance.cohorts import measure_cohorts
from quasimarket.performance.excess import measure_excess
from quasimarket.performance.exclusions import list_exclusions
from quasimarket.performance.improvement import flag_improvement
from quasimarket.performance.league import rank_contracts
from quasimarket.performance.levels import measure_levels
from quasimarket.performance.referrals import Referrals
from quasimarket.performance.share_shift import (
    ShareShiftProposal,
    propose_share_shifts,
    tabulate_share_shifts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The measures as tables, and the share shifts also as records."""

    levels: pl.DataFrame
    cohorts: pl.DataFrame
    league: pl.DataFrame
    share_shifts: pl.DataFrame
    improvement: pl.DataFrame
    excess: pl.DataFrame
    exclusions: pl.DataFrame
    proposals: tuple[ShareShiftProposal, ...]

    def tables(self) -> dict[str, pl.DataFrame]:
        """Give the tables by name."""
        return {
            "levels": self.levels,
            "cohorts": self.cohorts,
            "league": self.league,
            "share_shifts": self.share_shifts,
            "improvement": self.improvement,
            "excess": self.excess,
            "exclusions": self.exclusions,
        }


def measure(referrals: Referrals) -> Measures:
    """Work out every measure, as the data stand on their last day."""
    quarters = count_by_quarter(referrals)
    counts = add_up_years(quarters)
    proposals = propose_share_shifts(referrals, counts)
    return Measures(
        levels=measure_levels(referrals, counts),
        cohorts=measure_cohorts(referrals),
        league=rank_contracts(referrals, counts),
        share_shifts=tabulate_share_shifts(proposals),
        improvement=flag_improvement(referrals, quarters),
        excess=measure_excess(referrals, counts),
        exclusions=list_exclusions(referrals),
        proposals=proposals,
    )
