"""What bidders bid, and how the commissioner scores it (rule R1).

A bidder expects income at the rate that it believes in and costs that it estimates
with error. What it thinks it can spare is its surplus; how much of it is given up as
discount rises with the weight of price and with the number of rivals for a contract.
So discounts come deepest from those who hope for most and err most on costs: whoever
wins is likelier to have erred (the winner's curse).

Luck belongs to a bidder and an area, by their own numbers: neither the order of areas
nor who else bids changes it.

Claims: C002, C011, C021.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from quasimarket.chance import Purpose, uniforms
from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import AreaId
from quasimarket.core.money import format_pounds
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import WORK_PROGRAMME_CONTRACTS
from quasimarket.market.forecast_value import ForecastValue
from quasimarket.market.framework import Framework
from quasimarket.market.staffing import adviser_cost
from quasimarket.rulebook.rulebook import Rulebook


Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CERTAIN = 0.98
"""Nobody believes in a higher outcome rate."""
STEP = 0.001
"""Discounts are bid in tenths of a per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bids:
    """One array entry a bid, by area and then bidder."""

    area: Ints
    """Index among the rulebook's areas."""
    bidder: Ints
    """Index in the framework."""
    discount: Floats
    """Share off the prices that bids discount."""
    promised_rate: Floats
    """Outcomes a person attached."""
    cost_error: Floats
    """Cost as estimated against what it truly is: below 1 is too low."""
    planned_spend: Floats
    """Pence to be spent on a person attached, by bid and group."""
    named_subcontractors: Ints
    price_score: Floats
    quality_score: Floats
    """Both 0 to 100."""
    score: Floats

    def __len__(self) -> int:
        """Count the bids."""
        return len(self.area)


def make_bids(
    rulebook: Rulebook,
    behaviour: Behaviour,
    framework: Framework,
    value: ForecastValue,
    awards: Ints,
    *,
    seed: int,
) -> Bids:
    """Make and score every bid; `awards` are the contracts to let in each area.

    Raises InputFault where too few bidders can carry a contract.
    """
    draws = _Luck(seed, framework.number, [area.id for area in rulebook.areas])
    carries = can_carry(behaviour, framework, value, awards)
    _refuse_too_few(rulebook, framework, carries, value, awards)
    bidder, area = np.nonzero(_bids_there(behaviour, carries, awards, draws.of(0)))
    order = np.lexsort((bidder, area))
    bidder, area = bidder[order], area[order]

    def normal(attribute: int) -> Floats:
        drawn: Floats = ndtri(draws.of(attribute)[bidder, area])
        return drawn

    cost_error = np.exp(behaviour["tender.cost_noise"] * normal(1))
    rates = np.minimum(
        value.sober_rates * (1 + framework.optimism[bidder])[:, None], CERTAIN
    )
    income, discountable = _of_area(value, rates, area)
    own_cost = framework.cost[bidder] * cost_error
    cost = planned_cost(behaviour, value)[area] * own_cost
    rivals = np.bincount(area, minlength=len(awards)) / np.maximum(awards, 1) - 1
    discount = choose_discounts(
        rulebook,
        behaviour,
        surplus=np.divide(
            income - cost,
            discountable,
            out=np.zeros(len(cost)),
            where=discountable > 0,
        ),
        rivals=rivals[area],
    )
    people = value.people[area]
    promised = (rates * people).sum(axis=1) / np.maximum(people.sum(axis=1), 1e-9)
    named = _named(rulebook, behaviour, normal(2))
    price_score = score_prices(discount, area)
    quality_score = 100 * ndtr(
        _standing(behaviour, framework.quality[bidder], normal(3))
        + behaviour["tender.promise_credit"] * _above_mean(promised, area)
        + behaviour["tender.chain_credit"] * _above_mean(named, area)
    )
    weight = float(rulebook.market.price_weight)
    return Bids(
        area=area,
        bidder=bidder,
        discount=discount,
        promised_rate=promised,
        cost_error=cost_error,
        planned_spend=np.outer(own_cost, cost_a_month(behaviour) * value.months_each),
        named_subcontractors=named,
        price_score=price_score,
        quality_score=quality_score,
        score=weight * price_score + (1 - weight) * quality_score,
    )


def can_carry(
    behaviour: Behaviour, framework: Framework, value: ForecastValue, awards: Ints
) -> NDArray[np.bool_]:
    """Tell by bidder and area whether turnover could carry a contract there."""
    most = behaviour["tender.capacity"] * framework.turnover
    carried: NDArray[np.bool_] = most[:, None] >= contract_value(value, awards)
    return carried


def contract_value(value: ForecastValue, awards: Ints) -> Floats:
    """Give by area what a contract is forecast to be worth a year, in pence."""
    yearly: Floats = value.income(value.sober_rates) / value.years
    return yearly / np.maximum(awards, 1)


def planned_cost(behaviour: Behaviour, value: ForecastValue) -> Floats:
    """Give by area what the mean bidder truly plans to spend, in pence.

    It follows the months of service that the forecast brings, not prices: a programme
    that pays less leaves less to give up.
    """
    return cost_a_month(behaviour) * value.months_served


