"""The published figures as this run gives them: one number a target.

Counts are weighted up in a thinned run. A figure that the run cannot give (its months
lie outside, its group or contract is not there, or the run is thinned and the figure is
of flows) is None.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.evidence.targets import Measure, Target
from quasimarket.market.chain import SECTORS, Chain
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.course import Course
from quasimarket.simulation.simulate import Stage
from quasimarket.simulation.state import ALLOCATED, SERVED, Prices


Mask = NDArray[np.bool_]
NOT_YET = 32_000
WEEKS_TO_JULY = 13
"""From a step in April to one in July."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the figures are made of: one entry a person, months counted from the first.

    Months are `NOT_YET` where something never happened.
    """

    stage: Stage
    rulebook: Rulebook
    clock: Clock
    chain: Chain
    course: Course
    weight: float
    group: NDArray[np.uint8]
    contract: NDArray[np.int16]
    referred: NDArray[np.int16]
    attached: NDArray[np.int16]
    outcome: NDArray[np.int16]
    """Month in which a claimed outcome was earned."""
    unclaimed: NDArray[np.int16]
    """Month in which an outcome that is never claimed was earned."""
    first_start: NDArray[np.int16]
    following_person: NDArray[np.int32]
    following_month: NDArray[np.int16]
    """Month in which each following milestone became payable."""
    following_pence: NDArray[np.int64]
    outcome_person: NDArray[np.int32]
    outcome_month: NDArray[np.int16]
    outcome_pence: NDArray[np.int64]

    def month(self, month: Month) -> int:
        """Give a month's number."""
        first = self.clock.months[0]
        return (month.year - first.year) * 12 + month.month - first.month

    def contract_code(self, contract: str) -> int:
        """Give a contract's place, -1 where it is not in the run."""
        ids = [one.id for one in self.rulebook.contracts]
        return ids.index(contract) if contract in ids else -1  # type: ignore[arg-type]  # ids are text


def facts_of(stage: Stage) -> Facts:
    """Gather what the figures are made of."""
    rulebook, clock, chain, prices = (
        stage.rulebook,
        stage.clock,
        stage.chain,
        stage.prices,
    )
    course, spells, milestones = stage.course, stage.spells, stage.milestones
    weight = stage.population.weight
    people = course.people
    count = len(people.number)
    sunday_month = _months_of(clock, 6)
    month_of_week = clock.month_of_week.astype(np.int16)
    first = milestones.number == 0
    reached = np.full(count, NOT_YET, np.int16)
    reached[milestones.person[first]] = sunday_month[milestones.week[first]]
    claims = people.claims == 1
    start = np.full(count, NOT_YET, np.int16)
    np.minimum.at(start, spells.person, spells.start_week.astype(np.int16))
    started = start < clock.weeks
    start[started] = month_of_week[start[started]]
    attached = np.full(count, NOT_YET, np.int16)
    known = people.position >= 0
    attached[known] = month_of_week[people.attachment_week[known]]
    claimed = claims[milestones.person]
    outcome_at, rest = first & claimed, ~first
    return Facts(
        stage=stage,
        rulebook=rulebook,
        clock=clock,
        chain=chain,
        course=course,
        weight=weight,
        group=people.group,
        contract=people.contract,
        referred=month_of_week[people.referral_week],
        attached=attached,
        outcome=np.where(claims, reached, np.int16(NOT_YET)),
        unclaimed=np.where(claims, np.int16(NOT_YET), reached),
        first_start=start,
        following_person=milestones.person[rest],
        following_month=clock.payable_month[2, milestones.week[rest]],
        following_pence=_priced(prices, course, milestones.person[rest], 2),
        outcome_person=milestones.person[outcome_at],
        outcome_month=clock.payable_month[1, milestones.week[outcome_at]],
        outcome_pence=_priced(prices, course, milestones.person[outcome_at], 1),
    )


def compute(facts: Facts, target: Target) -> float | None:
    """Give a target's figure in this run, or None where the run has none."""
    last = facts.month(target.seen_to)
    if last >= len(facts.clock.months) or facts.month(target.first_month) < 0:
        return None
    return _MEASURES[target.measure](facts, target)


