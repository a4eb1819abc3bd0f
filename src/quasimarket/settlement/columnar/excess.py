"""Excess payments: outcomes above a threshold share of a year's referrals."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.entitlement.columnar.rules import day_number
from quasimarket.rulebook.rulebook import CountedBy, ExcessPayment, Rulebook
from quasimarket.settlement.columnar import bench as column
from quasimarket.settlement.columnar.acceptance import terms_in_force
from quasimarket.settlement.columnar.prices import (
    Calendar,
    Prices,
    Terms,
    contract_year_starts,
    month_number,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The facts of a log that excess payments count, from every participant."""

    referrals: NDArray[np.int32]
    outcomes: NDArray[np.int32]
    outcome_events: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """One contract, group and contract year of one excess payment."""

    kind: int
    contract: int
    group: int
    earned: int
    payable: int
    first_view: int
    share: Fraction
    """Outcomes above this share of the referrals are paid for."""
    referrals: NDArray[np.int32]
    outcomes: NDArray[np.int32]
    """In order of day earned and participant."""
    outcome_events: NDArray[np.int64]


class IssuedRows:
    """Rows written one by one."""

    def __init__(self) -> None:
        """Start without rows."""
        self.narrow: list[tuple[int, ...]] = []
        self.wide: list[tuple[int, int, int]] = []

    def write(
        self,
        *,
        statement: int,
        contract: int,
        position: int,
        participant: int,
        kind: int,
        earned: int,
        payable: int,
        group: int,
        amount: int,
        first_event: int,
        spell_event: int,
        is_reversal: bool,
    ) -> None:
        """Write one row; its number is 1."""
        self.narrow.append(
            (
                statement,
                contract,
                position,
                participant,
                kind,
                1,
                int(is_reversal),
                earned,
                payable,
                group,
            )
        )
        self.wide.append((amount, first_event, spell_event))


def write_excess(
    rulebook: Rulebook,
    counted: Counted,
    calendar: Calendar,
    prices: Prices,
    terms: Terms,
    lines: IssuedRows,
    passed: IssuedRows,
) -> None:
    """Write the lines of every excess payment, up and down the chain."""
    for at, payment in enumerate(rulebook.excess_payments):
        if payment.amount == 0:
            continue
        kind = len(rulebook.milestones) + at
        for year in _years(rulebook, payment, kind, counted, calendar):
            _write_year(
                year, int(payment.amount), calendar, prices, terms, lines, passed
            )


def _years(
    rulebook: Rulebook,
    payment: ExcessPayment,
    kind: int,
    counted: Counted,
    calendar: Calendar,
) -> Iterator[_Year]:
    group_code = {group.id: at for at, group in enumerate(rulebook.groups)}
    milestone = [item.id for item in rulebook.milestones].index(payment.milestone)
    starts = np.array(contract_year_starts(rulebook, calendar.settled_day + 1))
    for group_id in payment.groups:
        group = group_code[group_id]
        referrals, outcomes, events = _of_group(counted, milestone, group)
        by_year_earned = payment.counted_by is CountedBy.YEAR_EARNED
        payee = column.FACT_HELD_BY if by_year_earned else column.FACT_CONTRACT
        day = column.FACT_EARNED if by_year_earned else column.FACT_REFERRED
        counted_in = _contract_year(starts, outcomes[:, day])
        made_in = _contract_year(starts, referrals[:, column.FACT_REFERRED])
        for year in range(payment.first_contract_year, len(starts) + 2):
            last_day = rulebook.contract_year_days(year)[1]
            month = Month.of(last_day).plus(payment.payable_months_after)
            level = rulebook.performance.level_for(group_id, year)
            if month_number(month) > calendar.settled_month or level is None:
                continue
            for contract in range(len(rulebook.contracts)):
                chosen = (counted_in == year) & (outcomes[:, payee] == contract)
                if not chosen.any():
                    continue
                held = (made_in == year) & (
                    referrals[:, column.FACT_CONTRACT] == contract
                )
                yield _Year(
                    kind=kind,
                    contract=contract,
                    group=group,
                    earned=day_number(last_day),
                    payable=day_number(month.last_day),
                    first_view=month_number(month),
                    share=Fraction(payment.multiplier)
                    * Fraction(level.non_intervention),
                    referrals=referrals[held],
                    outcomes=outcomes[chosen],
                    outcome_events=events[chosen],
                )


