"""The rulebook in the kernel's terms: weeks for days, pence in tables.

The kernel works in whole weeks from Monday to Sunday. A rulebook whose milestones are
not whole weeks, or that has none of the kinds that the kernel knows, is refused.
"""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.money import round_half_up
from quasimarket.market.chain import Chain
from quasimarket.rulebook.rulebook import (
    Basis,
    BreakRule,
    Milestone,
    Rulebook,
    SubcontractTerms,
)
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.state import CARRY, END, RESTART, Prices, Rules


KINDS = (Basis.ATTACHMENT, Basis.DAYS_IN_WORK, Basis.FOLLOWING_DAYS)
"""The kinds of milestone that the kernel pays, in the order of its tables."""
_BREAK_RULES = {
    BreakRule.RESTART: RESTART,
    BreakRule.CARRY: CARRY,
    BreakRule.END: END,
}


def milestone_of(rulebook: Rulebook, basis: Basis) -> Milestone | None:
    """Give the programme's one milestone of a kind, or None."""
    found = [one for one in rulebook.milestones if one.basis is basis]
    return found[0] if found else None


def refuse_unplayable(rulebook: Rulebook) -> None:
    """Raise InputFault with every reason why the kernel cannot play a rulebook."""
    where = f"programme {rulebook.id}"
    faults = []
    for basis in (*KINDS, Basis.DAYS_WITHOUT):
        count = sum(one.basis is basis for one in rulebook.milestones)
        most = 0 if basis is Basis.DAYS_WITHOUT else 1
        if count > most:
            faults.append(
                Fault(
                    where=where,
                    found=f"{count} milestones of basis {basis}",
                    expected=f"at most {most} to simulate",
                    hint="settle and performance work on it all the same",
                )
            )
    if milestone_of(rulebook, Basis.DAYS_IN_WORK) is None:
        faults.append(
            Fault(
                where=where,
                found="no milestone of basis days-in-work",
                expected="one, since the simulation is of finding work",
            )
        )
    spans = {"allotted_days": rulebook.allotted_days}
    for one in rulebook.milestones:
        if one.basis in KINDS:
            spans |= {f"{one.id}.days.{group}": n for group, n in one.days.items()}
    faults += [
        Fault(
            where=f"{where}, {name}",
            found=f"{days} days",
            expected="whole weeks (a multiple of 7) to simulate",
        )
        for name, days in spans.items()
        if days % 7
    ]
    if rulebook.bridge_days >= 7:
        faults.append(
            Fault(
                where=f"{where}, bridge_days",
                found=str(rulebook.bridge_days),
                expected="less than a week to simulate",
            )
        )
    if faults:
        raise InputFault(faults)


