"""Excess payments: outcomes above a threshold share of a year's referrals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import GroupId
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
from quasimarket.settlement.columnar.rows import LINE, Rows


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
    groups = [
        _Group(rulebook, payment, group, counted, starts) for group in payment.groups
    ]
    for year in range(payment.first_contract_year, len(starts) + 2):
        last_day = rulebook.contract_year_days(year)[1]
        month = Month.of(last_day).plus(payment.payable_months_after)
        if month_number(month) > calendar.settled_month:
            continue
        parts = [group.in_year(year) for group in groups]
        for contract in range(len(rulebook.contracts)):
            found = [part for of in parts if (part := of(contract)) is not None]
            if found:
                yield _Year(
                    kind=kind,
                    contract=contract,
                    earned=day_number(last_day),
                    payable=day_number(month.last_day),
                    first_view=month_number(month),
                    parts=found,
                )


class _Group:
    """The facts of one group, parted by contract year and contract."""

    def __init__(
        self,
        rulebook: Rulebook,
        payment: ExcessPayment,
        group: GroupId,
        counted: Counted,
        starts: NDArray[np.int64],
    ) -> None:
        """Choose the facts of the group, and say in which year each counts."""
        self.rulebook = rulebook
        self.payment = payment
        self.id = group
        self.code = [one.id for one in rulebook.groups].index(group)
        milestone = [item.id for item in rulebook.milestones].index(payment.milestone)
        self.referrals, self.outcomes = _of_group(counted, milestone, self.code)
        by_year_earned = payment.counted_by is CountedBy.YEAR_EARNED
        day = "earned" if by_year_earned else "referred"
        self.payee = "held_by" if by_year_earned else "contract"
        self.counted_in = _contract_year(starts, self.outcomes[day])
        self.made_in = _contract_year(starts, self.referrals["referred"])

    def in_year(self, year: int) -> Callable[[int], _Part | None]:
        """Give what finds the part of a contract in a year."""
        level = self.rulebook.performance.level_for(self.id, year)
        if level is None:
            return lambda _: None
        share = Fraction(self.payment.multiplier) * Fraction(level.non_intervention)
        reached = _Shelf(self.counted_in == year, self.outcomes[self.payee])
        made = _Shelf(self.made_in == year, self.referrals["contract"])

        def part_of(contract: int) -> _Part | None:
            chosen = reached.of(contract)
            if not len(chosen):
                return None
            return _Part(
                group=self.code,
                share=share,
                referrals=self.referrals[made.of(contract)],
                outcomes=self.outcomes[chosen],
            )

        return part_of


class _Shelf:
    """Chosen facts by contract, in the order they had."""

    def __init__(self, chosen: NDArray[np.bool_], contract: NDArray[np.int32]) -> None:
        """Sort the facts once, so that each contract's are a slice."""
        facts = np.flatnonzero(chosen)
        self._facts = facts[np.argsort(contract[facts], kind="stable")]
        self._contract = contract[self._facts]

    def of(self, contract: int) -> NDArray[np.int64]:
        """Give the facts of a contract."""
        first, end = np.searchsorted(self._contract, (contract, contract + 1))
        return self._facts[first:end]


def _of_group(counted: Counted, milestone: int, group: int) -> tuple[Rows, Rows]:
    referrals = counted.referrals
    outcomes = counted.outcomes
    chosen = np.flatnonzero(
        (outcomes["milestone"] == milestone) & (outcomes["group"] == group)
    )
    # they stand by participant, so that order is kept among those of one day
    order = chosen[np.argsort(outcomes["earned"][chosen], kind="stable")]
    return referrals[referrals["group"] == group], outcomes[order]


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
    told = part.outcomes[_above_threshold(part, year.first_view)]
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
    positions, at = np.unique(told["position"], return_inverse=True)
    shares = np.array(
        [
            _share(year, int(position), amount, prices, terms) or (-1, 0, 0)
            for position in positions
        ],
        np.int64,
    ).reshape(-1, 3)[at]
    owed = shares[:, 1] > 0
    passed.write(
        statement=year.first_view + shares[owed, 2],
        contract=year.contract,
        position=shares[owed, 0],
        participant=told["participant"][owed],
        kind=year.kind,
        earned=year.earned,
        payable=0,
        group=-1,
        amount=shares[owed, 1],
        first_event=told["first_event"][owed],
        spell_event=told["spell_event"][owed],
        is_reversal=False,
    )


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
