"""The clocks of a participation: what is due, by when, and under which rule.

The clocks stand in `data/clocks.csv` with their sources; a value that the rulebook has
goes before the one in the file. Working days are those of the contract's own nation.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from govuk_bank_holidays.bank_holidays import BankHolidays

from quasimarket.core.dates import nth_working_day_after
from quasimarket.rulebook.rulebook import Rulebook


EXIT_WINDOW = 10
"""Working days before the end in which the exit report is written (R071)."""
NOT_AFTER_EXCEPTIONS = ("exit-report", "result")
"""What is not asked after a move abroad, a terminal illness or a death (R070)."""
DIVISIONS = {"scotland": "scotland", "northern ireland": "northern-ireland"}
"""GOV.UK's names for the nations with holidays of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One deadline: from which day it runs, how long, and what stops it."""

    id: str
    rule: str
    """The operating rule that it comes from."""
    label: str
    starts: str
    """The field that holds the day from which it runs."""
    days: int | None
    """None where only the rulebook says."""
    unit: str
    """working or calendar."""
    done: str
    """The field that holds the day on which it was met; blank if it repeats."""
    states: tuple[str, ...]
    """The states in which it runs."""
    who: str
    """prime, place (whoever holds the participant) or commissioner."""
    rulebook: str
    source: str
    note: str


@cache
def clocks() -> tuple[Clock, ...]:
    """Read the clocks."""
    text = files(__package__).joinpath("data/clocks.csv").read_text("utf-8")
    return tuple(_clock(row) for row in csv.DictReader(text.splitlines()))


def _clock(row: dict[str, str]) -> Clock:
    return Clock(
        id=row["id"],
        rule=row["rule"],
        label=row["label"],
        starts=row["starts"],
        days=int(row["days"]) if row["days"] else None,
        unit=row["unit"],
        done=row["done"],
        states=tuple(row["states"].split()),
        who=row["who"],
        rulebook=row["rulebook"],
        source=row["source"],
        note=row["note"],
    )


def clock(name: str) -> Clock:
    """Give one clock."""
    return next(one for one in clocks() if one.id == name)


@dataclass(slots=True, kw_only=True)
class Calendar:
    """One nation's working days, and how many days each clock has."""

    holidays: frozenset[date]
    days: Mapping[str, int]
    """By clock; a clock without days does not run."""
    reached: dict[tuple[date, int], date] = field(default_factory=dict)

    def after(self, day: date, count: int) -> date:
        """Give the nth working day after a day."""
        known = self.reached.get((day, count))
        if known is None:
            known = nth_working_day_after(day, count, self.holidays)
            self.reached[day, count] = known
        return known

    def before(self, day: date, count: int) -> date:
        """Give the nth working day before a day."""
        reached = day
        while count > 0:
            reached -= timedelta(days=1)
            if reached.weekday() < 5 and reached not in self.holidays:
                count -= 1
        return reached

    def due(self, clock: Clock, participation: Any) -> date | None:
        """Give the day by which a clock's deadline falls, if it has begun to run."""
        start = getattr(participation, clock.starts)
        days = self.days.get(clock.id)
        if start is None or days is None:
            return None
        if clock.unit == "working":
            return self.after(start, days) if days else start
        return start + timedelta(days=days)

    def running(self, participation: Any) -> Iterator[tuple[date, Clock]]:
        """Give every deadline that is still open, with its day."""
        for one in clocks():
            if participation.state not in one.states:
                continue
            if one.done and getattr(participation, one.done) is not None:
                continue
            if one.id in NOT_AFTER_EXCEPTIONS and participation.exit_exception:
                continue
            day = self.due(one, participation)
            if day is not None:
                yield day, one

    def next_due(self, participation: Any) -> tuple[date | None, str]:
        """Give the first deadline still open: its day and its clock's name."""
        found = min(
            ((day, one.id) for day, one in self.running(participation)), default=None
        )
        return found or (None, "")

    def is_open_for_exit(self, participation: Any, today: date) -> bool:
        """Say whether the exit report may be written yet."""
        return today >= self.before(participation.allotted_end, EXIT_WINDOW)


_CALENDARS: dict[tuple[str, str], Calendar] = {}


def calendar(rulebook: Rulebook, nation: str) -> Calendar:
    """Give the calendar of a nation under a rulebook."""
    key = (rulebook.content_hash, nation.lower())
    if not rulebook.content_hash or key not in _CALENDARS:
        _CALENDARS[key] = Calendar(
            holidays=holidays(rulebook, nation), days=dict(_days(rulebook))
        )
    return _CALENDARS[key]


def holidays(rulebook: Rulebook, nation: str) -> frozenset[date]:
    """Give a nation's holidays.

    In England and Wales those of the rulebook, and GOV.UK's in years of which the
    rulebook says nothing. Elsewhere GOV.UK's list for the nation, and the rulebook's
    in years before that list begins. Nothing is fetched: the list is in the package.
    """
    division = DIVISIONS.get(nation.lower())
    own = _bundled(division or "england-and-wales")
    first, second = (own, rulebook.holidays) if division else (rulebook.holidays, own)
    years = {day.year for day in first}
    return frozenset(first) | {day for day in second if day.year not in years}


@cache
def _bundled(division: str) -> frozenset[date]:
    listed = BankHolidays(use_cached_holidays=True).get_holidays(division=division)
    return frozenset(one["date"] for one in listed)


def _days(rulebook: Rulebook) -> Iterator[tuple[str, int]]:
    for one in clocks():
        stated: Any = rulebook if one.rulebook else None
        for part in one.rulebook.split("."):
            stated = getattr(stated, part, None)
        days = one.days if stated is None else stated
        if days is not None:
            yield one.id, days
