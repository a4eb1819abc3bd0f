"""A settlement in columns turned into the records that every engine gives."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from quasimarket.core.identifiers import (
    ClauseId,
    ContractId,
    EventId,
    GroupId,
    MilestoneId,
    ParticipantId,
    PositionId,
)
from quasimarket.core.money import Pence
from quasimarket.entitlement.columnar.workspace import NO_DAY
from quasimarket.entitlement.columns import EventColumns, Names
from quasimarket.entitlement.read_columns import columns_from_events
from quasimarket.events import Event
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.settlement.columnar.engine import (
    ColumnarSettlement,
    UnpaidColumns,
    settle_columns,
)
from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.settlement.columnar.prices import month_of
from quasimarket.settlement.columnar.statements import StatementColumns
from quasimarket.settlement.columnar.unpaid import UNPAID_REASONS
from quasimarket.settlement.records import (
    DownstreamLine,
    Line,
    Posting,
    Settlement,
    Statement,
    Unpaid,
)


RECOVERY = MilestoneId("recovery")
RECOVERY_RULE = ClauseId("S57")


def settle_events(
    rulebook: Rulebook,
    events: Iterable[Event],
    settled_to: date,
    *,
    claims_implied: bool | None = None,
    validation_implied: bool | None = None,
    extra_terms: Iterable[SubcontractTerms] = (),
) -> Settlement:
    """Settle events by way of columns and give records, as the plain engine does."""
    columns = columns_from_events(rulebook, events)
    settlement = settle_columns(
        rulebook,
        columns,
        settled_to,
        claims_implied=claims_implied,
        validation_implied=validation_implied,
        extra_terms=extra_terms,
    )
    return to_records(rulebook, columns, settlement)


def kinds_of_payment(rulebook: Rulebook) -> list[tuple[MilestoneId, ClauseId]]:
    """List what a line can be for, in the order of statements, with its clause."""
    return [
        *((item.id, item.clause) for item in rulebook.milestones),
        *((item.id, item.clause) for item in rulebook.excess_payments),
        *((item.id, item.clause) for item in rulebook.service_fees),
        (RECOVERY, RECOVERY_RULE),
    ]


def to_records(
    rulebook: Rulebook, columns: EventColumns, settlement: ColumnarSettlement
) -> Settlement:
    """Turn a settlement in columns into records, in the same order."""
    naming = _Naming(rulebook, columns)
    lines = tuple(naming.lines(settlement.lines))
    downstream = tuple(naming.downstream(settlement.downstream))
    return Settlement(
        settled_to=settlement.settled_to,
        lines=lines,
        downstream=downstream,
        unpaid=tuple(naming.unpaid(settlement.unpaid)),
        statements=(
            *naming.statements(settlement.to_primes),
            *naming.statements(settlement.to_subcontracts),
        ),
        ledger=tuple(_post(lines, downstream)),
    )


class _Naming:
    """Give codes their names back."""

    def __init__(self, rulebook: Rulebook, columns: EventColumns) -> None:
        self.kinds = kinds_of_payment(rulebook)
        self.contracts = [item.id for item in rulebook.contracts]
        self.groups = [item.id for item in rulebook.groups]
        self.columns = columns

    def contract(self, code: int) -> ContractId | None:
        return self.contracts[code] if code >= 0 else None

    def group(self, code: int) -> GroupId | None:
        return self.groups[code] if code >= 0 else None

    def participant(self, code: int) -> ParticipantId | None:
        return (
            ParticipantId(_name(self.columns.participants, code)) if code >= 0 else None
        )

    def position(self, code: int) -> PositionId | None:
        return PositionId(_name(self.columns.positions, code)) if code >= 0 else None

    def events(self, *codes: int) -> tuple[EventId, ...]:
        names = self.columns.events
        return tuple(
            EventId(str(code) if names is None else _name(names, code))
            for code in codes
            if code >= 0
        )

    def lines(self, lines: IssuedColumns) -> Iterator[Line]:
        for row in _rows(lines):
            kind, rule = self.kinds[row["kind"]]
            yield Line(
                statement=month_of(row["statement"]),
                contract=self.contracts[row["contract"]],
                participant=self.participant(row["participant"]),
                kind=kind,
                number=row["number"],
                earned=_day(row["earned"]),
                payable=_day(row["payable"]),
                amount=Pence(row["amount"]),
                group=self.group(row["group"]),
                position=self.position(row["position"]),
                is_reversal=row["is_reversal"],
                rule=rule,
                events=self.events(row["first_event"], row["spell_event"]),
                reason=_reason(kind, row["is_reversal"]),
            )

    def downstream(self, lines: IssuedColumns) -> Iterator[DownstreamLine]:
        for row in _rows(lines):
            kind, rule = self.kinds[row["kind"]]
            yield DownstreamLine(
                statement=month_of(row["statement"]),
                contract=self.contracts[row["contract"]],
                position=PositionId(_name(self.columns.positions, row["position"])),
                participant=ParticipantId(
                    _name(self.columns.participants, row["participant"])
                ),
                kind=kind,
                number=row["number"],
                earned=_day(row["earned"]),
                amount=Pence(row["amount"]),
                is_reversal=row["is_reversal"],
                rule=rule,
                events=self.events(row["first_event"], row["spell_event"]),
            )

    def unpaid(self, unpaid: UnpaidColumns) -> Iterator[Unpaid]:
        for row in _rows(unpaid):
            earned = row["earned"]
            yield Unpaid(
                participant=ParticipantId(
                    _name(self.columns.participants, row["participant"])
                ),
                kind=self.kinds[row["kind"]][0],
                number=row["number"],
                earned=None if earned == NO_DAY else _day(earned),
                contract=self.contract(row["contract"]),
                reason=UNPAID_REASONS[row["reason"]],
            )

    def statements(self, statements: StatementColumns) -> Iterator[Statement]:
        for row in _rows(statements):
            yield Statement(
                month=month_of(row["month"]),
                contract=self.contracts[row["contract"]],
                position=self.position(row["position"]),
                brought_forward=Pence(row["brought_forward"]),
                lines=Pence(row["lines"]),
                payable=Pence(row["payable"]),
                carried_forward=Pence(row["carried_forward"]),
            )


def _name(names: Names, code: int) -> str:
    return str(names[code])


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _reason(kind: MilestoneId, is_reversal: bool) -> str:
    if kind == RECOVERY:
        return "recovery"
    return "no-longer-follows" if is_reversal else "earned"


# values of columns of several types, told apart by name: hence Any
def _rows(
    table: IssuedColumns | UnpaidColumns | StatementColumns,
) -> Iterator[dict[str, Any]]:
    names = list(table.__dataclass_fields__)
    columns = [getattr(table, name).tolist() for name in names]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _post(
    lines: Iterable[Line], downstream: Iterable[DownstreamLine]
) -> Iterator[Posting]:
    """Post an entry of two sides for each line, upstream first."""
    entry = 0
    for line in lines:
        entry += 1
        yield from _entry(entry, line, "commissioner", f"prime/{line.contract}")
    for passed in downstream:
        entry += 1
        yield from _entry(
            entry,
            passed,
            f"prime/{passed.contract}",
            f"subcontract/{passed.contract}/{passed.position}",
        )


def _entry(
    entry: int, line: Line | DownstreamLine, payer: str, payee: str
) -> Iterator[Posting]:
    month = line.statement
    yield Posting(month=month, entry=entry, account=payer, amount=Pence(-line.amount))
    yield Posting(month=month, entry=entry, account=payee, amount=line.amount)
