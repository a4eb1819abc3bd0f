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


@dataclass(frozen=True, slots=True, kw_only=True)
class DownstreamIdentity:
    """What makes a downstream line the line it is."""

    upstream: Identity
    position: PositionId
    amount: Pence


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


class DownstreamAccount:
    """The downstream lines that stand, and all that was ever issued."""

    def __init__(self, terms: TermsBook) -> None:
        """Begin with nothing issued."""
        self.issued: list[DownstreamLine] = []
        self._terms = terms
        self._standing: dict[DownstreamIdentity, tuple[DownstreamLine, int]] = {}

    def bring_up_to(self, month: Month, upstream: Iterable[Standing]) -> None:
        """Issue and reverse until what stands matches the upstream lines that stand.

        A reversal waits as long as the line that it reverses did.
        """
        wanted: dict[DownstreamIdentity, tuple[DownstreamLine, int]] = {}
        for standing in upstream:
            if standing.worked_by is not None:
                wanted.update(self._owed(month, standing, standing.worked_by))
        for gone in [one for one in self._standing if one not in wanted]:
            line_below, lag = self._standing.pop(gone)
            self.issued.append(
                replace(
                    line_below,
                    statement=month.plus(lag),
                    amount=Pence(-line_below.amount),
                    is_reversal=True,
                )
            )
        for new in [one for one in wanted if one not in self._standing]:
            self._standing[new] = wanted[new]
            self.issued.append(wanted[new][0])

    def _owed(
        self, month: Month, standing: Standing, position: PositionId
    ) -> dict[DownstreamIdentity, tuple[DownstreamLine, int]]:
        identity, line = standing.identity, standing.line
        terms = self._terms.in_force(line.contract, position, line.earned)
        amount = share_of(line, terms) if terms else Pence(0)
        if terms is None or amount == 0:
            return {}
        below = DownstreamLine(
            statement=month.plus(terms.lag_months),
            contract=line.contract,
            position=position,
            participant=identity.participant,
            kind=line.kind,
            number=line.number,
            earned=line.earned,
            amount=amount,
            is_reversal=False,
            rule=line.rule,
            events=line.events,
        )
        name = DownstreamIdentity(upstream=identity, position=position, amount=amount)
        return {name: (below, terms.lag_months)}


def share_of(line: Line, terms: SubcontractTerms) -> Pence:
    """Give a subcontract's part of a line, rounded once, half up (S66)."""
    share = terms.passed_down.get(line.kind, Decimal(0))
    return round_half_up(line.amount * share * (1 - terms.management_fee))