def _people(facts: Facts, target: Target) -> Mask:
    """Say who belongs to a target's groups and contract."""
    chosen: Mask = np.ones(len(facts.group), bool)
    if target.groups:
        asked = [group.id in target.groups for group in facts.rulebook.groups]
        chosen = np.array(asked)[facts.group]
    contract = _scope(target, "contract")
    if contract is not None:
        chosen &= facts.contract == facts.contract_code(contract)
    return chosen


def _scope(target: Target, key: str) -> str | None:
    name, _, value = target.scope.partition("=")
    return value if name == key else None


def _within(facts: Facts, target: Target, months: NDArray[np.int16]) -> Mask:
    first, last = facts.month(target.first_month), facts.month(target.last_month)
    inside: Mask = (months >= first) & (months <= last)
    return inside


def _count_of(name: str) -> Callable[[Facts, Target], float]:
    def count(facts: Facts, target: Target) -> float:
        inside = _within(facts, target, getattr(facts, name))
        return float((inside & _people(facts, target)).sum()) * facts.weight

    return count


def _share(top: Mask, bottom: Mask) -> float | None:
    whole = int(bottom.sum())
    return float((top & bottom).sum()) / whole if whole else None


def _attached_share(facts: Facts, target: Target) -> float | None:
    last = facts.month(target.last_month)
    return _share(facts.attached <= last, _within(facts, target, facts.referred))


def _followed(facts: Facts, target: Target) -> float | None:
    intake = _within(facts, target, facts.referred) & _people(facts, target)
    return _share(facts.outcome <= facts.referred + 12, intake)


def _intake_outcomes(facts: Facts, target: Target) -> float:
    intake = _within(facts, target, facts.referred) & _people(facts, target)
    placed = intake & (facts.outcome <= facts.month(target.seen_to))
    return float(placed.sum()) * facts.weight


def _outcome_rate(facts: Facts, target: Target) -> float | None:
    people = _people(facts, target)
    referred = int((people & _within(facts, target, facts.referred)).sum())
    placed = int((people & _within(facts, target, facts.outcome)).sum())
    return placed / referred if referred else None


def _by_contract(facts: Facts, chosen: Mask) -> NDArray[np.int64]:
    return np.bincount(facts.contract[chosen], minlength=len(facts.rulebook.contracts))


def _highest_outcome_rate(facts: Facts, target: Target) -> float | None:
    referred = _by_contract(facts, _within(facts, target, facts.referred))
    placed = _by_contract(facts, _within(facts, target, facts.outcome))
    return float((placed[referred > 0] / referred[referred > 0]).max())


def _lowest_intake(facts: Facts, target: Target) -> float | None:
    intake = _within(facts, target, facts.referred)
    referred = _by_contract(facts, intake)
    placed = _by_contract(facts, intake & (facts.outcome <= facts.referred + 12))
    return float((placed[referred > 0] / referred[referred > 0]).min())


def _starter_share(facts: Facts, target: Target) -> float | None:
    seen = facts.month(target.seen_to)
    people = _people(facts, target) & _within(facts, target, facts.referred)
    return _share(facts.first_start <= seen, people & (facts.attached <= seen))


def _median_following(facts: Facts, target: Target) -> float | None:
    chosen = _within(facts, target, facts.outcome) & _people(facts, target)
    if not chosen.any():
        return None
    made = facts.following_month <= facts.month(target.seen_to)
    counts = np.bincount(facts.following_person[made], minlength=len(facts.group))
    return smooth_median(counts[chosen])


def smooth_median(counts: NDArray[np.int64]) -> float:
    """Give the median of whole numbers, shared out evenly between neighbours.

    A plain median of counts jumps from one whole number to the next, so that a fit
    could not feel its way; this one moves with the share of people on either side, and
    rounds to the plain one.
    """
    whole = np.bincount(counts)
    below = whole.cumsum() - whole
    half = len(counts) / 2
    at = int(np.searchsorted(whole.cumsum(), half))
    return float(max(0.0, at - 0.5 + (half - below[at]) / whole[at]))


def _attachment_money(facts: Facts, target: Target) -> float:
    """Price attachments with the fee steps in April (as stated) or in July."""
    if _scope(target, "steps") == "april":
        return _paid(facts, target, 0)
    stage, people = facts.stage, facts.course.people
    inside = _within(facts, target, facts.attached)
    week = np.maximum(people.attachment_week[inside] - WEEKS_TO_JULY, 0)
    pence = stage.prices.upstream[
        people.contract[inside],
        people.group[inside],
        facts.clock.price_period[week],
        0,
    ]
    return float(pence.sum()) / 100 * facts.weight


