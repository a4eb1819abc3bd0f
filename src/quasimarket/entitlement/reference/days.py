"""Which days were days in work (S1-S17): spells in, unbroken runs of days out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quasimarket.core.identifiers import EventId, SpellId, order_key
from quasimarket.events import Event, EventKind


ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """One job, or one time on benefit, as known on a day."""

    spell: SpellId
    event: EventId
    """The event that started it."""
    first: date
    last: date
    """Its last day; where it has not ended, the last day that can be known."""
    has_ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Consecutive days in work, first and last day included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Count the days."""
        return (self.last - self.first).days + 1


def job_spells(known: Collection[Event], as_of: date) -> list[Spell]:
    """List the jobs that stand; a rejection strikes out the spell it names (S11)."""
    struck_out = {event.spell for event in known if event.kind is EventKind.REJECTED}
    spells = _spells(known, EventKind.JOB_STARTED, EventKind.JOB_ENDED, as_of)
    return [spell for spell in spells if spell.spell not in struck_out]


def benefit_spells(known: Collection[Event], as_of: date) -> list[Spell]:
    """List the times on an out-of-work benefit."""
    return _spells(known, EventKind.BENEFIT_STARTED, EventKind.BENEFIT_ENDED, as_of)


def runs_in_work(
    jobs: Iterable[Spell],
    benefits: Sequence[Spell],
    *,
    attached: date,
    last_allotted_day: date,
    run_on: bool,
    bridge_days: int,
) -> list[Run]:
    """List the unbroken runs of days in work that count, in order."""
    on_benefit = [Run(first=spell.first, last=spell.last) for spell in benefits]
    stretches = [
        stretch
        for job in jobs
        if job.last >= attached
        for stretch in _without(
            Run(first=max(job.first, attached), last=job.last), on_benefit
        )
    ]
    runs = _joined(stretches, on_benefit, bridge_days)
    return _within_allotted_time(runs, last_allotted_day, run_on)


def spell_behind(day: date, jobs: Iterable[Spell]) -> Spell:
    """Give the job in which a day in work was worked; for a bridged day, the last."""
    holding = [job for job in jobs if job.first <= day <= job.last]
    if holding:
        return max(holding, key=lambda job: (job.first, order_key(job.event)))
    ended = [job for job in jobs if job.last < day]
    return max(ended, key=lambda job: (job.last, job.first, order_key(job.event)))


def _spells(
    known: Collection[Event], started: EventKind, ended: EventKind, as_of: date
) -> list[Spell]:
    """Pair starts with ends; `known` is in order of (known, id), so the last stands."""
    starts = {event.spell: event for event in known if event.kind is started}
    ends = {event.spell: event.happened for event in known if event.kind is ended}
    spells = []
    for name, start in starts.items():
        # A start carries its spell, or it could not exist.
        assert name is not None
        last = min(ends.get(name, as_of), as_of)
        if start.happened <= last:
            spells.append(
                Spell(
                    spell=name,
                    event=start.id,
                    first=start.happened,
                    last=last,
                    has_ended=name in ends and ends[name] <= as_of,
                )
            )
    return spells


def _without(stretch: Run, on_benefit: Iterable[Run]) -> list[Run]:
    """Take the days on benefit out of a stretch of work (S8)."""
    left = [stretch]
    for benefit in on_benefit:
        remaining: list[Run] = []
        for run in left:
            if benefit.last < run.first or run.last < benefit.first:
                remaining.append(run)
                continue
            if run.first < benefit.first:
                remaining.append(Run(first=run.first, last=benefit.first - ONE_DAY))
            if benefit.last < run.last:
                remaining.append(Run(first=benefit.last + ONE_DAY, last=run.last))
        left = remaining
    return left


def _joined(
    stretches: Iterable[Run], on_benefit: Collection[Run], bridge_days: int
) -> list[Run]:
    """Join stretches that overlap, touch, or are parted by a gap to bridge (S5, S7)."""
    runs: list[Run] = []
    for stretch in sorted(stretches, key=lambda run: run.first):
        if runs and _is_unbroken(runs[-1], stretch, on_benefit, bridge_days):
            last = max(runs[-1].last, stretch.last)
            runs[-1] = Run(first=runs[-1].first, last=last)
        else:
            runs.append(stretch)
    return runs


def _is_unbroken(
    earlier: Run, later: Run, on_benefit: Iterable[Run], bridge_days: int
) -> bool:
    gap = Run(first=earlier.last + ONE_DAY, last=later.first - ONE_DAY)
    if gap.days <= 0:
        return True
    return gap.days <= bridge_days and not any(
        benefit.first <= gap.last and gap.first <= benefit.last
        for benefit in on_benefit
    )


def _within_allotted_time(
    runs: Iterable[Run], last_allotted_day: date, run_on: bool
) -> list[Run]:
    """Drop what begins after the allotted time; keep or cut what outlasts it (S15)."""
    return [
        run
        if run_on or run.last <= last_allotted_day
        else Run(first=run.first, last=last_allotted_day)
        for run in runs
        if run.first <= last_allotted_day
    ]