def rules_in_weeks(rulebook: Rulebook) -> Rules:
    """Give the milestones' rules by group, in weeks."""
    groups = [group.id for group in rulebook.groups]
    work = milestone_of(rulebook, Basis.DAYS_IN_WORK)
    following = milestone_of(rulebook, Basis.FOLLOWING_DAYS)

    def weeks(milestone: Milestone | None) -> list[int]:
        if milestone is None:
            return [0] * len(groups)
        return [(milestone.days_for(group) or 0) // 7 for group in groups]

    return Rules(
        outcome_weeks=np.array(weeks(work), np.int64),
        following_weeks=np.array(weeks(following), np.int64),
        maximum=np.array(
            [
                following.maximum_for(group)
                if following and following.days_for(group)
                else 0
                for group in groups
            ],
            np.int64,
        ),
        allotted_weeks=rulebook.allotted_days // 7,
        unbroken=bool(work and work.unbroken),
        break_rule=_BREAK_RULES[following.break_rule if following else BreakRule.END],
        run_on=rulebook.run_on,
        pays_attachment=milestone_of(rulebook, Basis.ATTACHMENT) is not None,
    )


def discounts_back(
    rulebook: Rulebook, chain: Chain, prices: Prices, clock: Clock
) -> NDArray[np.float64]:
    """Give what each payment is multiplied by to take its discount back.

    By delivering position, kind and month payable; groups share a contract's discount.
    """
    full = price_tables(
        replace(rulebook, discounts=()),
        chain,
        subcontract_terms(rulebook, chain),
        clock,
    )
    whole, paid = (one.upstream.sum(axis=1) for one in (full, prices))
    times = np.divide(whole, paid, out=np.ones(paid.shape), where=paid > 0)
    months = int(clock.payable_month.max()) + 1
    first = np.minimum(clock.first_week[:-1], len(clock.price_period) - 1)
    period = clock.price_period[first]
    period = np.concatenate([period, np.full(months, period[-1])])[:months]
    back: NDArray[np.float64] = times[chain.contract[: chain.delivering]][:, period]
    return back.transpose(0, 2, 1)


def subcontract_terms(rulebook: Rulebook, chain: Chain) -> tuple[SubcontractTerms, ...]:
    """Give the terms of every tier 1 position, as the settlement reads them."""
    outcome_kinds = [
        one.id for one in rulebook.milestones if one.basis is not Basis.ATTACHMENT
    ]
    attachment = milestone_of(rulebook, Basis.ATTACHMENT)
    terms = []
    for place in np.flatnonzero(chain.tier == 1).tolist():
        share = Decimal(str(round(float(chain.outcome_pass_down[place]), 4)))
        passed = dict.fromkeys(outcome_kinds, share)
        if attachment:
            passed[attachment.id] = Decimal(1)
        terms.append(
            SubcontractTerms(
                contract=rulebook.contracts[int(chain.contract[place])].id,
                position=chain.id[place],  # type: ignore[arg-type]  # ids are text
                first_day=rulebook.first_day,
                management_fee=Decimal(
                    str(round(float(chain.management_fee[place]), 4))
                ),
                passed_down=passed,
                lag_months=int(chain.lag_months[place]),
            )
        )
    return tuple(terms)


def price_tables(
    rulebook: Rulebook,
    chain: Chain,
    terms: tuple[SubcontractTerms, ...],
    clock: Clock,
) -> Prices:
    """Price every kind for every contract, group and period, up and down the chain."""
    groups = [group.id for group in rulebook.groups]
    periods = len(clock.price_days)
    upstream = np.zeros(
        (len(rulebook.contracts), len(groups), periods, len(KINDS)), np.int64
    )
    downstream = np.zeros((chain.delivering, *upstream.shape[1:]), np.int64)
    kinds = [milestone_of(rulebook, basis) for basis in KINDS]
    for c, contract in enumerate(rulebook.contracts):
        for g, group in enumerate(groups):
            for p, day in enumerate(clock.price_days):
                for k, kind in enumerate(kinds):
                    if kind is not None:
                        price = rulebook.unit_price(kind.id, contract.id, group, day)
                        upstream[c, g, p, k] = price or 0
    position_index = {name: index for index, name in enumerate(chain.id)}
    shared: dict[tuple[int, Decimal], int] = {}
    for one in terms:
        place = position_index[str(one.position)]
        table = upstream[chain.contract[place]]
        for k, kind in enumerate(kinds):
            if kind is None:
                continue
            share = one.passed_down.get(kind.id, Decimal(0)) * (1 - one.management_fee)
            for g in range(len(groups)):
                for p in range(periods):
                    key = (int(table[g, p, k]), share)
                    if key not in shared:
                        shared[key] = round_half_up(key[0] * share)
                    downstream[place, g, p, k] = shared[key]
    return Prices(
        contract_of=chain.contract[: chain.delivering].copy(),
        upstream=upstream,
        downstream=downstream,
        period=clock.price_period,
        payable_month=clock.payable_month,
        year_monday=clock.contract_year_monday,
        year_sunday=clock.contract_year_sunday,
    )