def _paid(facts: Facts, target: Target, kind: int) -> float:
    first, last = facts.month(target.first_month), facts.month(target.last_month)
    pence = facts.course.counts.paid_upstream[:, kind, first : last + 1].sum()
    return float(pence) / 100 * facts.weight


def _outcome_money(facts: Facts, target: Target) -> float:
    inside = _within(facts, target, facts.outcome_month)
    inside &= _people(facts, target)[facts.outcome_person]
    return float(facts.outcome_pence[inside].sum()) / 100 * facts.weight


def _following_money(facts: Facts, target: Target) -> float:
    inside = _within(facts, target, facts.following_month)
    inside &= _people(facts, target)[facts.following_person]
    return float(facts.following_pence[inside].sum()) / 100 * facts.weight


def _total_money(facts: Facts, target: Target) -> float:
    return sum(_paid(facts, target, kind) for kind in range(3))


def _zero_referral_share(facts: Facts, target: Target) -> float | None:
    """Over contracted organisations of a sector, those without any person at all."""
    if facts.weight != 1:
        return None
    chain = facts.chain
    last = facts.month(target.seen_to)
    tally = facts.course.tally[: last + 1].sum(axis=0)
    flow = tally[:, ALLOCATED] + tally[:, SERVED]
    sector = SECTORS.index(str(_scope(target, "sector")))
    inside = (chain.sector == sector) & chain.contracted & (chain.tier > 0)
    people: dict[str, int] = {}
    for place in np.flatnonzero(inside).tolist():
        holder = chain.organisation[place]
        people[holder] = people.get(holder, 0) + int(flow[place])
    if not people:
        return None
    return sum(count == 0 for count in people.values()) / len(people)


def _sector_share(facts: Facts, target: Target) -> float | None:
    if facts.weight != 1:
        return None
    last = facts.month(target.last_month)
    people = facts.course.tally[: last + 1, :, ALLOCATED].sum(axis=0)
    sector = SECTORS.index(str(_scope(target, "sector")))
    whole = people.sum()
    inside = people[facts.chain.sector == sector].sum()
    return float(inside / whole) if whole else None


def _priced(
    prices: Prices, course: Course, person: NDArray[np.int32], kind: int
) -> NDArray[np.int64]:
    people = course.people
    table: NDArray[np.int64] = prices.upstream[
        people.contract[person], people.group[person], people.period[person], kind
    ]
    return table


def _months_of(clock: Clock, days_ahead: int) -> NDArray[np.int64]:
    days = (clock.monday + days_ahead).astype("datetime64[D]").astype("datetime64[M]")
    first = np.datetime64(str(clock.months[0]), "M")
    return (days - first).astype(np.int64)


_MEASURES: dict[Measure, Callable[[Facts, Target], float | None]] = {
    Measure.REFERRALS: _count_of("referred"),
    Measure.ATTACHED_SHARE: _attached_share,
    Measure.COHORT_12M: _followed,
    Measure.INTAKE_12M: _followed,
    Measure.INTAKE_JOB_OUTCOMES: _intake_outcomes,
    Measure.JOB_OUTCOMES: _count_of("outcome"),
    Measure.UNCLAIMED_OUTCOMES: _count_of("unclaimed"),
    Measure.OUTCOME_RATE: _outcome_rate,
    Measure.HIGHEST_OUTCOME_RATE: _highest_outcome_rate,
    Measure.LOWEST_INTAKE_12M: _lowest_intake,
    Measure.LEVEL_RATE: _outcome_rate,
    Measure.JOB_STARTERS: _count_of("first_start"),
    Measure.JOB_STARTER_SHARE: _starter_share,
    Measure.MEDIAN_SUSTAINMENTS: _median_following,
    Measure.ATTACHMENT_MONEY: _attachment_money,
    Measure.JOB_OUTCOME_MONEY: _outcome_money,
    Measure.SUSTAINMENT_MONEY: _following_money,
    Measure.TOTAL_MONEY: _total_money,
    Measure.ZERO_REFERRAL_SHARE: _zero_referral_share,
    Measure.SECTOR_ATTACHMENT_SHARE: _sector_share,
}
