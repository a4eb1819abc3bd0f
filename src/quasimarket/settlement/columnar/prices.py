"""Prices, pass-down and months as arrays: looked up, never reckoned, while settling.

Each distinct price has an index; what a subcontract gets of it is tabulated by that
index, in exact arithmetic, so that no rounding happens in compiled code.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import MilestoneId, PositionId
from quasimarket.entitlement.columnar.rules import day_number
from quasimarket.rulebook.rulebook import Milestone, Rulebook, SubcontractTerms


BEYOND = 2**15 - 1
"""A month later than any other."""


class Calendar(NamedTuple):
    """Months and contract years by day; months are counted from the year 0."""

    first_day: int
    month: NDArray[np.int16]
    """By day from the first, for days up to the day settled to."""
    first_month: int
    month_end: NDArray[np.int32]
    """The last day of each month from the first."""
    settled_day: int
    settled_month: int


class Prices(NamedTuple):
    """What each milestone is worth, by contract, group and pricing period."""

    first_day: int
    period: NDArray[np.int16]
    """The pricing period of each day from the first."""
    price: NDArray[np.int32]
    """[milestone, contract, group, period]: an index into `pence`."""
    pence: NDArray[np.int64]
    """Distinct unit prices; the first is 0: not paid."""


class Terms(NamedTuple):
    """Subcontract terms, found by contract and position, then by the latest day.

    Each list holds terms by first day; `starts` says where a key's terms begin.
    """

    positions: int
    exact_starts: NDArray[np.int32]
    """By contract x positions + position."""
    exact: NDArray[np.int32]
    single_starts: NDArray[np.int32]
    """By contract, then by position: terms that name only one of them."""
    single: NDArray[np.int32]
    general: NDArray[np.int32]
    """Terms that name neither."""
    first_day: NDArray[np.int32]
    lag: NDArray[np.int16]
    factor: NDArray[np.int32]
    """[terms, kind]: a row of `amount`, -1 where the kind is not passed down."""
    amount: NDArray[np.int64]
    """[factor, price]: the subcontract's pence of that price."""


def month_number(month: Month) -> int:
    """Count the months from January of the year 0."""
    return month.year * 12 + month.month - 1