def cost_a_month(behaviour: Behaviour) -> float:
    """Give what the mean bidder truly plans for a month of service, in pence."""
    adviser_month = adviser_cost(behaviour) / behaviour["staffing.caseload"]
    return behaviour["tender.cost_times"] * adviser_month


def choose_discounts(
    rulebook: Rulebook, behaviour: Behaviour, *, surplus: Floats, rivals: Floats
) -> Floats:
    """Give up a part of the surplus that each bid expects at full prices.

    `surplus` is a share of discountable income; `rivals` are bidders for each contract
    beyond the one that wins it.
    """
    pull = float(rulebook.market.price_weight) * np.maximum(rivals, 0.0)
    given = pull / (pull + behaviour["tender.prudence"])
    wanted = np.round(np.clip(surplus, 0.0, 1.0) * given / STEP) * STEP
    deepest = rulebook.market.deepest_discount
    limited: Floats = np.minimum(wanted, 1.0 if deepest is None else float(deepest))
    return limited


def score_prices(discount: Floats, area: Ints) -> Floats:
    """Score prices: an area's deepest discount has 100 and no discount has none.

    Where nobody discounts all have 100.
    """
    deepest = np.zeros(int(area.max(initial=0)) + 1)
    np.maximum.at(deepest, area, discount)
    best = deepest[area]
    return 100 * np.divide(discount, best, out=np.ones(len(area)), where=best > 0)


class _Luck:
    """Draws by bidder and area, each attribute on its own."""

    def __init__(self, seed: int, number: Ints, areas: list[AreaId]) -> None:
        self.seed = seed
        places = np.array([zlib.crc32(area.encode()) for area in areas], np.int64)
        self.keys = (number[:, None] << 32) + places

    def of(self, attribute: int) -> Floats:
        drawn = uniforms(self.seed, Purpose.BID, self.keys.ravel(), attribute)
        return drawn.reshape(self.keys.shape)


def _bids_there(
    behaviour: Behaviour, carries: NDArray[np.bool_], awards: Ints, luck: Floats
) -> NDArray[np.bool_]:
    """Say who bids where: those who care to, and enough of the rest for a contest."""
    keen = np.where(carries, luck, 2.0)
    rank = keen.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    contested: NDArray[np.bool_] = carries & (
        (keen < behaviour["tender.interest"]) | (rank <= awards)
    )
    return contested & (awards > 0)


def _of_area(value: ForecastValue, rates: Floats, area: Ints) -> tuple[Floats, Floats]:
    """Give each bid's income and its discountable part, at its own rates."""
    everywhere = value.income(rates), value.discountable(rates)
    bid = np.arange(len(area))
    return everywhere[0][bid, area], everywhere[1][bid, area]


def _named(rulebook: Rulebook, behaviour: Behaviour, luck: Floats) -> Ints:
    """Name a chain: a longer one, the more quality weighs in the score."""
    mean = behaviour["chain.listed"] / WORK_PROGRAMME_CONTRACTS
    spread = behaviour["chain.spread"]
    quality = 1 - float(rulebook.market.price_weight)
    sought = (2 * quality) ** behaviour["tender.bid_candy"]
    named: Ints = np.rint(
        np.clip(
            mean * sought * np.exp(spread * luck - spread**2 / 2),
            behaviour["chain.smallest"],
            behaviour["chain.largest"],
        )
    ).astype(np.int64)
    return named


def _standing(behaviour: Behaviour, everywhere: Floats, here: Floats) -> Floats:
    local = behaviour["tender.local_quality"]
    standing: Floats = np.sqrt(1 - local) * everywhere + np.sqrt(local) * here
    return standing


def _above_mean(values: NDArray[np.float64] | Ints, area: Ints) -> Floats:
    """Give log points above the mean of the area's bids."""
    logs = np.log(np.maximum(values, 1e-9))
    count = np.maximum(np.bincount(area), 1)
    above: Floats = logs - (np.bincount(area, weights=logs) / count)[area]
    return above


def _refuse_too_few(
    rulebook: Rulebook,
    framework: Framework,
    carries: NDArray[np.bool_],
    value: ForecastValue,
    awards: Ints,
) -> None:
    """Raise InputFault with every area that has fewer bidders than awards."""
    worth = contract_value(value, awards)
    faults = []
    for index, (able, wanted) in enumerate(
        zip(carries.sum(axis=0).tolist(), awards.tolist(), strict=True)
    ):
        if able >= wanted:
            continue
        area = f"area {rulebook.areas[index].id}"
        if able == 0:
            largest = format_pounds(int(framework.turnover.max()))
            fault = Fault(
                where=f"{rulebook.place_of('market.framework_bidders')}, {area}",
                found=f"no bidder who can carry {format_pounds(round(worth[index]))} "
                f"a year; the largest turnover is {largest}",
                expected=f"at least {wanted}",
                hint="put more bidders on the framework, split the area, or raise "
                "market.awards_an_area so that contracts are smaller",
            )
        else:
            fault = Fault(
                where=f"{rulebook.place_of('market.awards_an_area')}, {area}",
                found=f"{wanted} awards and {able} bidders who can carry one",
                expected=f"at most {able} awards",
                hint="lower it, or put more bidders on the framework "
                "(market.framework_bidders, market.turnover_bar)",
            )
        faults.append(fault)
    if faults:
        raise InputFault(faults)
