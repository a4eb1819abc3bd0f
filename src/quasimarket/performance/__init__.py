"""How contracts are doing: levels, cohorts, league tables and share shifts."""

from quasimarket.performance.measures import Measures, measure
from quasimarket.performance.referrals import (
    Referrals,
    referrals_from_arrays,
    referrals_from_records,
)


__all__ = [
    "Measures",
    "Referrals",
    "measure",
    "referrals_from_arrays",
    "referrals_from_records",
]
