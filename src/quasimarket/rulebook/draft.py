"""A rulebook that has been read and not yet checked."""

from dataclasses import dataclass

from quasimarket.core.errors import Fault
from quasimarket.rulebook.reading import REFUSED, Reading
from quasimarket.rulebook.rulebook import Basis, Milestone, PaymentGroup, Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rulebook, and where each of its records stands."""

    rulebook: Rulebook
    reading: Reading
    broken_tables: frozenset[str] = frozenset()
    """Tables of which some rows were lost."""

    def fault(
        self,
        record: object,
        found: str,
        expected: str,
        hint: str = "",
        field: str = "",
    ) -> Fault:
        """Make a fault that points at a record, or at one field of it."""
        where = self.reading.place(record, field)
        return Fault(where=where, found=found, expected=expected, hint=hint)

    def is_sound(self, record: object, *names: str) -> bool:
        """Say whether these fields of a record, or all, could be read."""
        return self.reading.is_sound(record, *names)

    def is_usable(self, record: object, *names: str) -> bool:
        """Say whether these fields could be read and the record was not refused."""
        return self.reading.is_sound(record, *names, REFUSED)

    def is_whole(self, *tables: str) -> bool:
        """Say whether every row of these tables could be read as a row."""
        return self.broken_tables.isdisjoint(tables)

    def groups_that_reach(self, milestone: Milestone) -> list[PaymentGroup]:
        """List the groups that can reach a milestone; all of them an attachment."""
        return [group for group in self.rulebook.groups if can_reach(milestone, group)]


def can_reach(milestone: Milestone, group: PaymentGroup) -> bool:
    """Say whether a group can reach a milestone."""
    return milestone.basis is Basis.ATTACHMENT or group.id in milestone.days
