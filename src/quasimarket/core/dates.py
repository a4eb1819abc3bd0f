"""Months and working days."""

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month.

    >>> str(Month.of(date(2012, 2, 29)).plus(11))
    '2013-01'
    """

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Give the month that holds a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read "YYYY-MM"."""
        first = date.fromisoformat(f"{text}-01")
        return cls(first.year, first.month)

    def plus(self, months: int) -> "Month":
        """Give the month that many months later."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    @property
    def first_day(self) -> date:
        """The month's first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return date(
            self.year, self.month, calendar.monthrange(self.year, self.month)[1]
        )

    def __str__(self) -> str:
        """Write "YYYY-MM"."""
        return f"{self.year:04d}-{self.month:02d}"


def months_from(first: Month, last: Month) -> list[Month]:
    """List the months from the first to the last, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [first.plus(ahead) for ahead in range(count)]


def nth_working_day_after(day: date, count: int, holidays: Collection[date]) -> date:
    """Give the nth working day after a day, the next working day being the first.

    Saturdays, Sundays and the holidays given are not working days; nothing is added
    for a count of zero.
    """
    reached = day
    while count > 0:
        reached += timedelta(days=1)
        if reached.weekday() < 5 and reached not in holidays:
            count -= 1
    return reached
