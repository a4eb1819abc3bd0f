"""What an area is worth on the department's forecast, at prices before discount.

Bidders know the forecast and the rate card. What they do not know is how many will
reach an outcome. The *sober rate* is what the model's own hazards give under the
founding service once it is learnt; bidders believe in more (rule R1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from quasimarket.core.dates import Month, months_from
from quasimarket.core.identifiers import ContractId, MilestoneId
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.rulebook.rulebook import Basis, Milestone, Rulebook


Floats = NDArray[np.float64]

YEAR = 365.25
QUANTILES = 16
"""Kinds of people, by employability, over whom the sober rate is averaged."""
UNDATED = ContractId("")
"""No contract: with no discount in the rulebook, prices are alike in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastValue:
    """Pence over the whole intake, by area and group, before discount.

    `by_rate` is what would be paid if every person attached reached an outcome.
    """

    people: Floats
    certain: Floats
    by_rate: Floats
    certain_discountable: Floats
    by_rate_discountable: Floats
    service_fees: Floats
    """By area, the winners' together."""
    sober_rates: Floats
    """By group: outcomes a person attached."""
    months_each: Floats
    """By group: months in which a person attached looks for work, at that rate."""
    months_served: Floats
    """By area: the same, of everybody."""
    years: float

    def income(self, rates: Floats) -> Floats:
        """Give income by area at outcome rates by (..., group)."""
        paid: Floats = self.certain.sum(axis=1) + self.service_fees
        return paid + rates @ self.by_rate.T

    def discountable(self, rates: Floats) -> Floats:
        """Give the part of income that a discount is taken off."""
        certain: Floats = self.certain_discountable.sum(axis=1)
        return certain + rates @ self.by_rate_discountable.T


def forecast_value(rulebook: Rulebook, behaviour: Behaviour) -> ForecastValue:
    """Add up the forecast at prices before discount."""
    months = sorted({row.month for row in rulebook.intake})
    people = _forecast(rulebook, months)
    people *= behaviour["attachment.share"]
    shape = len(rulebook.areas), len(rulebook.groups)
    parts = {name: np.zeros(shape) for name in _PARTS}
    undiscounted = replace(rulebook, discounts=())
    for milestone in rulebook.milestones:
        prices = _prices(undiscounted, milestone, months) * _number_earned(
            rulebook, behaviour, milestone
        )
        amount = np.einsum("amg,mg->ag", people, prices)
        name = "certain" if milestone.basis is Basis.ATTACHMENT else "by_rate"
        if name == "by_rate":
            amount *= _local_prices(rulebook)[:, None]
        parts[name] += amount
        if milestone.id in discounted_milestones(rulebook):
            parts[f"{name}_discountable"] += amount
    sober = sober_outlook(rulebook, behaviour)
    return ForecastValue(
        people=people.sum(axis=1),
        service_fees=_service_fees(rulebook),
        sober_rates=sober.rates,
        months_each=sober.months,
        months_served=people.sum(axis=1) @ sober.months,
        years=max(1, len(months)) / 12,
        **parts,
    )


_PARTS = ("certain", "by_rate", "certain_discountable", "by_rate_discountable")


def discounted_milestones(rulebook: Rulebook) -> tuple[MilestoneId, ...]:
    """Give the milestones that bids discount: the rulebook's, else the outcome."""
    named = dict.fromkeys(row.milestone for row in rulebook.discounts)
    return tuple(named) or (rulebook.performance.milestone,)


class Outlook(NamedTuple):
    """What a sober bidder would expect of a person attached, by group."""

    rates: Floats
    """Outcomes reached and claimed."""
    months: Floats
    """Months on the programme and out of work, up to an outcome."""


