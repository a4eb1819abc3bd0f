"""Issuing lines and taking them back, month by month (S52-S56).

What follows in a month and was not issued is issued; what was issued and no longer
follows is reversed whole. What still follows is left alone, whatever else changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from quasimarket.core.dates import Month
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
from quasimarket.settlement.records import Line
from quasimarket.settlement.reference.views import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes a line the line it is (S55)."""

    participant: ParticipantId
    kind: MilestoneId
    number: int
    earned: date
    amount: Pence
    contract: ContractId


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A line that follows from what is known, whether or not it was issued."""

    identity: Identity
    payable: date
    group: GroupId
    position: PositionId | None
    """What the line shows."""
    worked_by: PositionId | None
    """The subcontract that a downstream line goes to."""
    rule: ClauseId
    events: tuple[EventId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A line that was issued and still follows, and the position that worked for it."""

    identity: Identity
    line: Line
    worked_by: PositionId | None


def following_lines(view: View) -> list[Following]:
    """List the lines for milestones that follow from a view."""
    last_day = view.month.last_day
    return [
        Following(
            identity=Identity(
                participant=owed.reached.participant,
                kind=owed.reached.milestone,
                number=owed.reached.number,
                earned=owed.reached.earned,
                amount=owed.price,
                contract=owed.reached.contract,
            ),
            payable=owed.payable,
            group=owed.reached.group,
            position=owed.reached.position,
            worked_by=owed.reached.position,
            rule=owed.reached.rule,
            events=owed.reached.events,
        )
        for owed in view.owed
        if owed.payable and owed.payable <= last_day and owed.price > 0
    ]


class Account:
    """The lines that stand, and all that was ever issued."""

    def __init__(self) -> None:
        """Begin with nothing issued."""
        self.issued: list[Line] = []
        self._standing: dict[Identity, Line] = {}
        self._worked_by: dict[Identity, PositionId | None] = {}

    def bring_up_to(self, month: Month, following: Iterable[Following]) -> None:
        """Issue and reverse in a month until what follows is what stands."""
        wanted = {one.identity: one for one in following}
        for gone in [one for one in self._standing if one not in wanted]:
            self.issued.append(_reversal(self._standing.pop(gone), month))
        for new in [one for one in wanted if one not in self._standing]:
            self._standing[new] = _line(wanted[new], month)
            self.issued.append(self._standing[new])
        self._worked_by = {name: one.worked_by for name, one in wanted.items()}

    def standing_with_positions(self) -> list[Standing]:
        """Pair each line that stands with the position it is now known to be due to."""
        return [
            Standing(identity=name, line=line, worked_by=self._worked_by[name])
            for name, line in self._standing.items()
        ]


def _line(following: Following, month: Month) -> Line:
    identity = following.identity
    return Line(
        statement=month,
        contract=identity.contract,
        participant=identity.participant,
        kind=identity.kind,
        number=identity.number,
        earned=identity.earned,
        payable=following.payable,
        amount=identity.amount,
        group=following.group,
        position=following.position,
        is_reversal=False,
        rule=following.rule,
        events=following.events,
        reason="earned",
    )


def _reversal(line: Line, month: Month) -> Line:
    return replace(
        line,
        statement=month,
        amount=Pence(-line.amount),
        is_reversal=True,
        reason="no-longer-follows",
    )