def _of_group(
    counted: Counted, milestone: int, group: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    referrals = counted.referrals
    outcomes = counted.outcomes
    chosen = np.flatnonzero(
        (outcomes[:, column.FACT_MILESTONE] == milestone)
        & (outcomes[:, column.FACT_GROUP] == group)
    )
    order = chosen[
        np.lexsort(
            (
                outcomes[chosen, column.FACT_PARTICIPANT],
                outcomes[chosen, column.FACT_EARNED],
            )
        )
    ]
    return (
        referrals[referrals[:, column.FACT_GROUP] == group],
        outcomes[order],
        counted.outcome_events[order],
    )


def _contract_year(
    starts: NDArray[np.int64], days: NDArray[np.int32]
) -> NDArray[np.int64]:
    return np.searchsorted(starts, days, side="right") + 1


def _write_year(
    year: _Year,
    amount: int,
    calendar: Calendar,
    prices: Prices,
    terms: Terms,
    lines: IssuedRows,
    passed: IssuedRows,
) -> None:
    """Issue and reverse month by month, wherever something that counts changed."""
    standing: dict[int, tuple[int, int]] = {}
    passed_on: dict[int, tuple[int, int, int, int, int]] = {}
    changes = {year.first_view}
    for facts in (year.referrals, year.outcomes):
        for field in (column.FROM_MONTH, column.TO_MONTH):
            months = np.unique(facts[:, field])
            within = (months > year.first_view) & (months <= calendar.settled_month)
            changes.update(months[within].tolist())
    for view in sorted(changes):
        above = _above_threshold(year, view)
        follow = {
            int(year.outcomes[at, column.FACT_PARTICIPANT]): int(at) for at in above
        }
        for participant in [one for one in standing if one not in follow]:
            _write_line(
                year, view, participant, -amount, standing.pop(participant), lines
            )
        for participant, at in follow.items():
            if participant not in standing:
                events = _events(year, at)
                standing[participant] = events
                _write_line(year, view, participant, amount, events, lines)
        owed = {
            participant: share
            for participant, at in follow.items()
            if (share := _share(year, at, amount, prices, terms)) is not None
        }
        for participant, told in list(passed_on.items()):
            if owed.get(participant, (None, None))[:2] != told[:2]:
                del passed_on[participant]
                _write_passed(year, view, participant, told, True, passed)
        for participant, share in owed.items():
            if participant not in passed_on:
                told = (*share, *standing[participant])
                passed_on[participant] = told
                _write_passed(year, view, participant, told, False, passed)


def _above_threshold(year: _Year, view: int) -> NDArray[np.int64]:
    """List the outcomes above the threshold on the view of a month."""
    made = year.referrals
    referrals = int(
        ((made[:, column.FROM_MONTH] <= view) & (view < made[:, column.TO_MONTH])).sum()
    )
    reached = year.outcomes
    held = np.flatnonzero(
        (reached[:, column.FROM_MONTH] <= view) & (view < reached[:, column.TO_MONTH])
    )
    threshold = year.share * referrals
    return held[threshold.numerator // threshold.denominator :]


def _events(year: _Year, at: int) -> tuple[int, int]:
    return (
        int(year.outcome_events[at, column.FIRST_EVENT]),
        int(year.outcome_events[at, column.SPELL_EVENT]),
    )


def _share(
    year: _Year, at: int, amount: int, prices: Prices, terms: Terms
) -> tuple[int, int, int] | None:
    """Give position, pence and lag of what goes down the chain, if anything does."""
    position = int(year.outcomes[at, column.FACT_POSITION])
    if position < 0 or len(terms.lag) == 0:
        return None
    chosen = terms_in_force(terms, year.contract, position, year.earned)
    if chosen < 0 or terms.factor[chosen, year.kind] < 0:
        return None
    price = np.searchsorted(prices.pence, amount)
    share = int(terms.amount[terms.factor[chosen, year.kind], price])
    return (position, share, int(terms.lag[chosen])) if share else None


def _write_line(
    year: _Year,
    view: int,
    participant: int,
    amount: int,
    events: tuple[int, int],
    lines: IssuedRows,
) -> None:
    lines.write(
        statement=view,
        contract=year.contract,
        position=-1,
        participant=participant,
        kind=year.kind,
        earned=year.earned,
        payable=year.payable,
        group=year.group,
        amount=amount,
        first_event=events[0],
        spell_event=events[1],
        is_reversal=amount < 0,
    )


def _write_passed(
    year: _Year,
    view: int,
    participant: int,
    told: tuple[int, int, int, int, int],
    is_reversal: bool,
    passed: IssuedRows,
) -> None:
    position, share, lag, first_event, spell_event = told
    passed.write(
        statement=view + lag,
        contract=year.contract,
        position=position,
        participant=participant,
        kind=year.kind,
        earned=year.earned,
        payable=0,
        group=-1,
        amount=-share if is_reversal else share,
        first_event=first_event,
        spell_event=spell_event,
        is_reversal=is_reversal,
    )