def sober_outlook(rulebook: Rulebook, behaviour: Behaviour) -> Outlook:
    """Follow each group week by week under the founding service."""
    work = [one for one in rulebook.milestones if one.basis is Basis.DAYS_IN_WORK]
    groups = len(rulebook.groups)
    outlook = Outlook(
        np.zeros(groups), np.full(groups, rulebook.allotted_days * 12 / YEAR)
    )
    if not work:
        return outlook
    days = [work[0].days_for(group.id) or 0 for group in rulebook.groups]
    hazard = np.array(
        [
            behaviour.get(f"hazard.{group.id}", behaviour["hazard.2"])
            for group in rulebook.groups
        ]
    )
    chance = _Chances.of(rulebook, behaviour, unbroken=work[0].unbroken)
    for needed in sorted({one for one in days if one > 0}):
        fitting = np.array(days) == needed
        reached, served = _follow(hazard[fitting], -(-needed // 7), chance)
        outlook.rates[fitting] = reached * behaviour["claim.rate"]
        outlook.months[fitting] = served * 7 * 12 / YEAR
    return outlook


class _Chances(NamedTuple):
    """The weekly law of finding and losing work, for kinds of people."""

    spread: Floats
    again: float
    keeps: float
    weeks: int
    unbroken: bool

    @classmethod
    def of(
        cls, rulebook: Rulebook, behaviour: Behaviour, *, unbroken: bool
    ) -> "_Chances":
        middle = ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES)
        waited = int(behaviour["attachment.weeks"]) // 2
        return cls(
            spread=np.exp(behaviour["employability.spread"] * middle),
            again=behaviour["hazard.again"],
            keeps=float(np.exp(-behaviour["loss.before"])),
            weeks=rulebook.allotted_days // 7 - waited,
            unbroken=unbroken,
        )


def _follow(hazard: Floats, needed: int, chance: _Chances) -> tuple[Floats, Floats]:
    """Give by group the chance of so many weeks in work, and the weeks spent looking.

    State: weeks in work so far, and whether in work now. Somebody in work when the
    allotted time ends goes on until the work breaks.
    """
    rate = np.outer(hazard, chance.spread)
    first = -np.expm1(-rate)[..., None]
    finds = np.repeat(-np.expm1(-chance.again * rate)[..., None], needed, axis=2)
    finds[..., :1] = first
    looking = np.zeros(finds.shape)
    looking[..., 0] = 1.0
    working = np.zeros(finds.shape)
    done = np.zeros(rate.shape)
    served = np.zeros(rate.shape)
    for week in range(chance.weeks + needed):
        starts = looking * finds if week < chance.weeks else np.zeros(1)
        looking = looking - starts
        if week < chance.weeks:
            served += looking.sum(axis=2)
        working = working + starts
        done += working[..., -1]
        worked = np.roll(working, 1, axis=2)
        worked[..., 0] = 0.0
        lost = worked * (1 - chance.keeps)
        working = worked - lost
        if chance.unbroken:
            looking[..., 0] += lost.sum(axis=2)
        else:
            looking = looking + lost
    return done.mean(axis=1), served.mean(axis=1)


def _number_earned(
    rulebook: Rulebook, behaviour: Behaviour, milestone: Milestone
) -> Floats:
    """Give by group how many are earned by whoever earns one at all.

    Following milestones are counted for one unbroken run of work.
    """
    numbers = []
    weekly = behaviour["loss.after"]
    for group in rulebook.groups:
        days = milestone.days_for(group.id)
        if milestone.basis is not Basis.FOLLOWING_DAYS:
            numbers.append(1.0)
        elif days is None:
            numbers.append(0.0)
        else:
            steps = np.arange(1, milestone.maximum_for(group.id) + 1)
            numbers.append(float(np.exp(-weekly * days / 7 * steps).sum()))
    return np.array(numbers)


def _prices(
    undiscounted: Rulebook, milestone: Milestone, months: Sequence[Month]
) -> Floats:
    return np.array(
        [
            [
                undiscounted.unit_price(
                    milestone.id, UNDATED, group.id, month.first_day
                )
                or 0
                for group in undiscounted.groups
            ]
            for month in months
        ],
        np.float64,
    ).reshape(len(months), len(undiscounted.groups))


def _local_prices(rulebook: Rulebook) -> Floats:
    """Give by area what local unemployment makes of prices for results."""
    strength = float(rulebook.market.area_adjustment)
    index = np.array([float(area.unemployment_index) for area in rulebook.areas])
    scale: Floats = 1 + strength * (index - 1)
    return scale


def _forecast(rulebook: Rulebook, months: Sequence[Month]) -> Floats:
    month_index = {month: index for index, month in enumerate(months)}
    area_index = {area.id: index for index, area in enumerate(rulebook.areas)}
    group_index = {group.id: index for index, group in enumerate(rulebook.groups)}
    people = np.zeros((len(area_index), len(months), len(group_index)))
    for row in rulebook.intake:
        place = area_index[row.area], month_index[row.month], group_index[row.group]
        people[place] += row.forecast
    return people


def _service_fees(rulebook: Rulebook) -> Floats:
    """Add up by area the monthly fees of the contracts that the rulebook has there."""
    totals = dict.fromkeys((area.id for area in rulebook.areas), 0)
    for fee in rulebook.service_fees:
        paid = fee.monthly * len(months_from(fee.first_month, fee.last_month))
        for contract in rulebook.contracts:
            if fee.contract in (None, contract.id):
                totals[contract.area] += paid
    return np.array(list(totals.values()), np.float64)
