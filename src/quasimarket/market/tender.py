"""The tender: contracts let anew among bidders drawn for the run (rule R1).

It takes months -6 to 0. Bids are made on the department's forecast and on beliefs; the
referrals that come are another matter. Nothing here knows a real organisation: winners
are "Bidder 1" and so on. Whom a winner named is its chain; how it will run it is drawn
elsewhere, once for each winner.

Claims: C001-C004, C021.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.identifiers import (
    AreaId,
    ContractId,
    MilestoneId,
    order_key,
)
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.bids import Bids, contract_value, make_bids
from quasimarket.market.chain import SECTORS
from quasimarket.market.forecast_value import (
    ForecastValue,
    discounted_milestones,
    forecast_value,
)
from quasimarket.market.framework import Framework, draw_framework
from quasimarket.market.named_chain import NamedChain
from quasimarket.market.naming import name_chain
from quasimarket.rulebook.market_payments import (
    with_market_payments,
    without_market_payments,
)
from quasimarket.rulebook.rulebook import (
    Contract,
    Discount,
    Evidence,
    MarketShare,
    Prime,
    Rulebook,
)


Ints = NDArray[np.int64]

SOURCE = "the simulated tender"
SHARE_STEP = Decimal("0.000001")
_REWRITTEN = ("contracts", "primes", "market_shares", "discounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """A tender that was held."""

    rulebook: Rulebook
    """The programme with the awards in place of its contracts, primes, market shares
    and discounts; its content hash stays that of the rulebook tendered under."""
    framework: Framework
    bids: Bids
    contract: tuple[ContractId | None, ...]
    """What each bid won."""
    named: Mapping[str, NamedChain]
    """By contract whom the bid that won it named."""

    @property
    def won(self) -> NDArray[np.bool_]:
        """Tell for each bid whether it won."""
        return np.array([one is not None for one in self.contract], np.bool_)


def hold_tender(rulebook: Rulebook, behaviour: Behaviour, *, seed: int) -> Tender:
    """Hold the tender of a programme.

    Raises InputFault where there is nobody to let a contract to.
    """
    framework = draw_framework(rulebook, behaviour, seed=seed)
    value = forecast_value(rulebook, behaviour)
    awards = _awards(rulebook)
    bids = make_bids(rulebook, behaviour, framework, value, awards, seed=seed)
    winners = choose_winners(rulebook, behaviour, framework, value, bids, awards)
    contracts = tuple(_contracts(rulebook, framework, bids, winners))
    won: dict[int, ContractId] = {bid: one.id for one, bid in contracts}
    named = {
        str(one.id): name_chain(
            behaviour,
            framework,
            int(bids.bidder[bid]),
            one.area,
            int(bids.named_subcontractors[bid]),
            len(contracts),
            seed=seed,
        )
        for one, bid in contracts
    }
    return Tender(
        rulebook=_with_awards(rulebook, framework, bids, contracts),
        framework=framework,
        bids=bids,
        contract=tuple(won.get(bid) for bid in range(len(bids))),
        named=named,
    )


def choose_winners(
    rulebook: Rulebook,
    behaviour: Behaviour,
    framework: Framework,
    value: ForecastValue,
    bids: Bids,
    awards: Ints,
) -> list[list[int]]:
    """Give the winning bids of each area, best first.

    All areas are let together, the best bid of any first. A bidder wins no more areas
    than the limit, and no more value than it can carry; the limits give way where an
    area would be left with too few.
    """
    worth = contract_value(value, awards)
    means = behaviour["tender.capacity"] * framework.turnover
    most = int(behaviour["tender.most_areas"])
    held = np.zeros(len(framework), np.int64)
    carried = np.zeros(len(framework))
    winners: list[list[int]] = [[] for _ in rulebook.areas]
    order = _best_first(rulebook, framework, bids)
    for is_limited in (True, False):
        for bid in order:
            area, bidder = int(bids.area[bid]), int(bids.bidder[bid])
            if len(winners[area]) == awards[area] or bid in winners[area]:
                continue
            if is_limited and (
                held[bidder] == most or carried[bidder] + worth[area] > means[bidder]
            ):
                continue
            winners[area].append(bid)
            held[bidder] += 1
            carried[bidder] += worth[area]
    return winners


def _best_first(rulebook: Rulebook, framework: Framework, bids: Bids) -> list[int]:
    """Order bids by score; quality parts those whose scores are alike."""
    areas = [order_key(one.id) for one in rulebook.areas]
    return sorted(
        range(len(bids)),
        key=lambda bid: (
            -bids.score[bid],
            -bids.quality_score[bid],
            framework.number[bids.bidder[bid]],
            areas[bids.area[bid]],
        ),
    )


def _awards(rulebook: Rulebook) -> Ints:
    stated = rulebook.market.awards_an_area
    held = [one.area for one in rulebook.contracts]
    return np.array(
        [held.count(area.id) if stated is None else stated for area in rulebook.areas],
        np.int64,
    )


def _contracts(
    rulebook: Rulebook, framework: Framework, bids: Bids, winners: list[list[int]]
) -> Iterable[tuple[Contract, int]]:
    """Give contracts with their winning bids, in the rulebook's order.

    The ids that an area has are used again, so that a contract keeps its luck; more
    contracts than it had come last, under new numbers.
    """
    places: dict[AreaId, list[int]] = {
        area.id: list(won) for area, won in zip(rulebook.areas, winners, strict=True)
    }
    for old in rulebook.contracts:
        if places[old.area]:
            bid = places[old.area].pop(0)
            yield _let(framework, bids, bid, old.id, old.number, old.area), bid
    taken = {one.id for one in rulebook.contracts}
    number = max((one.number for one in rulebook.contracts), default=0)
    for area in sorted(places, key=order_key):
        for bid in places[area]:
            number += 1
            plain = ContractId(str(number))
            new = ContractId(f"new-{number}") if plain in taken else plain
            yield _let(framework, bids, bid, new, number, area), bid


def _let(
    framework: Framework,
    bids: Bids,
    bid: int,
    contract: ContractId,
    number: int,
    area: AreaId,
) -> Contract:
    bidder = int(bids.bidder[bid])
    return Contract(
        id=contract,
        number=number,
        area=area,
        prime=framework.id(bidder),
        delivery_model="managing-agent" if framework.is_agent[bidder] else "mixed",
    )


def _with_awards(
    rulebook: Rulebook,
    framework: Framework,
    bids: Bids,
    contracts: tuple[tuple[Contract, int], ...],
) -> Rulebook:
    kept = {None, *(one.id for one, _ in contracts)}
    plain = without_market_payments(rulebook)
    awarded = replace(
        plain,
        contracts=tuple(one for one, _ in contracts),
        primes=tuple(
            Prime(
                id=framework.id(bidder),
                name=framework.name(bidder),
                sector=SECTORS[framework.sector[bidder]],
            )
            for bidder in sorted({int(bids.bidder[bid]) for _, bid in contracts})
        ),
        market_shares=tuple(_equal_shares(rulebook, [one for one, _ in contracts])),
        discounts=tuple(
            _discount(milestone, one.id, float(bids.discount[bid]))
            for milestone in discounted_milestones(rulebook)
            for one, bid in contracts
        ),
        service_fees=tuple(one for one in plain.service_fees if one.contract in kept),
        subcontract_terms=tuple(
            one for one in rulebook.subcontract_terms if one.contract in kept
        ),
        stated=tuple(
            one for one in rulebook.stated if one.key.split(".")[0] not in _REWRITTEN
        ),
    )
    return with_market_payments(awarded)


def _equal_shares(
    rulebook: Rulebook, contracts: list[Contract]
) -> Iterable[MarketShare]:
    """Share an area's referrals equally; its first contract has what is left over."""
    begun: set[AreaId] = set()
    for one in contracts:
        count = sum(other.area == one.area for other in contracts)
        share = (Decimal(1) / count).quantize(SHARE_STEP)
        yield MarketShare(
            contract=one.id,
            group=None,
            first_day=rulebook.first_day,
            share=share if one.area in begun else 1 - share * (count - 1),
        )
        begun.add(one.area)


def _discount(milestone: MilestoneId, contract: ContractId, share: float) -> Discount:
    return Discount(
        milestone=milestone,
        contract=contract,
        group=None,
        contract_year=None,
        percent=Decimal(round(share * 1000)) / 10,
        evidence=Evidence.ASSUMED,
        source=SOURCE,
        reason="Bid in this run",
    )
