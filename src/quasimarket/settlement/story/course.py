"""What happened to a participant: referral, moves, jobs and the days that count."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from quasimarket.entitlement.records import Participation
from quasimarket.entitlement.reference.days import (
    Run,
    Spell,
    benefit_spells,
    job_spells,
)
from quasimarket.entitlement.reference.milestones import runs_that_count
from quasimarket.events import EventKind
from quasimarket.settlement.story.facts import Facts
from quasimarket.settlement.story.wording import counted, in_words


def beginning(facts: Facts) -> Iterator[str]:
    """Say who, where, in which group and since when."""
    yield f"Participant {facts.participant}, as known on " + in_words(
        facts.settlement.settled_to
    )
    participation = facts.view.participation
    if participation is None:
        yield "No referral stands: there is no participation, and nothing is earned."
        return
    rulebook = facts.rulebook
    group = rulebook.group(participation.group)
    yield (
        f"Referred on {in_words(participation.referred)} to contract "
        f"{participation.contract} in payment group {group.id} ({group.name})."
    )
    if participation.attached is None:
        yield "Never attached."
    else:
        year = rulebook.contract_year(participation.attached)
        yield (
            f"Attached on {in_words(participation.attached)}, in contract year {year}, "
            "whose prices apply."
        )
    last = participation.referred + timedelta(days=rulebook.allotted_days - 1)
    yield f"The allotted {rulebook.allotted_days} days end on {in_words(last)}."
    yield from _moves(facts, participation)


def _moves(facts: Facts, participation: Participation) -> Iterator[str]:
    for event in sorted(facts.known, key=lambda event: event.happened):
        day, place = in_words(event.happened), event.position
        with_whom = f"subcontract {place}" if place else "the prime's own unit"
        match event.kind:
            case EventKind.ALLOCATED:
                yield f"Allocated to {with_whom} on {day}."
            case EventKind.TRANSFERRED:
                yield (
                    f"Transferred to contract {event.contract}, {with_whom}, on {day}."
                )
            case EventKind.GROUP_CHANGED:
                yield (
                    f"Group changed to {event.group} on {day}: the group is frozen at "
                    "referral, so nothing changes."
                )
            case EventKind.GROUP_CORRECTED:
                yield (
                    f"Group corrected to {event.group}, known on "
                    f"{in_words(event.known)}; "
                    f"the group that stands is {participation.group}."
                )


def work(facts: Facts) -> Iterator[str]:
    """Say each job, each time on benefit, and the runs of days that count."""
    as_of = facts.settlement.settled_to
    jobs = job_spells(facts.known, as_of)
    benefits = benefit_spells(facts.known, as_of)
    struck_out = {
        event.spell for event in facts.known if event.kind is EventKind.REJECTED
    }
    if not jobs and not benefits and not any(struck_out):
        return
    yield "Work"
    for job in sorted(jobs, key=lambda job: (job.first, job.spell)):
        yield f"  Job {job.spell}: {_dates(job)}."
    for benefit in sorted(benefits, key=lambda spell: (spell.first, spell.spell)):
        yield f"  On benefit: {_dates(benefit)}. No day of it counts as work."
    for name in sorted(name for name in struck_out if name):
        yield f"  Job {name} was struck out by a validation and does not count."
    participation = facts.view.participation
    if participation and participation.attached:
        runs = runs_that_count(facts.rulebook, participation, facts.known, as_of)
        yield from _runs(runs)


def _dates(spell: Spell) -> str:
    if not spell.has_ended:
        return f"since {in_words(spell.first)}, not known to have ended"
    return f"{in_words(spell.first)} to {in_words(spell.last)}"


def _runs(runs: Sequence[Run]) -> Iterator[str]:
    if not runs:
        yield "  No day of it counts."
        return
    yield "  Days in work that count, in unbroken runs:"
    total = 0
    for before, run in zip([None, *runs], runs, strict=False):
        if before:
            gap = (run.first - before.last).days - 1
            yield f"      a break of {counted(gap, 'day')}"
        total += run.days
        yield (
            f"    {in_words(run.first)} to {in_words(run.last)}: "
            f"{counted(run.days, 'day')}, {total} so far"
        )
