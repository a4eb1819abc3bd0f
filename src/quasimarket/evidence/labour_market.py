"""Unemployment by month and area: the index of how hard it is to find work.

The UK rate is drawn in straight lines between published readings, each set at the
middle of its months, and flat before the first and after the last. An area's rate is
the UK's times the area's relative level, which is taken to be the same in every month:
only the highest and lowest regions were published where we could read them.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month, months_from
from quasimarket.core.identifiers import AreaId, order_key
from quasimarket.evidence.sheets import Mark, Sheet, shipped


FIRST_MONTH = Month(2011, 6)
LAST_MONTH = Month(2021, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The UK unemployment rate over some months."""

    first_month: Month
    last_month: Month
    percent: float
    evidence: Mark
    source: str
    note: str

    @property
    def middle(self) -> float:
        """The middle of its months, as months since year 0."""
        return (_months(self.first_month) + _months(self.last_month)) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLevel:
    """An area's unemployment relative to the UK's."""

    area: AreaId
    name: str
    relative_level: float
    evidence: Mark
    source: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourMarket:
    """Unemployment rates as fractions: a row a month, a column an area."""

    months: tuple[Month, ...]
    areas: tuple[AreaId, ...]
    rates: NDArray[np.float64]
    readings: tuple[Reading, ...]
    levels: tuple[AreaLevel, ...]

    def unemployment(self, area: AreaId, month: Month) -> float:
        """Give an area's rate in a month, as a fraction."""
        row = _months(month) - _months(self.months[0])
        if not 0 <= row < len(self.months):
            raise ValueError(
                f"no unemployment rate for {month}: "
                f"the table runs from {self.months[0]} to {self.months[-1]}"
            )
        return float(self.rates[row, self.areas.index(area)])


def load_labour_market() -> LabourMarket:
    """Load the shipped readings and levels, and make the table of rates."""
    return make_labour_market(
        parse_readings(shipped("labour_market_points.csv"), "labour_market_points.csv"),
        parse_levels(shipped("area_labour_market.csv"), "area_labour_market.csv"),
    )


def make_labour_market(
    readings: tuple[Reading, ...], levels: tuple[AreaLevel, ...]
) -> LabourMarket:
    """Make the table of rates from readings in order of time and area levels."""
    months = tuple(months_from(FIRST_MONTH, LAST_MONTH))
    national = np.interp(
        [_months(month) for month in months],
        [reading.middle for reading in readings],
        [reading.percent / 100 for reading in readings],
    )
    relative = np.array([level.relative_level for level in levels])
    return LabourMarket(
        months=months,
        areas=tuple(level.area for level in levels),
        rates=np.outer(national, relative),
        readings=readings,
        levels=levels,
    )


def parse_readings(text: str, name: str) -> tuple[Reading, ...]:
    """Read a sheet of UK rates; raise InputFault with every fault in it."""
    sheet = Sheet(
        name,
        text,
        ("first_month", "last_month", "percent", "evidence", "source", "note"),
    )
    readings = tuple(
        Reading(
            first_month=row.month("first_month"),
            last_month=row.month("last_month"),
            percent=row.number("percent"),
            evidence=row.mark(),
            source=row.text("source"),
            note=row.text("note", needed=False),
        )
        for row in sheet.rows
    )
    for row, reading in zip(sheet.rows, readings, strict=True):
        if reading.first_month > reading.last_month:
            row.fault(
                "last_month",
                str(reading.last_month),
                f"{reading.first_month} or later",
            )
        if reading.percent > 100:
            row.fault("percent", f"{reading.percent:g}", "0 to 100")
    for row, (earlier, later) in zip(sheet.rows[1:], pairwise(readings), strict=True):
        if later.middle <= earlier.middle:
            row.fault(
                "first_month", str(later.first_month), "readings in order of time"
            )
    sheet.finish()
    return readings


def parse_levels(text: str, name: str) -> tuple[AreaLevel, ...]:
    """Read a sheet of area levels; raise InputFault with every fault in it."""
    sheet = Sheet(
        name,
        text,
        ("area", "name", "relative_level", "evidence", "source", "note"),
    )
    levels = tuple(
        AreaLevel(
            area=AreaId(row.text("area")),
            name=row.text("name"),
            relative_level=row.number("relative_level"),
            evidence=row.mark(),
            source=row.text("source"),
            note=row.text("note", needed=False),
        )
        for row in sheet.rows
    )
    for row, level in zip(sheet.rows, levels, strict=True):
        if level.relative_level == 0 and "relative_level" not in row.faulty:
            row.fault("relative_level", "0", "a number above zero")
    for row, (above, level) in zip(sheet.rows[1:], pairwise(levels), strict=True):
        if order_key(level.area) <= order_key(above.area):
            row.fault("area", repr(level.area), "each area once, in order")
    sheet.finish()
    return levels


def _months(month: Month) -> int:
    return month.year * 12 + month.month
