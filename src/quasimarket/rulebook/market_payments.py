"""Payments that follow from the market's levers: monthly fees, and pay above a level.

They are worked out when a rulebook is loaded, from its own prices, levels and forecast,
and are settled like any other. A saved rulebook holds the levers, not what follows.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import ContractId, GroupId, MilestoneId
from quasimarket.core.money import round_half_up
from quasimarket.rulebook.check_intake import share_in_force
from quasimarket.rulebook.market_design import MarketDesign
from quasimarket.rulebook.rulebook import (
    Basis,
    CountedBy,
    ExcessPayment,
    Milestone,
    PerformanceLevel,
    Rulebook,
    ServiceFee,
)


PREFIX = "market-"
"""Begins the ids of payments that follow from a lever."""


def with_market_payments(rulebook: Rulebook) -> Rulebook:
    """Add the payments that follow from the market's levers."""
    market = rulebook.market
    fees = tuple(_service_fees(rulebook)) if market.service_fee_share else ()
    excess = tuple(_excess_payments(rulebook))
    if not fees and not excess:
        return rulebook
    return replace(
        rulebook,
        service_fees=(*rulebook.service_fees, *fees),
        excess_payments=(*rulebook.excess_payments, *excess),
    )


def without_market_payments(rulebook: Rulebook) -> Rulebook:
    """Take away the payments that follow from the market's levers."""
    return replace(
        rulebook,
        service_fees=tuple(
            one for one in rulebook.service_fees if not one.id.startswith(PREFIX)
        ),
        excess_payments=tuple(
            one for one in rulebook.excess_payments if not one.id.startswith(PREFIX)
        ),
    )


def _service_fees(rulebook: Rulebook) -> Iterator[ServiceFee]:
    """Spread the share of each contract's expected pay evenly over the referrals."""
    months = sorted({row.month for row in rulebook.intake if row.forecast})
    if not months:
        return
    outcome = rulebook.milestone(rulebook.performance.milestone)
    share = rulebook.market.service_fee_share
    for contract, value in expected_value(rulebook).items():
        yield ServiceFee(
            id=MilestoneId(f"{PREFIX}service-fee-{contract}"),
            name="Service fee",
            clause=outcome.clause,
            contract=contract,
            first_month=months[0],
            last_month=months[-1],
            monthly=round_half_up(share * value / len(months)),
        )


def expected_value(rulebook: Rulebook) -> dict[ContractId, Decimal]:
    """Give what each contract was to bring, in pence, had the forecast come true.

    Every group is expected to reach its last stated level; a group without one, the
    average of those.
    """
    counted_on = rulebook.market.following_expected
    plain = replace(rulebook, market=MarketDesign(following_expected=counted_on))
    worth: dict[tuple[ContractId, GroupId, date], Decimal] = {}
    totals: dict[ContractId, Decimal] = {}
    shares: dict[tuple[ContractId, GroupId, Month], Decimal] = {}
    rows = list(rulebook.market_shares)
    for row in rulebook.intake:
        for contract in rulebook.contracts:
            if contract.area != row.area or not row.forecast:
                continue
            place = (contract.id, row.group, row.month)
            if place not in shares:
                shares[place] = share_in_force(
                    rows, contract.id, row.group, row.month.last_day
                )
            day = rulebook.contract_year_days(
                rulebook.contract_year(row.month.last_day)
            )[0]
            key = (contract.id, row.group, day)
            if key not in worth:
                worth[key] = _worth(plain, *key)
            totals[contract.id] = totals.get(contract.id, Decimal(0)) + (
                row.forecast * shares[place] * worth[key]
            )
    return totals


def _worth(
    rulebook: Rulebook, contract: ContractId, group: GroupId, day: date
) -> Decimal:
    """Give the pence that one referral was expected to bring."""
    rate = _expected_rate(rulebook, group)
    following = rulebook.market.following_expected
    worth = Decimal(0)
    for milestone in rulebook.milestones:
        price = rulebook.unit_price(milestone.id, contract, group, day) or 0
        worth += price * _expected_times(milestone, group, rate, following)
    return worth


def _expected_times(
    milestone: Milestone, group: GroupId, rate: Decimal, following: Decimal
) -> Decimal:
    if milestone.basis is Basis.ATTACHMENT:
        return Decimal(1)
    if milestone.days_for(group) is None:
        return Decimal(0)
    if milestone.basis is Basis.FOLLOWING_DAYS:
        return rate * milestone.maximum_for(group) * following
    return rate


def _expected_rate(rulebook: Rulebook, group: GroupId) -> Decimal:
    last = [
        level
        for one in rulebook.groups
        if (level := _last_level(rulebook, one.id)) is not None
    ]
    for level in last:
        if level.group == group:
            return level.level
    return sum((level.level for level in last), Decimal(0)) / max(1, len(last))


def _last_level(rulebook: Rulebook, group: GroupId) -> PerformanceLevel | None:
    own = [one for one in rulebook.performance.levels if one.group == group]
    return max(own, key=lambda one: one.contract_year, default=None)


def _excess_payments(rulebook: Rulebook) -> Iterator[ExcessPayment]:
    """Pay more beyond what was expected, and in full only beyond the baseline."""
    market = rulebook.market
    plain = replace(rulebook, market=MarketDesign())
    for name, share, at_level in (
        ("accelerator", market.accelerator, True),
        ("additionality", market.additionality, False),
    ):
        for group in rulebook.groups:
            level = _last_level(rulebook, group.id)
            if not share or level is None or not level.non_intervention:
                continue
            milestone = rulebook.milestone(rulebook.performance.milestone)
            price = plain.unit_price(
                milestone.id, rulebook.contracts[0].id, group.id, group.first_referral
            )
            yield ExcessPayment(
                id=MilestoneId(f"{PREFIX}{name}-{group.id}"),
                name=name.capitalize(),
                clause=milestone.clause,
                milestone=milestone.id,
                groups=(group.id,),
                multiplier=level.level / level.non_intervention
                if at_level
                else Decimal(1),
                amount=round_half_up((price or 0) * share),
                first_contract_year=1,
                counted_by=CountedBy.YEAR_REFERRED,
            )
