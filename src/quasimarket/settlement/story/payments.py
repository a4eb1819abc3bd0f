"""What is paid to whom for a participant, what is not, what was taken back, and why."""

from collections.abc import Iterator
from datetime import timedelta

from quasimarket.core.dates import Month
from quasimarket.core.money import format_pounds
from quasimarket.entitlement.records import Reached
from quasimarket.rulebook.rulebook import Basis, Milestone
from quasimarket.settlement.records import Line
from quasimarket.settlement.reference.views import Owed
from quasimarket.settlement.story.facts import Facts
from quasimarket.settlement.story.wording import (
    WHY_NOT_PAID,
    WHY_REFUSED,
    counted,
    in_words,
    month_in_words,
    ordinal,
)


def milestones(facts: Facts) -> Iterator[str]:
    """Say each milestone, why it was earned that day, and what was paid for it."""
    if facts.view.owed:
        yield "Milestones"
    for owed in facts.view.owed:
        reached = owed.reached
        yield (
            f"  {facts.name(reached.milestone, reached.number)}: earned on "
            f"{in_words(reached.earned)}, {_why_that_day(facts, reached)}."
        )
        yield from facts.clause(reached.rule)
        lines = [
            line
            for line in facts.lines
            if (line.kind, line.number, line.earned)
            == (reached.milestone, reached.number, reached.earned)
            and not line.is_reversal
        ]
        for line in lines:
            yield from _payment(facts, line, owed)


def _why_that_day(facts: Facts, reached: Reached) -> str:
    milestone = facts.rulebook.milestone(reached.milestone)
    needed = milestone.days_for(reached.group)
    if milestone.basis is Basis.ATTACHMENT:
        return "the day of the attachment"
    if milestone.basis is Basis.FOLLOWING_DAYS:
        return _why_following(facts, milestone, reached, needed or 0)
    if milestone.basis is Basis.DAYS_WITHOUT:
        return f"{counted(needed or 0, 'day')} without the event {milestone.without}"
    manner = " in a row" if milestone.unbroken else ""
    return f"the {ordinal(needed or 0)} day in work{manner}"


def _why_following(
    facts: Facts, milestone: Milestone, reached: Reached, needed: int
) -> str:
    earlier = [
        owed.reached
        for owed in facts.view.owed
        if (owed.reached.milestone, owed.reached.number)
        in (
            (milestone.id, reached.number - 1),
            *([(milestone.after, 1)] if reached.number == 1 else []),
        )
    ]
    first_counted = reached.earned - timedelta(days=needed - 1)
    if earlier and earlier[-1].earned == first_counted - timedelta(days=1):
        before = earlier[-1]
        since = facts.name(before.milestone, before.number).lower()
        article = "the " if before.milestone == milestone.after else ""
        return f"the {ordinal(needed)} day in work in a row since {article}{since}"
    return f"the {ordinal(needed)} day in work counted again after a break"


def _payment(facts: Facts, line: Line, owed: Owed | None) -> Iterator[str]:
    """Say one line: how much, in which statement, from when, and what went on."""
    late = f", {_why_then(line, owed)}" if owed and line.payable > line.earned else ""
    back = _taken_back(facts, line)
    later = f" Taken back in {month_in_words(back)}: see below." if back else ""
    yield (
        f"    {format_pounds(line.amount)} to contract {line.contract} in the "
        f"statement of {month_in_words(line.statement)}{late}.{later}"
    )
    for below in facts.downstream:
        if (below.kind, below.number, below.earned, below.contract) == (
            line.kind,
            line.number,
            line.earned,
            line.contract,
        ) and not below.is_reversal:
            yield (
                f"      Of it {format_pounds(below.amount)} to subcontract "
                f"{below.position} in the statement of "
                f"{month_in_words(below.statement)}."
            )


def _taken_back(facts: Facts, line: Line) -> Month | None:
    """Give the month in which a line was reversed, if it was."""
    return next(
        (
            one.statement
            for one in facts.lines
            if one.is_reversal
            and one.statement > line.statement
            and (one.kind, one.number, one.earned, one.contract, -one.amount)
            == (line.kind, line.number, line.earned, line.contract, line.amount)
        ),
        None,
    )


def _why_then(line: Line, owed: Owed) -> str:
    """Say what a line waited for: the last of its days."""
    waits = {
        owed.claim.validated: "the day it was validated",
        owed.claim.claimed: "the day it was claimed",
        owed.reached.claimable: "the first day on which it may be claimed",
    }
    day = in_words(line.payable)
    what = waits.get(line.payable, "when all that comes before it was accepted")
    return f"payable from {day}, {what}"


def other_lines(facts: Facts) -> Iterator[str]:
    """Say the lines that are for no milestone, such as an incentive."""
    milestones = {milestone.id for milestone in facts.rulebook.milestones}
    lines = [
        line
        for line in facts.lines
        if line.kind not in milestones and not line.is_reversal
    ]
    if lines:
        yield "Besides"
    for line in lines:
        yield (
            f"  {facts.name(line.kind, line.number)}: earned on "
            f"{in_words(line.earned)}, the last day of the contract year."
        )
        yield from facts.clause(line.rule)
        yield from _payment(facts, line, None)


def not_paid(facts: Facts) -> Iterator[str]:
    """Say what was not paid and what would clear it."""
    own = [
        one for one in facts.settlement.unpaid if one.participant == facts.participant
    ]
    if own:
        yield "Not paid"
    for unpaid in own:
        name = facts.name(unpaid.kind, unpaid.number)
        if unpaid.earned:
            yield (
                f"  {name}, earned on {in_words(unpaid.earned)}: "
                f"{WHY_NOT_PAID[unpaid.reason]}"
            )
        else:
            yield f"  {name}, claimed and refused: {WHY_REFUSED[unpaid.reason]}"


def corrections(facts: Facts) -> Iterator[str]:
    """Say each line taken back, and on what news."""
    reversals = [line for line in facts.lines if line.is_reversal]
    if reversals:
        yield "Corrections"
    for line in reversals:
        yield (
            f"  {facts.name(line.kind, line.number)}, earned on "
            f"{in_words(line.earned)}: {format_pounds(-line.amount)} taken back from "
            f"contract {line.contract} in the statement of "
            f"{month_in_words(line.statement)}, when the line no longer followed."
        )
        yield from _news(facts, line.statement)
        for below in facts.downstream:
            if below.is_reversal and (below.kind, below.number, below.earned) == (
                line.kind,
                line.number,
                line.earned,
            ):
                yield (
                    f"    {format_pounds(-below.amount)} of it taken back from "
                    f"subcontract {below.position} in the statement of "
                    f"{month_in_words(below.statement)}."
                )


def _news(facts: Facts, month: Month) -> Iterator[str]:
    for event in facts.known:
        if Month.of(event.known) == month:
            yield (
                f"    Known that month: {event.kind}, {in_words(event.happened)} "
                f"(event {event.id}, known on {in_words(event.known)})."
            )
