"""Levers L01, L03 and L29: pay that no single result earns, in the books.

A service fee comes every month. The prime passes a tier 1 subcontract its part, by
planned work and less its management fee, since it passes down a price that was cut by
the same share. What the accelerator and additionality pay beyond a level comes once a
contract year has ended, to the prime; the books count the outcomes of the year in which
they were earned, while settlement follows the people referred in it. Effort does not
wait for the year's end: once a group's outcomes of the year are beyond the level, the
next one is worth more to the prime's own unit, and hours follow. And the more of what
a person was to bring is a fee that comes anyhow, the less hours follow payment.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month, months_from
from quasimarket.market.chain import Chain
from quasimarket.rulebook.market_payments import PREFIX
from quasimarket.rulebook.rulebook import ExcessPayment, Rulebook


Floats = NDArray[np.float64]
Counted = NDArray[np.int64]


def service_fees(
    rulebook: Rulebook, chain: Chain, planned: Floats, month: Month
) -> Floats:
    """Give each position's part of the month's service fees, in whole pence."""
    fees = np.zeros(len(rulebook.contracts))
    for fee in rulebook.service_fees:
        if fee.first_month <= month <= fee.last_month:
            for place, contract in enumerate(rulebook.contracts):
                if fee.contract in (None, contract.id):
                    fees[place] += fee.monthly
    inside = chain.delivering
    contract_of = chain.contract[:inside]
    whole = np.bincount(contract_of, planned, len(fees))
    share = planned / np.maximum(whole[contract_of], 1e-9)
    part = np.zeros(len(chain))
    part[:inside] = fees[contract_of] * share
    below = chain.tier == 1
    part[below] = np.floor(part[below] * (1 - chain.management_fee[below]))
    passed = np.bincount(chain.contract, np.where(below, part, 0.0), len(fees))
    own = chain.slot_position[:, 0]
    part[own] = fees - passed
    return part


def fee_a_person(rulebook: Rulebook, foreseen: float) -> float:
    """Give the pence of service fees for each person that was foreseen.

    Fees follow the forecast, so it is by the forecast that providers know them.
    """
    fees = 0
    for fee in rulebook.service_fees:
        contracts = len(rulebook.contracts) if fee.contract is None else 1
        months = len(months_from(fee.first_month, fee.last_month))
        fees += contracts * months * fee.monthly
    return fees / foreseen if foreseen > 0 else 0.0


def excess_pay(
    rulebook: Rulebook,
    chain: Chain,
    month: Month,
    referrals: Counted,
    outcomes: Counted,
) -> Floats:
    """Give each prime what its outcomes beyond a level earn, where a year falls due.

    `referrals` and `outcomes` are by contract, group and contract year.
    """
    paid = np.zeros(len(rulebook.contracts))
    for payment in rulebook.excess_payments:
        if not payment.id.startswith(PREFIX):
            continue
        year = rulebook.contract_year(
            month.plus(-payment.payable_months_after).first_day
        )
        ended = rulebook.contract_year_days(year)[1]
        due = Month(ended.year, ended.month).plus(payment.payable_months_after)
        if due == month and year < referrals.shape[2]:
            paid += _earned(
                rulebook, payment, year, referrals[:, :, year], outcomes[:, :, year]
            )
    pay = np.zeros(len(chain))
    pay[chain.slot_position[:, 0]] = paid
    return pay


def beyond_by_now(
    rulebook: Rulebook, year: int, referrals: Counted, outcomes: Counted
) -> Floats:
    """Give what one more outcome brings beyond its price, by contract and group.

    `referrals` and `outcomes` are those of the contract year so far, by contract and
    group.
    """
    more = np.zeros(referrals.shape)
    for payment in rulebook.excess_payments:
        if not payment.id.startswith(PREFIX):
            continue
        for g, group in enumerate(rulebook.groups):
            level = rulebook.performance.level_for(group.id, year)
            if group.id not in payment.groups or level is None:
                continue
            rate = float(payment.multiplier * level.non_intervention)
            known = referrals[:, g] > 0
            is_beyond = known & (outcomes[:, g] > rate * referrals[:, g])
            more[:, g] += np.where(is_beyond, payment.amount, 0)
    return more


def _earned(
    rulebook: Rulebook,
    payment: ExcessPayment,
    year: int,
    referrals: Counted,
    outcomes: Counted,
) -> Floats:
    earned = np.zeros(len(rulebook.contracts))
    for g, group in enumerate(rulebook.groups):
        level = rulebook.performance.level_for(group.id, year)
        if group.id not in payment.groups or level is None:
            continue
        rate = Fraction(payment.multiplier) * Fraction(level.non_intervention)
        for c in range(len(earned)):
            threshold = math.floor(rate * int(referrals[c, g]))
            earned[c] += max(0, int(outcomes[c, g]) - threshold) * payment.amount
    return earned
