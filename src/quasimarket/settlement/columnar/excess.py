"""Excess payments: outcomes above a threshold share of a year's referrals."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.entitlement.columnar.rules import day_number
from quasimarket.rulebook.rulebook import CountedBy, ExcessPayment, Rulebook
from quasimarket.settlement.columnar.acceptance import terms_in_force
from quasimarket.settlement.columnar.prices import (
    Calendar,
    Prices,
    Terms,
    contract_year_starts,
    month_number,
)
from quasimarket.settlement.columnar.rows import LINE, Rows, taken
from quasimarket.settlement.columnar.shelves import Shelves, in_order_of_day


Each = int | NDArray[np.int32] | NDArray[np.int64]
"""One value for every row, or one each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The facts of a log that excess payments count, from every participant."""

    referrals: Rows
    outcomes: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What a group counts in one contract and contract year."""

    group: int
    share: Fraction
    """Outcomes above this share of the referrals are paid for."""
    referrals: Rows
    outcomes: Rows
    """In order of day earned and participant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """One excess payment in one contract and contract year, by group.

    Groups are reckoned apart and issued together: a line stays if its outcome passes
    from one group to another.
    """

    kind: int
    contract: int
    earned: int
    payable: int
    first_view: int
    parts: list[_Part]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a line for a participant says when it is issued."""

    group: int
    position: int
    first_event: int
    spell_event: int


class IssuedRows:
    """Rows written in blocks; every number is 1."""

    def __init__(self) -> None:
        """Start without rows."""
        self._blocks = [np.empty(0, LINE)]

    def write(
        self,
        *,
        statement: Each,
        contract: int,
        position: Each,
        participant: Each,
        kind: int,
        earned: int,
        payable: int,
        group: int,
        amount: Each,
        first_event: Each,
        spell_event: Each,
        is_reversal: bool,
    ) -> None:
        """Write a row for each participant given."""
        block = np.empty(np.size(participant), LINE)
        block["statement"] = statement
        block["contract"] = contract
        block["position"] = position
        block["participant"] = participant
        block["kind"] = kind
        block["number"] = 1
        block["earned"] = earned
        block["payable"] = payable
        block["group"] = group
        block["amount"] = amount
        block["first_event"] = first_event
        block["spell_event"] = spell_event
        block["is_reversal"] = is_reversal
        self.add(block)

    def add(self, block: Rows) -> None:
        """Add rows as they are."""
        self._blocks.append(block)

    def rows(self) -> Rows:
        """Give all rows written."""
        return np.concatenate(self._blocks)


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
    starts = np.array(contract_year_starts(rulebook, calendar.settled_day + 1), int)
    made, reached = _shelve(rulebook, payment, counted, starts)
    for year in range(payment.first_contract_year, len(starts) + 2):
        last_day = rulebook.contract_year_days(year)[1]
        month = Month.of(last_day).plus(payment.payable_months_after)
        if month_number(month) > calendar.settled_month:
            continue
        shares = _shares(rulebook, payment, year)
        for contract in range(len(rulebook.contracts)):
            parts = [
                _Part(
                    group=group,
                    share=share,
                    referrals=made.of(group, year - 1, contract),
                    outcomes=outcomes,
                )
                for group, share in shares.items()
                if len(outcomes := reached.of(group, year - 1, contract))
            ]
            if parts:
                yield _Year(
                    kind=kind,
                    contract=contract,
                    earned=day_number(last_day),
                    payable=day_number(month.last_day),
                    first_view=month_number(month),
                    parts=parts,
                )


def _shelve(
    rulebook: Rulebook,
    payment: ExcessPayment,
    counted: Counted,
    starts: NDArray[np.int64],
) -> tuple[Shelves, Shelves]:
    """Put referrals and outcomes where they count, outcomes in order of day."""
    sizes = len(rulebook.groups), len(starts) + 1, len(rulebook.contracts)
    milestone = [item.id for item in rulebook.milestones].index(payment.milestone)
    by_year_earned = payment.counted_by is CountedBy.YEAR_EARNED
    day, payee = ("earned", "held_by") if by_year_earned else ("referred", "contract")
    chosen = np.flatnonzero(counted.outcomes["milestone"] == milestone)
    # they stand by participant, so that order is kept among those of one day
    reached = in_order_of_day(taken(counted.outcomes, chosen), "earned")
    made = counted.referrals
    return (
        Shelves(made, _year_of(starts, made["referred"]), made["contract"], sizes),
        Shelves(reached, _year_of(starts, reached[day]), reached[payee], sizes),
    )


def _shares(
    rulebook: Rulebook, payment: ExcessPayment, year: int
) -> dict[int, Fraction]:
    """Give the share of a year's referrals that each group must exceed."""
    groups = [one.id for one in rulebook.groups]
    levels = {
        groups.index(group): rulebook.performance.level_for(group, year)
        for group in payment.groups
    }
    return {
        group: Fraction(payment.multiplier) * Fraction(level.non_intervention)
        for group, level in levels.items()
        if level is not None
    }


