"""What a payment story is told from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quasimarket.core.identifiers import ClauseId, MilestoneId, ParticipantId
from quasimarket.events import Event
from quasimarket.rulebook.rulebook import Basis, Rulebook
from quasimarket.settlement.records import DownstreamLine, Line, Settlement
from quasimarket.settlement.reference.views import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a story is told from."""

    rulebook: Rulebook
    settlement: Settlement
    participant: ParticipantId
    known: Sequence[Event]
    view: View

    @property
    def lines(self) -> list[Line]:
        """The participant's lines, in order of statement."""
        return [
            line
            for line in self.settlement.lines
            if line.participant == self.participant
        ]

    @property
    def downstream(self) -> list[DownstreamLine]:
        """The participant's lines down the chain."""
        return [
            line
            for line in self.settlement.downstream
            if line.participant == self.participant
        ]

    def name(self, kind: MilestoneId, number: int) -> str:
        """Name a payment, with its number where there can be several."""
        rulebook = self.rulebook
        names = {one.id: one.name for one in rulebook.milestones}
        names |= {one.id: one.name for one in rulebook.excess_payments}
        name = names.get(kind, kind)
        name = name[:1].upper() + name[1:]
        several = any(
            milestone.id == kind and milestone.basis is Basis.FOLLOWING_DAYS
            for milestone in rulebook.milestones
        )
        return f"{name} {number}" if several else name

    def clause(self, rule: ClauseId) -> Iterator[str]:
        """Quote the rule that a line follows from."""
        texts = {clause.id: clause.text for clause in self.rulebook.clauses}
        yield (
            f"    Rule {rule}: {texts[rule]}" if rule in texts else f"    Rule {rule}."
        )
