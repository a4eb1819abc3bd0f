"""Statements that carry what is below zero, and a ledger that balances (S56)."""

from collections.abc import Iterable, Iterator, Sequence

from quasimarket.core.dates import Month, months_from
from quasimarket.core.identifiers import ContractId, PositionId, order_key
from quasimarket.core.money import Pence
from quasimarket.settlement.records import DownstreamLine, Line, Posting, Statement


Payee = tuple[ContractId, PositionId | None]
"""A prime by its contract, or a subcontract by contract and position."""


def statements_of(
    lines: Iterable[Line], downstream: Iterable[DownstreamLine]
) -> list[Statement]:
    """Write every payee's statements, the primes' first, each by month."""
    sums: dict[Payee, dict[Month, int]] = {}
    for line in lines:
        _add(sums, (line.contract, None), line.statement, line.amount)
    for below in downstream:
        _add(sums, (below.contract, below.position), below.statement, below.amount)
    statements = [
        statement
        for payee, by_month in sums.items()
        for statement in _statements_to(payee, by_month)
    ]
    return sorted(statements, key=_in_order)


def ledger_of(
    lines: Sequence[Line], downstream: Sequence[DownstreamLine]
) -> list[Posting]:
    """Post each line as an entry of two sides; entries are numbered from 1."""
    moves = [
        (line.statement, "commissioner", f"prime/{line.contract}", line.amount)
        for line in lines
    ]
    moves += [
        (
            below.statement,
            f"prime/{below.contract}",
            f"subcontract/{below.contract}/{below.position}",
            below.amount,
        )
        for below in downstream
    ]
    return [
        posting
        for entry, (month, payer, payee, amount) in enumerate(moves, start=1)
        for posting in (
            Posting(month=month, entry=entry, account=payer, amount=Pence(-amount)),
            Posting(month=month, entry=entry, account=payee, amount=amount),
        )
    ]


def _add(
    sums: dict[Payee, dict[Month, int]], payee: Payee, month: Month, amount: Pence
) -> None:
    by_month = sums.setdefault(payee, {})
    by_month[month] = by_month.get(month, 0) + amount


def _statements_to(payee: Payee, by_month: dict[Month, int]) -> Iterator[Statement]:
    """Carry forward what is below zero, up to the payee's last month with lines."""
    brought_forward = 0
    for month in months_from(min(by_month), max(by_month)):
        if month not in by_month and brought_forward == 0:
            continue
        total = brought_forward + by_month.get(month, 0)
        yield Statement(
            month=month,
            contract=payee[0],
            position=payee[1],
            brought_forward=Pence(brought_forward),
            lines=Pence(by_month.get(month, 0)),
            payable=Pence(max(total, 0)),
            carried_forward=Pence(min(total, 0)),
        )
        brought_forward = min(total, 0)


def _in_order(
    statement: Statement,
) -> tuple[bool, Month, tuple[int, int, str], tuple[int, int, str]]:
    return (
        statement.position is not None,
        statement.month,
        order_key(statement.contract),
        order_key(statement.position or ""),
    )
