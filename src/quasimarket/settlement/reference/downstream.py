"""What a prime owes its subcontracts for the lines it is paid (S66-S69)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import ContractId, PositionId
from quasimarket.core.money import Pence, round_half_up
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.settlement.records import DownstreamLine, Line
from quasimarket.settlement.reference.lines import Identity, Standing


Payee = tuple[Identity, PositionId]
"""A line upstream and the position it is passed down to.

The amount follows from these two, as the terms of a day earned do not change.
"""


class TermsBook:
    """The terms between primes and subcontracts, each looked up once."""

    def __init__(self, rulebook: Rulebook, extra: Iterable[SubcontractTerms]) -> None:
        """Add terms that the rulebook does not hold, such as a run's own."""
        terms = (*rulebook.subcontract_terms, *extra)
        self._rulebook = replace(rulebook, subcontract_terms=terms)
        self._in_force: dict[
            tuple[ContractId, PositionId, date], SubcontractTerms | None
        ] = {}

    def in_force(
        self, contract: ContractId, position: PositionId, day: date
    ) -> SubcontractTerms | None:
        """Give the terms between a contract and a position on a day."""
        key = (contract, position, day)
        if key not in self._in_force:
            self._in_force[key] = self._rulebook.terms_in_force(*key)
        return self._in_force[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issued:
    """A downstream line that stands, and how late its terms pay it."""

    line: DownstreamLine
    lag_months: int


class DownstreamAccount:
    """The downstream lines that stand, and all that was ever issued."""

    def __init__(self, terms: TermsBook) -> None:
        """Begin with nothing issued."""
        self.issued: list[DownstreamLine] = []
        self._terms = terms
        self._standing: dict[Payee, _Issued] = {}

    def bring_up_to(self, month: Month, upstream: Iterable[Standing]) -> None:
        """Issue and reverse until what stands matches the upstream lines that stand.

        A reversal waits as long as the line that it reverses did.
        """
        wanted = {
            (one.identity, one.worked_by): one.line
            for one in upstream
            if one.worked_by is not None
        }
        for gone in [payee for payee in self._standing if payee not in wanted]:
            self.issued.append(_reversal(self._standing.pop(gone), month))
        for payee, line in wanted.items():
            if payee not in self._standing:
                self._issue(month, payee, line)

    def _issue(self, month: Month, payee: Payee, upstream: Line) -> None:
        identity, position = payee
        terms = self._terms.in_force(identity.contract, position, identity.earned)
        amount = share_of(upstream, terms) if terms else Pence(0)
        if terms is None or amount == 0:
            return
        line = DownstreamLine(
            statement=month.plus(terms.lag_months),
            contract=identity.contract,
            position=position,
            participant=identity.participant,
            kind=identity.kind,
            number=identity.number,
            earned=identity.earned,
            amount=amount,
            is_reversal=False,
            rule=upstream.rule,
            events=upstream.events,
        )
        self.issued.append(line)
        self._standing[payee] = _Issued(line=line, lag_months=terms.lag_months)


def share_of(line: Line, terms: SubcontractTerms) -> Pence:
    """Give a subcontract's part of a line, rounded once, half up (S66)."""
    share = terms.passed_down.get(line.kind, Decimal(0))
    return round_half_up(line.amount * share * (1 - terms.management_fee))


def _reversal(issued: _Issued, month: Month) -> DownstreamLine:
    return replace(
        issued.line,
        statement=month.plus(issued.lag_months),
        amount=Pence(-issued.line.amount),
        is_reversal=True,
    )
