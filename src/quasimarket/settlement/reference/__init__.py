"""The plain engine of settlement: who is paid what, and why, one at a time.

It is the truth that faster engines are held to, so it is written to be read beside
docs/explanation/settlement.md, in the same order. `settle` is the story: the views of
each participant month by month, the lines that follow from them, and what those mean
down the chain.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from quasimarket.core.dates import Month, months_from
from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import ClauseId
from quasimarket.core.money import Pence
from quasimarket.entitlement.reference import by_participant, one_of_each
from quasimarket.events import Event, EventKind
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.settlement.records import DownstreamLine, Line, Settlement, Unpaid
from quasimarket.settlement.reference.claims import read_log
from quasimarket.settlement.reference.downstream import DownstreamAccount, TermsBook
from quasimarket.settlement.reference.excess import reckonings
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


__all__ = ["settle"]


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
    last = _month_ending(settled_to)
    log = one_of_each(events)
    reading = read_log(log, claims_implied, validation_implied)
    prices = PriceList(rulebook)
    terms_book = TermsBook(rulebook, terms)
    lines: list[Line] = [
        *_service_fees(rulebook, last),
        *_recoveries(log, settled_to),
    ]
    downstream: list[DownstreamLine] = []
    unpaid: list[Unpaid] = []
    views = {}

    for participant, own in by_participant(log).items():
        account, below = Account(), DownstreamAccount(terms_book)
        views[participant] = list(views_of(prices, own, reading, last))
        for view in views[participant]:
            account.bring_up_to(view.month, following_lines(view))
            below.bring_up_to(view.month, account.standing_with_positions())
        lines += account.issued
        downstream += below.issued
        final = view_of(prices, own, reading, last)
        unpaid += unpaid_in(rulebook, participant, final)

    for payment in rulebook.excess_payments:
        account, below = Account(), DownstreamAccount(terms_book)
        for month, following in reckonings(rulebook, payment, views, last):
            account.bring_up_to(month, following)
            below.bring_up_to(month, account.standing_with_positions())
        lines += account.issued
        downstream += below.issued

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