def month_of(number: int) -> Month:
    """Give the month that was counted."""
    return Month(number // 12, number % 12 + 1)


def make_calendar(first_day: int, settled_to: date) -> Calendar:
    """Tabulate the months of the days up to the day settled to."""
    settled = day_number(settled_to)
    first_day = min(first_day, settled)
    days = np.arange(first_day, settled + 1).astype("datetime64[D]")
    since_1970 = days.astype("datetime64[M]").astype(np.int64)
    month = since_1970 + 1970 * 12
    months = np.arange(since_1970[0], since_1970[-1] + 1)
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return Calendar(
        first_day=first_day,
        month=month.astype(np.int16),
        first_month=int(month[0]),
        month_end=(ends - 1).astype(np.int32),
        settled_day=settled,
        settled_month=int(month[-1]),
    )


def make_prices(rulebook: Rulebook, first_day: int, last_day: int) -> Prices:
    """Tabulate unit prices for pricing days from the first to the last."""
    starts = _period_starts(rulebook, first_day, last_day)
    shape = (
        len(rulebook.milestones),
        len(rulebook.contracts),
        len(rulebook.groups),
        len(starts),
    )
    price = np.zeros(shape, np.int64)
    for at, milestone in enumerate(rulebook.milestones):
        _price_milestone(rulebook, milestone, starts, price[at])
    fees = [payment.amount for payment in rulebook.excess_payments]
    pence = np.unique(np.concatenate([[0], price.ravel(), fees]).astype(np.int64))
    days = np.arange(first_day, last_day + 1)
    return Prices(
        first_day=first_day,
        period=(np.searchsorted(starts, days, side="right") - 1).astype(np.int16),
        price=np.searchsorted(pence, price).astype(np.int32),
        pence=pence,
    )


def _price_milestone(
    rulebook: Rulebook,
    milestone: Milestone,
    starts: Sequence[int],
    price: NDArray[np.int64],
) -> None:
    # contracts that no discount names, in areas alike, share a price: asked for once
    named = {
        discount.contract
        for discount in rulebook.discounts
        if discount.milestone == milestone.id
    }
    rated = {rate.group for rate in rulebook.rates if rate.milestone == milestone.id}
    days = [date(1970, 1, 1) + timedelta(days=int(start)) for start in starts]
    shared: dict[Decimal, NDArray[np.int64]] = {}
    for at, contract in enumerate(rulebook.contracts):
        index = rulebook.price_index(contract.id)
        if contract.id not in named and index in shared:
            price[at] = shared[index]
            continue
        for group_at, group in enumerate(rulebook.groups):
            if group.id not in rated:
                continue
            for period, day in enumerate(days):
                unit = rulebook.unit_price(milestone.id, contract.id, group.id, day)
                price[at, group_at, period] = unit or 0
        if contract.id not in named:
            shared[index] = price[at]


def _period_starts(rulebook: Rulebook, first_day: int, last_day: int) -> list[int]:
    starts = {first_day}
    for rate in rulebook.rates:
        starts.add(day_number(rate.first_day))
        if rate.last_day is not None:
            starts.add(day_number(rate.last_day) + 1)
    starts.update(contract_year_starts(rulebook, last_day))
    return sorted(start for start in starts if first_day <= start <= last_day)


def contract_year_starts(rulebook: Rulebook, last_day: int) -> list[int]:
    """List the first days of contract years 2 and later, up to a day."""
    starts: list[int] = []
    year = 2
    while True:
        start = day_number(rulebook.contract_year_days(year)[0])
        if start > last_day:
            return starts
        starts.append(start)
        year += 1


def make_terms(
    rulebook: Rulebook,
    extra_terms: Iterable[SubcontractTerms],
    positions: Sequence[str],
    prices: Prices,
) -> Terms:
    """Tabulate subcontract terms and what they pass down of each price."""
    terms = (*rulebook.subcontract_terms, *extra_terms)
    contract_code = {item.id: at for at, item in enumerate(rulebook.contracts)}
    position_code = {PositionId(name): at for at, name in enumerate(positions)}
    exact: dict[int, list[int]] = {}
    single: dict[int, list[int]] = {}
    general: list[int] = []
    for at, item in enumerate(terms):
        contract = _code(contract_code, item.contract)
        position = _code(position_code, item.position)
        if contract == _UNSEEN or position == _UNSEEN:
            continue
        if contract is None and position is None:
            general.append(at)
        elif contract is None:
            single.setdefault(len(contract_code) + (position or 0), []).append(at)
        elif position is None:
            single.setdefault(contract, []).append(at)
        else:
            exact.setdefault(contract * len(positions) + position, []).append(at)
    first_day = np.array([day_number(item.first_day) for item in terms], np.int32)
    factor, amount = _pass_down(rulebook, terms, prices.pence)
    exact_starts, exact_list = _flat(
        exact, len(contract_code) * len(positions), first_day
    )
    single_starts, single_list = _flat(
        single, len(contract_code) + len(positions), first_day
    )
    return Terms(
        positions=len(positions),
        exact_starts=exact_starts,
        exact=exact_list,
        single_starts=single_starts,
        single=single_list,
        general=np.array(_by_day(general, first_day), np.int32),
        first_day=first_day,
        lag=np.array([item.lag_months for item in terms], np.int16),
        factor=factor,
        amount=amount,
    )


Name = TypeVar("Name", bound=str)
_UNSEEN = -2
"""The code of a contract or position that is in no event."""


def _code(codes: Mapping[Name, int], name: Name | None) -> int | None:
    return None if name is None else codes.get(name, _UNSEEN)


def _by_day(terms: list[int], first_day: NDArray[np.int32]) -> list[int]:
    # of terms with one first day the one written first stands: it goes last
    return sorted(terms, key=lambda at: (first_day[at], -at))


def _flat(
    lists: dict[int, list[int]], keys: int, first_day: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    counts = np.zeros(keys + 1, np.int32)
    for key, terms in lists.items():
        counts[key + 1] = len(terms)
    flat = [
        at for _, terms in sorted(lists.items()) for at in _by_day(terms, first_day)
    ]
    return np.cumsum(counts, dtype=np.int32), np.array(flat, np.int32)


def _pass_down(
    rulebook: Rulebook,
    terms: Sequence[SubcontractTerms],
    pence: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    kinds: list[MilestoneId] = [
        *(item.id for item in rulebook.milestones),
        *(item.id for item in rulebook.excess_payments),
    ]
    rows: dict[Fraction, int] = {}
    factor = np.full((len(terms), len(kinds)), -1, np.int32)
    for at, item in enumerate(terms):
        for kind_at, kind in enumerate(kinds):
            share = item.passed_down.get(kind)
            if share is not None and share > 0:
                part = Fraction(share) * (1 - Fraction(item.management_fee))
                factor[at, kind_at] = rows.setdefault(part, len(rows))
    amount = np.zeros((max(len(rows), 1), len(pence)), np.int64)
    for part, row in rows.items():
        amount[row] = _share_out(pence, part)
    return factor, amount


def _share_out(pence: NDArray[np.int64], part: Fraction) -> NDArray[np.int64]:
    """Multiply and round half up; in plain integers where 64 bits might not do."""
    above, below = part.numerator, part.denominator
    if int(pence.max()) * above * 2 + below < 2**62 and below < 2**61:
        shared: NDArray[np.int64] = (2 * pence * above + below) // (2 * below)
        return shared
    return np.array(
        [(2 * int(unit) * above + below) // (2 * below) for unit in pence], np.int64
    )
