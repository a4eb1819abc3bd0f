"""Which milestone was reached on which day, from the runs of days in work."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache

from quasimarket.core.dates import nth_working_day_after
from quasimarket.core.identifiers import EventId, MilestoneId
from quasimarket.entitlement.records import Participation, Reached
from quasimarket.entitlement.reference.days import (
    ONE_DAY,
    Run,
    Spell,
    benefit_spells,
    job_spells,
    runs_in_work,
    spell_behind,
)
from quasimarket.entitlement.reference.knowledge import contract_on, position_on
from quasimarket.events import Event
from quasimarket.rulebook.rulebook import Basis, BreakRule, Milestone, Rulebook


# The same days are asked for again with every piece of news.
_nth_working_day_after = cache(nth_working_day_after)


def reached_by(
    rulebook: Rulebook,
    participation: Participation,
    known: Collection[Event],
    as_of: date,
) -> tuple[Reached, ...]:
    """List what a participant has reached, as known on a day, in rulebook order."""
    jobs = job_spells(known, as_of)
    runs = runs_that_count(rulebook, participation, known, as_of)
    earned = _Earned(rulebook, participation, known, as_of, runs)
    return tuple(
        Reached(
            participant=participation.participant,
            milestone=milestone.id,
            number=number,
            earned=day,
            claimable=_nth_working_day_after(
                day, milestone.claim_after_working_days, rulebook.holidays
            ),
            contract=contract_on(day, participation, known),
            position=position_on(day, known),
            group=participation.group,
            priced_on=participation.attached or participation.referred,
            rule=milestone.clause,
            events=_events_behind(milestone, day, participation, jobs),
        )
        for milestone in rulebook.milestones
        for number, day in enumerate(earned.days(milestone.id), start=1)
    )


def day_seen(rulebook: Rulebook, reached: Reached, jobs: Collection[Spell]) -> date:
    """Give the day by which a milestone's day can be told to have earned it.

    That is the day itself, but for a day in a gap between two jobs: only when work
    begins again is the gap known to be short enough to bridge.
    """
    day = reached.earned
    is_about_work = rulebook.milestone(reached.milestone).basis in (
        Basis.DAYS_IN_WORK,
        Basis.FOLLOWING_DAYS,
    )
    if not is_about_work or any(job.first <= day <= job.last for job in jobs):
        return day
    return min(job.first for job in jobs if job.first > day)


def runs_that_count(
    rulebook: Rulebook,
    participation: Participation,
    known: Collection[Event],
    as_of: date,
) -> list[Run]:
    """List the runs of days in work that count for a participation."""
    if participation.attached is None:
        return []
    allotted = timedelta(days=rulebook.allotted_days - 1)
    return runs_in_work(
        job_spells(known, as_of),
        benefit_spells(known, as_of),
        attached=participation.attached,
        last_allotted_day=participation.referred + allotted,
        run_on=rulebook.run_on,
        bridge_days=rulebook.bridge_days,
    )


class _Earned:
    """The days on which one participant earned each milestone."""

    def __init__(
        self,
        rulebook: Rulebook,
        participation: Participation,
        known: Collection[Event],
        as_of: date,
        runs: Sequence[Run],
    ) -> None:
        self._rulebook = rulebook
        self._participation = participation
        self._known = known
        self._as_of = as_of
        self._runs = runs

    def days(self, milestone_id: MilestoneId) -> list[date]:
        """List the days on which number 1, 2, ... of a milestone were earned."""
        milestone = self._rulebook.milestone(milestone_id)
        participation = self._participation
        if milestone.basis is Basis.ATTACHMENT:
            return [participation.attached] if participation.attached else []
        needed = milestone.days_for(participation.group)
        if needed is None:
            return []
        if milestone.basis is Basis.FOLLOWING_DAYS:
            return self._following(milestone, needed)
        if milestone.basis is Basis.DAYS_WITHOUT:
            day = self._day_without(milestone, needed)
        else:
            day = nth_day_in_work(self._runs, needed, unbroken=milestone.unbroken)
        return [day] if day else []

    def _following(self, milestone: Milestone, needed: int) -> list[date]:
        followed = self.days(milestone.after) if milestone.after else []
        if not followed:
            return []
        maximum = milestone.maximum_for(self._participation.group)
        days = following_days(self._runs, followed[0], needed, milestone.break_rule)
        return days[:maximum]

    def _day_without(self, milestone: Milestone, needed: int) -> date | None:
        referred = self._participation.referred
        last = referred + timedelta(days=needed - 1)
        happened = any(
            event.kind is milestone.without and referred <= event.happened <= last
            for event in self._known
        )
        return None if happened or last > self._as_of else last


def nth_day_in_work(runs: Sequence[Run], needed: int, *, unbroken: bool) -> date | None:
    """Give the day in work that makes up the number needed, if there is one (S19).

    >>> first = Run(first=date(2012, 1, 1), last=date(2012, 1, 10))
    >>> second = Run(first=date(2012, 3, 1), last=date(2012, 3, 10))
    >>> nth_day_in_work([first, second], 12, unbroken=False)
    datetime.date(2012, 3, 2)
    """
    counted = 0
    for run in runs:
        if unbroken:
            counted = 0
        if counted + run.days >= needed:
            return run.first + (needed - counted - 1) * ONE_DAY
        counted += run.days
    return None


def following_days(
    runs: Sequence[Run], earned: date, needed: int, break_rule: BreakRule
) -> list[date]:
    """List each day that makes up the number needed once more, after a day (S23-S25).

    >>> run = Run(first=date(2012, 1, 1), last=date(2012, 3, 1))
    >>> following_days([run], date(2012, 1, 2), 28, BreakRule.RESTART)
    [datetime.date(2012, 1, 30), datetime.date(2012, 2, 27)]
    """
    days: list[date] = []
    counted = 0
    for run in runs:
        if run.last < earned:
            continue
        yesterday = max(earned, run.first - ONE_DAY)
        while yesterday + (needed - counted) * ONE_DAY <= run.last:
            yesterday += (needed - counted) * ONE_DAY
            days.append(yesterday)
            counted = 0
        if break_rule is BreakRule.END:
            break
        left_over = (run.last - yesterday).days
        counted = counted + left_over if break_rule is BreakRule.CARRY else 0
    return days


def _events_behind(
    milestone: Milestone,
    day: date,
    participation: Participation,
    jobs: Collection[Spell],
) -> tuple[EventId, ...]:
    """Name the events that a milestone follows from."""
    if milestone.basis is Basis.DAYS_WITHOUT:
        return (participation.referral,)
    # Nothing but days-without can be reached without an attachment.
    assert participation.attachment is not None
    if milestone.basis is Basis.ATTACHMENT:
        return (participation.attachment,)
    return (participation.attachment, spell_behind(day, jobs).event)
