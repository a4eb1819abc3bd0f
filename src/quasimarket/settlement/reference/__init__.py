"""The plain engine of settlement: who is paid what, and why, one at a time.

It is the truth that faster engines are held to, so it is written to be read beside
docs/explanation/settlement.md, in the same order. `settle` is the story: the views of
each participant month by month, the lines that follow from them, and what those mean
down the chain.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from quasimarket.core.dates import Month, months_from
from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import ClauseId
from quasimarket.core.money import Pence
from quasimarket.entitlement.reference import by_participant, one_of_each
from quasimarket.events import Event, EventKind
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.settlement.records import DownstreamLine, Line, Settlement, Unpaid
from quasimarket.settlement.reference.claims import Reading, read_log
from quasimarket.settlement.reference.downstream import DownstreamAccount, TermsBook
from quasimarket.settlement.reference.excess import Count
from quasimarket.settlement.reference.lines import Account, following_lines
from quasimarket.settlement.reference.order import (
    RECOVERY,
    order_of_downstream,
    order_of_lines,
    order_of_unpaid,
)
from quasimarket.settlement.reference.statements import ledger_of, statements_of
from quasimarket.settlement.reference.unpaid import unpaid_in
from quasimarket.settlement.reference.views import PriceList, view_of, views_of


__all__ = ["Part", "Reading", "SettlingInParts", "settle"]


def settle(
    rulebook: Rulebook,
    events: Iterable[Event],
    settled_to: date,
    *,
    claims_implied: bool | None = None,
    validation_implied: bool | None = None,
    terms: Iterable[SubcontractTerms] = (),
) -> Settlement:
    """Settle a log up to the last day of a month, replaying each month's knowledge.

    Whether claims and validations are implied is read off the log unless stated.
    `terms` are subcontract terms beside those of the rulebook.

    Raises:
        InputFault: an event id stands for two events, or the day ends no month.
    """
    log = one_of_each(events)
    reading = read_log(log, claims_implied, validation_implied)
    parts = SettlingInParts(rulebook, settled_to, reading, terms)
    own, common = parts.settle_people(log), parts.settle_everybody()
    lines = [*common.lines, *own.lines]
    downstream = [*own.downstream, *common.downstream]
    unpaid = list(own.unpaid)
    lines.sort(key=order_of_lines(rulebook))
    downstream.sort(key=order_of_downstream(rulebook))
    unpaid.sort(key=order_of_unpaid(rulebook))
    return Settlement(
        settled_to=settled_to,
        lines=tuple(lines),
        downstream=tuple(downstream),
        unpaid=tuple(unpaid),
        statements=tuple(statements_of(lines, downstream)),
        ledger=tuple(ledger_of(lines, downstream)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was issued for some people, or follows from everybody; in no order."""

    lines: Sequence[Line]
    downstream: Sequence[DownstreamLine]
    unpaid: Sequence[Unpaid] = ()


class SettlingInParts:
    """Settles a log that is too large to be held at once: some people, then others.

    What follows from everybody together comes last.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        settled_to: date,
        reading: Reading,
        terms: Iterable[SubcontractTerms] = (),
    ) -> None:
        """Begin with nobody settled.

        Raises:
            InputFault: the day ends no month.
        """
        self.rulebook = rulebook
        self.settled_to = settled_to
        self.last = _month_ending(settled_to)
        self.reading = reading
        self.prices = PriceList(rulebook)
        self.terms = TermsBook(rulebook, terms)
        self.counts = [Count(rulebook, one) for one in rulebook.excess_payments]

    def settle_people(self, events: Iterable[Event]) -> Part:
        """Settle people of whom these are all events, in none of the parts before.

        Events that name nobody are settled with them.
        """
        log = one_of_each(events)
        lines = list(_recoveries(log, self.settled_to))
        downstream: list[DownstreamLine] = []
        unpaid: list[Unpaid] = []
        for participant, own in by_participant(log).items():
            account, below = Account(), DownstreamAccount(self.terms)
            views = list(views_of(self.prices, own, self.reading, self.last))
            for view in views:
                account.bring_up_to(view.month, following_lines(view))
                below.bring_up_to(view.month, account.standing_with_positions())
            lines += account.issued
            downstream += below.issued
            final = view_of(self.prices, own, self.reading, self.last)
            unpaid += unpaid_in(self.rulebook, participant, final)
            for count in self.counts:
                count.add(participant, views)
        return Part(lines=lines, downstream=downstream, unpaid=unpaid)

    def settle_everybody(self) -> Part:
        """Issue service fees and excess payments, once all people are settled."""
        lines = list(_service_fees(self.rulebook, self.last))
        downstream: list[DownstreamLine] = []
        for count in self.counts:
            account, below = Account(), DownstreamAccount(self.terms)
            for month, following in count.reckonings(self.last):
                account.bring_up_to(month, following)
                below.bring_up_to(month, account.standing_with_positions())
            lines += account.issued
            downstream += below.issued
        return Part(lines=lines, downstream=downstream)


def _month_ending(settled_to: date) -> Month:
    month = Month.of(settled_to)
    if month.last_day != settled_to:
        raise InputFault(
            [
                Fault(
                    where="the day to settle to",
                    found=settled_to.isoformat(),
                    expected="the last day of a month",
                    hint=f"settle to {month.last_day}",
                )
            ]
        )
    return month


def _service_fees(rulebook: Rulebook, last: Month) -> Iterator[Line]:
    """Issue a line for each month and contract that a service fee names."""
    for fee in rulebook.service_fees:
        for contract in rulebook.contracts:
            if fee.monthly == 0 or fee.contract not in (None, contract.id):
                continue
            for month in months_from(fee.first_month, min(fee.last_month, last)):
                yield Line(
                    statement=month,
                    contract=contract.id,
                    participant=None,
                    kind=fee.id,
                    number=1,
                    earned=month.last_day,
                    payable=month.last_day,
                    amount=fee.monthly,
                    group=None,
                    position=None,
                    is_reversal=False,
                    rule=fee.clause,
                    events=(),
                    reason="earned",
                )


def _recoveries(log: Iterable[Event], settled_to: date) -> Iterator[Line]:
    """Issue one line for each recovery that no participant is named for (S57)."""
    for event in log:
        if (
            event.kind is EventKind.CLAWED_BACK
            and event.participant is None
            and event.known <= settled_to
            and event.contract is not None
            and event.amount
        ):
            yield Line(
                statement=Month.of(event.known),
                contract=event.contract,
                participant=None,
                kind=RECOVERY,
                number=1,
                earned=event.happened,
                payable=event.known,
                amount=Pence(-event.amount),
                group=None,
                position=None,
                is_reversal=False,
                rule=ClauseId("S57"),
                events=(event.id,),
                reason="recovery",
            )
