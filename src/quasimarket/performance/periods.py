"""Quarters of contract years.

Quarter 0 is the first of contract year 2, and so on in both directions, three months
each; year 1 is all that comes before quarter 0, however long.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from quasimarket.rulebook.rulebook import Rulebook


QUARTERS_BEFORE = 40
"""More quarters than any first year has: earlier days all fall in the first of them."""


def first_day_of_quarter(rulebook: Rulebook, quarter: int) -> date:
    """Give the first day of a quarter."""
    begins = rulebook.second_year_first_day
    months = begins.year * 12 + begins.month - 1 + 3 * quarter
    year, month = divmod(months, 12)
    # Every month has a 28th; a contract year that begins later in a month is unknown.
    return date(year, month + 1, min(begins.day, 28))


def last_day_of_quarter(rulebook: Rulebook, quarter: int) -> date:
    """Give the last day of a quarter."""
    return first_day_of_quarter(rulebook, quarter + 1) - timedelta(days=1)


def contract_year_of(quarter: int) -> int:
    """Give the contract year that holds a quarter."""
    return 1 if quarter < 0 else quarter // 4 + 2


def quarters_of(days: pl.Series, rulebook: Rulebook, last_day: date) -> pl.Series:
    """Give the quarter of each day up to a last one; null stays null."""
    quarters_after = 4 * (last_day.year - rulebook.second_year_first_day.year + 2)
    first_days = [
        first_day_of_quarter(rulebook, quarter)
        for quarter in range(-QUARTERS_BEFORE, max(quarters_after, 1))
    ]
    epoch = date(1970, 1, 1)
    starts = np.array([(day - epoch).days for day in first_days], np.int32)
    counted = days.cast(pl.Int32).fill_null(int(starts[0])).to_numpy()
    begun = np.searchsorted(starts, counted, side="right") - 1 - QUARTERS_BEFORE
    quarters = pl.Series(begun.astype(np.int16))
    return quarters.zip_with(days.is_not_null(), pl.Series([None], dtype=pl.Int16))
