"""Excess payments: so much for each outcome above a share of referrals (S59-S64)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import (
    ContractId,
    GroupId,
    ParticipantId,
    order_key,
)
from quasimarket.entitlement.records import Participation, Reached
from quasimarket.rulebook.rulebook import CountedBy, ExcessPayment, Rulebook
from quasimarket.settlement.reference.lines import Following, Identity
from quasimarket.settlement.reference.views import Owed, View


Measured = tuple[ContractId, GroupId, int]
"""A contract, a group and a contract year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """What one participant adds to the count."""

    referral: Measured
    outcome: tuple[Measured, Reached] | None
    """The outcome, if there is one, and where it counts."""


class Count:
    """Counts what an excess payment is reckoned from, one participant at a time."""

    def __init__(self, rulebook: Rulebook, payment: ExcessPayment) -> None:
        """Begin with nobody counted."""
        self.rulebook = rulebook
        self.payment = payment
        self._by_month: dict[Month, dict[ParticipantId, _Counted | None]] = {}

    def add(self, participant: ParticipantId, views: Iterable[View]) -> None:
        """Count a participant in each month in which something changes."""
        before: _Counted | None = None
        for view in views:
            counted = _counted(self.rulebook, self.payment, view)
            if counted != before:
                self._by_month.setdefault(view.month, {})[participant] = counted
                before = counted

    def reckonings(self, last: Month) -> Iterator[tuple[Month, list[Following]]]:
        """Reckon what follows in each month in which it can change.

        Those are the months in which a count changes and in which a year falls due.
        """
        due = _due_months(self.rulebook, self.payment, last)
        if not due or self.payment.amount == 0:
            return
        current: dict[ParticipantId, _Counted | None] = {}
        for month in sorted({*self._by_month, *due}):
            current |= self._by_month.get(month, {})
            if month >= due[0]:
                counted = current.values()
                yield (
                    month,
                    list(_lines_of(self.rulebook, self.payment, counted, month)),
                )


def _counted(rulebook: Rulebook, payment: ExcessPayment, view: View) -> _Counted | None:
    """Say what one participant adds; an outcome counts once it is claimed (S70)."""
    participation = view.participation
    if participation is None:
        return None
    referral = _of_referral(rulebook, participation)
    for owed in view.owed:
        if _counts(owed, payment):
            place = _of_outcome(rulebook, payment, owed.reached, participation)
            return _Counted(referral=referral, outcome=(place, owed.reached))
    return _Counted(referral=referral, outcome=None)


def _lines_of(
    rulebook: Rulebook,
    payment: ExcessPayment,
    counted: Iterable[_Counted | None],
    month: Month,
) -> Iterator[Following]:
    """Reckon an excess payment for every contract, group and year that is due."""
    referrals: Counter[Measured] = Counter()
    outcomes: dict[Measured, list[Reached]] = {}
    for one in counted:
        if one is not None:
            referrals[one.referral] += 1
            if one.outcome is not None:
                place, outcome = one.outcome
                outcomes.setdefault(place, []).append(outcome)
    for measured, reached in outcomes.items():
        _, group, year = measured
        level = rulebook.performance.level_for(group, year)
        if not _is_due(rulebook, payment, group, year, month) or level is None:
            continue
        threshold = payment.multiplier * level.non_intervention * referrals[measured]
        in_order = sorted(reached, key=_by_day_then_participant)
        for rank, outcome in enumerate(in_order, start=1):
            if rank > threshold:
                yield _line(rulebook, payment, outcome, measured)


def _counts(owed: Owed, payment: ExcessPayment) -> bool:
    return (
        owed.reached.milestone == payment.milestone
        and owed.reached.number == 1
        and owed.claim.claimed is not None
        and not owed.claim.is_rejected
    )


def _of_referral(rulebook: Rulebook, participation: Participation) -> Measured:
    year = rulebook.contract_year(participation.referred)
    return (participation.contract, participation.group, year)


def _of_outcome(
    rulebook: Rulebook,
    payment: ExcessPayment,
    outcome: Reached,
    participation: Participation,
) -> Measured:
    if payment.counted_by is CountedBy.YEAR_REFERRED:
        return _of_referral(rulebook, participation)
    year = rulebook.contract_year(outcome.earned)
    return (outcome.contract, participation.group, year)


def _is_due(
    rulebook: Rulebook,
    payment: ExcessPayment,
    group: GroupId,
    year: int,
    month: Month,
) -> bool:
    return (
        group in payment.groups
        and year >= payment.first_contract_year
        and _due_month(rulebook, payment, year) <= month
    )


def _due_months(rulebook: Rulebook, payment: ExcessPayment, last: Month) -> list[Month]:
    months: list[Month] = []
    year = payment.first_contract_year
    while (month := _due_month(rulebook, payment, year)) <= last:
        months.append(month)
        year += 1
    return months


def _due_month(rulebook: Rulebook, payment: ExcessPayment, year: int) -> Month:
    _, last_day = rulebook.contract_year_days(year)
    return Month.of(last_day).plus(payment.payable_months_after)


def _by_day_then_participant(
    outcome: Reached,
) -> tuple[date, tuple[int, int, str]]:
    return outcome.earned, order_key(outcome.participant)


def _line(
    rulebook: Rulebook, payment: ExcessPayment, outcome: Reached, measured: Measured
) -> Following:
    contract, group, year = measured
    _, last_day = rulebook.contract_year_days(year)
    return Following(
        identity=Identity(
            participant=outcome.participant,
            kind=payment.id,
            number=1,
            earned=last_day,
            amount=payment.amount,
            contract=contract,
        ),
        payable=_due_month(rulebook, payment, year).last_day,
        group=group,
        position=None,
        worked_by=outcome.position,
        rule=payment.clause,
        events=outcome.events,
    )
