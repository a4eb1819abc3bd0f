"""Market share shift: move referrals from the worse to the better contract (S80-S82).

Shares are fractions of an area's referrals in a payment group. A shift is proposed
from a year's rates alone; shifts add up from the shares in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import AreaId, ContractId, GroupId
from quasimarket.performance.annual import AnnualCounts
from quasimarket.performance.league import in_league_order
from quasimarket.performance.rates import Counts
from quasimarket.performance.referrals import Referrals
from quasimarket.rulebook.rulebook import MarketShare, Rulebook, ShareShift


SHARE_SHIFTS = pl.Schema(
    {
        "area": pl.String,
        "group": pl.String,
        "contract_year": pl.Int16,
        "from_contract": pl.String,
        "to_contract": pl.String,
        "first_day": pl.Date,
        "size": pl.Float64,
        "from_rate": pl.Float64,
        "to_rate": pl.Float64,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareShiftProposal:
    """One shift of referrals between two contracts of an area."""

    area: AreaId
    group: GroupId
    contract_year: int
    """The year whose results move the shares."""
    from_contract: ContractId
    to_contract: ContractId
    first_day: date
    """The first day whose referrals it moves."""
    size: Fraction
    """What moves, as a share of the area's referrals in the group."""
    from_rate: Fraction
    to_rate: Fraction
    shares_after: Mapping[ContractId, Fraction]
    """The shares of all the area's contracts from the first day on."""


def propose_share_shifts(
    referrals: Referrals, counts: AnnualCounts
) -> tuple[ShareShiftProposal, ...]:
    """Propose the shifts that follow from each full contract year, earliest first.

    Each takes it that those before it were made.
    """
    rulebook, rule = referrals.rulebook, referrals.rulebook.performance.share_shift
    if rule is None:
        return ()
    years = [
        year
        for year in range(rule.first_contract_year, referrals.last_contract_year + 1)
        if referrals.is_complete(year)
    ]
    proposals: list[ShareShiftProposal] = []
    for year in years:
        for area in rulebook.areas:
            for group in rulebook.groups:
                if rulebook.performance.level_for(group.id, year) is None:
                    continue
                proposal = propose_share_shift(
                    rulebook, area.id, group.id, year, counts, proposals
                )
                if proposal is not None:
                    proposals.append(proposal)
    return tuple(proposals)


def propose_share_shift(
    rulebook: Rulebook,
    area: AreaId,
    group: GroupId,
    contract_year: int,
    counts: AnnualCounts,
    made: Sequence[ShareShiftProposal] = (),
) -> ShareShiftProposal | None:
    """Propose the shift of one area and group after a contract year, if one is due.

    `made` are the shifts already made, of any area and group.
    """
    rule = rulebook.performance.share_shift
    contracts = [one.id for one in rulebook.contracts if one.area == area]
    measured = {
        contract: counts[contract_year, contract, group]
        for contract in contracts
        if (contract_year, contract, group) in counts
    }
    pair = _worst_and_best(measured, rule) if rule else None
    if rule is None or pair is None:
        return None
    first_day = first_day_of_shift(rulebook, rule, contract_year)
    shares = shares_in_force(rulebook, area, group, first_day, made)
    worst, best = pair
    size = min(Fraction(rule.size), shares.get(worst, Fraction(0)))
    if size <= 0:
        return None
    shares[worst] -= size
    shares[best] = shares.get(best, Fraction(0)) + size
    return ShareShiftProposal(
        area=area,
        group=group,
        contract_year=contract_year,
        from_contract=worst,
        to_contract=best,
        first_day=first_day,
        size=size,
        from_rate=_rate(measured[worst]),
        to_rate=_rate(measured[best]),
        shares_after=shares,
    )


def first_day_of_shift(
    rulebook: Rulebook, rule: ShareShift, contract_year: int
) -> date:
    """Give the first day whose referrals a year's results move."""
    year_end = rulebook.contract_year_days(contract_year)[1]
    return Month.of(year_end).plus(rule.months_to_effect + 1).first_day


def shares_in_force(
    rulebook: Rulebook,
    area: AreaId,
    group: GroupId,
    day: date,
    made: Sequence[ShareShiftProposal] = (),
) -> dict[ContractId, Fraction]:
    """Give the shares of an area's contracts in a group on a day.

    The rulebook's row for the group goes before its row for every group; of several
    the latest first day stands.
    """
    stated: dict[ContractId, MarketShare | None] = {
        contract.id: None for contract in rulebook.contracts if contract.area == area
    }
    for share in rulebook.market_shares:
        if (
            share.contract in stated
            and share.group in (None, group)
            and share.first_day <= day
        ):
            before = stated[share.contract]
            if before is None or _goes_before(share, before):
                stated[share.contract] = share
    shares = {
        contract: Fraction(share.share) if share else Fraction(0)
        for contract, share in stated.items()
    }
    for shift in made:
        if (shift.area, shift.group) == (area, group) and shift.first_day <= day:
            shares[shift.from_contract] -= shift.size
            shares[shift.to_contract] += shift.size
    return shares


def _goes_before(share: MarketShare, other: MarketShare) -> bool:
    return (share.group is not None, share.first_day) > (
        other.group is not None,
        other.first_day,
    )


def tabulate_share_shifts(proposals: Sequence[ShareShiftProposal]) -> pl.DataFrame:
    """Lay proposals out as a table."""
    return pl.DataFrame(
        [
            {
                "area": one.area,
                "group": one.group,
                "contract_year": one.contract_year,
                "from_contract": one.from_contract,
                "to_contract": one.to_contract,
                "first_day": one.first_day,
                "size": float(one.size),
                "from_rate": float(one.from_rate),
                "to_rate": float(one.to_rate),
            }
            for one in proposals
        ],
        schema=SHARE_SHIFTS,
    )


def _worst_and_best(
    measured: Mapping[ContractId, Counts], rule: ShareShift
) -> tuple[ContractId, ContractId] | None:
    """Give the contracts with the lowest and highest rate if they differ enough."""
    with_rate = {
        contract: counts
        for contract, counts in measured.items()
        if counts.rate is not None
    }
    ordered = in_league_order(with_rate)
    if len(ordered) < 2:
        return None
    best, worst = ordered[0], ordered[-1]
    difference = _rate(measured[best]) - _rate(measured[worst])
    if difference == 0 or difference < Fraction(rule.trigger):
        return None
    return worst, best


def _rate(counts: Counts) -> Fraction:
    rate = counts.rate
    assert rate is not None  # only contracts with a rate are compared
    return rate
