"""How far a participant got towards each milestone that was not reached."""

from collections.abc import Iterator, Sequence
from datetime import date

from quasimarket.entitlement.records import Participation
from quasimarket.entitlement.reference.days import Run
from quasimarket.entitlement.reference.milestones import (
    following_days,
    runs_that_count,
)
from quasimarket.rulebook.rulebook import Basis, BreakRule, Milestone
from quasimarket.settlement.story.facts import Facts
from quasimarket.settlement.story.wording import counted, in_words


def not_reached(facts: Facts) -> Iterator[str]:
    """Say what the next milestone of each kind would have needed, and what there was.

    Without an attachment no day in work counts, and that is told already.
    """
    told = [
        sentence
        for milestone in facts.rulebook.milestones
        for sentence in _next_one(facts, milestone)
    ]
    if told:
        yield "Not reached"
        yield from told


def _next_one(facts: Facts, milestone: Milestone) -> Iterator[str]:
    participation = facts.view.participation
    if participation is None or milestone.basis is Basis.ATTACHMENT:
        return
    needed = milestone.days_for(participation.group)
    earned = _earned(facts, milestone)
    if needed is None:
        yield f"  No {milestone.name} is paid for in group {participation.group}."
    elif milestone.basis is Basis.DAYS_WITHOUT:
        if not earned:
            yield _days_without(facts, milestone, participation, needed)
    elif participation.attached is not None:
        runs = runs_that_count(
            facts.rulebook,
            participation,
            facts.known,
            facts.settlement.settled_to,
        )
        if milestone.basis is Basis.FOLLOWING_DAYS:
            if len(earned) < milestone.maximum_for(participation.group):
                yield _following(facts, milestone, runs, needed)
        elif not earned:
            yield _days_in_work(milestone, runs, needed)


def _days_in_work(milestone: Milestone, runs: Sequence[Run], needed: int) -> str:
    days = [run.days for run in runs]
    if milestone.unbroken:
        found, manner = max(days, default=0), " in a row"
    else:
        found, manner = sum(days), ""
    needs = f"{found:,} of {counted(needed, 'day')} in work{manner}"
    return f"  {needs}, so no {milestone.name}."


def _following(
    facts: Facts, milestone: Milestone, runs: Sequence[Run], needed: int
) -> str:
    earned = _earned(facts, milestone)
    wanted = f"{milestone.name} {len(earned) + 1}"
    followed = facts.rulebook.milestone(milestone.after) if milestone.after else None
    before = earned or (_earned(facts, followed) if followed else [])
    if not before:
        missing = followed.name if followed else "milestone"
        return f"  No {missing} to follow, so no {wanted}."
    found = most_days(runs, before[-1], needed, milestone.break_rule)
    manner = "" if milestone.break_rule is BreakRule.CARRY else " in a row"
    return f"  {found:,} of {counted(needed, 'day')} in work{manner}, so no {wanted}."


def most_days(
    runs: Sequence[Run], since: date, needed: int, break_rule: BreakRule
) -> int:
    """Give the most days, short of those needed, that were made up after a day.

    >>> run = Run(first=date(2012, 1, 1), last=date(2012, 1, 12))
    >>> most_days([run], date(2012, 1, 2), 28, BreakRule.RESTART)
    10
    """
    return next(
        (
            days
            for days in range(needed - 1, 0, -1)
            if following_days(runs, since, days, break_rule)
        ),
        0,
    )


def _days_without(
    facts: Facts, milestone: Milestone, participation: Participation, needed: int
) -> str:
    referred = participation.referred
    happened = min(
        (
            event.happened
            for event in facts.known
            if event.kind is milestone.without and event.happened >= referred
        ),
        default=None,
    )
    days = ((happened or facts.settlement.settled_to) - referred).days
    passed = f"  {days:,} of {counted(needed, 'day')} without the event"
    if happened is None:
        return f"{passed} {milestone.without} so far, so no {milestone.name} yet."
    return (
        f"{passed} {milestone.without}, which happened on {in_words(happened)}, "
        f"so no {milestone.name}."
    )


def _earned(facts: Facts, milestone: Milestone) -> list[date]:
    return [
        owed.reached.earned
        for owed in facts.view.owed
        if owed.reached.milestone == milestone.id
    ]