def _year_of(starts: NDArray[np.int64], days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Give the contract year of each day, counted from 0."""
    return np.searchsorted(starts, days, side="right")


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
    changes = _changes(year, calendar)
    if len(changes) == 1:
        for part in year.parts:
            _write_once(year, part, amount, prices, terms, lines, passed)
        return
    standing: dict[int, _Told] = {}
    passed_on: dict[int, tuple[_Told, tuple[int, int, int]]] = {}
    for view in sorted(changes):
        follow = _following(year, view)
        for participant in [one for one in standing if one not in follow]:
            told = standing.pop(participant)
            _write_line(year, view, participant, -amount, told, lines)
        for participant, told in follow.items():
            if participant not in standing:
                standing[participant] = told
                _write_line(year, view, participant, amount, told, lines)
        owed = {
            participant: share
            for participant, told in follow.items()
            if (share := _share(year, told.position, amount, prices, terms))
        }
        for participant, (told, share) in list(passed_on.items()):
            if owed.get(participant) != share:
                del passed_on[participant]
                _write_passed(year, view, participant, told, share, True, passed)
        for participant, share in owed.items():
            if participant not in passed_on:
                told = standing[participant]
                passed_on[participant] = (told, share)
                _write_passed(year, view, participant, told, share, False, passed)


def _changes(year: _Year, calendar: Calendar) -> set[int]:
    """List the months on whose view something that counts may have changed."""
    changes = {year.first_view}
    for part in year.parts:
        for facts in (part.referrals, part.outcomes):
            for field in ("from_month", "to_month"):
                months = facts[field]
                within = (months > year.first_view) & (months <= calendar.settled_month)
                if within.any():
                    changes.update(np.unique(months[within]).tolist())
    return changes


def _following(year: _Year, view: int) -> dict[int, _Told]:
    """Give what follows on the view of a month, by participant."""
    return {
        int(outcome["participant"]): _Told(
            part.group,
            int(outcome["position"]),
            int(outcome["first_event"]),
            int(outcome["spell_event"]),
        )
        for part in year.parts
        for outcome in part.outcomes[_above_threshold(part, view)]
    }


def _write_once(
    year: _Year,
    part: _Part,
    amount: int,
    prices: Prices,
    terms: Terms,
    lines: IssuedRows,
    passed: IssuedRows,
) -> None:
    """Issue everything at the first view, after which nothing changes."""
    told = taken(part.outcomes, _above_threshold(part, year.first_view))
    lines.write(
        statement=year.first_view,
        contract=year.contract,
        position=-1,
        participant=told["participant"],
        kind=year.kind,
        earned=year.earned,
        payable=year.payable,
        group=part.group,
        amount=amount,
        first_event=told["first_event"],
        spell_event=told["spell_event"],
        is_reversal=False,
    )
    owed = np.empty(len(told), LINE)
    kind, contract = year.kind, year.contract
    price = int(np.searchsorted(prices.pence, amount))
    count = pass_down(told, terms, contract, kind, year.earned, price, owed)
    owed["statement"] += year.first_view
    passed.add(owed[:count])


@njit(cache=True, nogil=True, _nrt=False)
def pass_down(
    told: Rows,
    terms: Terms,
    contract: int,
    kind: int,
    earned: int,
    price: int,
    owed: Rows,
) -> int:
    """Write what subcontracts get of a price for outcomes; count the lines.

    Statements are months after the first view.
    """
    count = 0
    for at in range(len(told)):
        outcome = told[at]
        position = outcome["position"]
        if position < 0 or len(terms.lag) == 0:
            continue
        chosen = terms_in_force(terms, contract, position, earned)
        if chosen < 0 or terms.factor[chosen, kind] < 0:
            continue
        amount = terms.amount[terms.factor[chosen, kind], price]
        if amount == 0:
            continue
        row = owed[count]
        row["statement"] = terms.lag[chosen]
        row["contract"] = contract
        row["position"] = position
        row["participant"] = outcome["participant"]
        row["kind"] = kind
        row["number"] = 1
        row["is_reversal"] = False
        row["earned"] = earned
        row["payable"] = 0
        row["group"] = -1
        row["amount"] = amount
        row["first_event"] = outcome["first_event"]
        row["spell_event"] = outcome["spell_event"]
        count += 1
    return count


def _above_threshold(part: _Part, view: int) -> NDArray[np.int64]:
    """List the outcomes above the threshold on the view of a month."""
    made = part.referrals
    referrals = int(((made["from_month"] <= view) & (view < made["to_month"])).sum())
    reached = part.outcomes
    held = np.flatnonzero(
        (reached["from_month"] <= view) & (view < reached["to_month"])
    )
    threshold = part.share * referrals
    return held[threshold.numerator // threshold.denominator :]


def _share(
    year: _Year, position: int, amount: int, prices: Prices, terms: Terms
) -> tuple[int, int, int] | None:
    """Give position, pence and lag of what goes down the chain, if anything does."""
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
    told: _Told,
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
        group=told.group,
        amount=amount,
        first_event=told.first_event,
        spell_event=told.spell_event,
        is_reversal=amount < 0,
    )


def _write_passed(
    year: _Year,
    view: int,
    participant: int,
    told: _Told,
    share: tuple[int, int, int],
    is_reversal: bool,
    passed: IssuedRows,
) -> None:
    position, pence, lag = share
    passed.write(
        statement=view + lag,
        contract=year.contract,
        position=position,
        participant=participant,
        kind=year.kind,
        earned=year.earned,
        payable=0,
        group=-1,
        amount=-pence if is_reversal else pence,
        first_event=told.first_event,
        spell_event=told.spell_event,
        is_reversal=is_reversal,
    )
