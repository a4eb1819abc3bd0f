"""Identifiers are text with a meaning; each kind has its own type.

They sort in one order everywhere: identifiers made of digits come first, by their
number, then all others, letter by letter (`order_key`).
"""

from typing import NewType


EventId = NewType("EventId", str)
ParticipantId = NewType("ParticipantId", str)
ContractId = NewType("ContractId", str)
PositionId = NewType("PositionId", str)
"""A place in a contract's supply chain; its operator may change."""
OrganisationId = NewType("OrganisationId", str)
AreaId = NewType("AreaId", str)
GroupId = NewType("GroupId", str)
SpellId = NewType("SpellId", str)
MilestoneId = NewType("MilestoneId", str)
ClauseId = NewType("ClauseId", str)


def order_key(identifier: str) -> tuple[int, int, str]:
    """Give the key by which identifiers sort.

    >>> sorted(["10", "b", "9", "a"], key=order_key)
    ['9', '10', 'a', 'b']
    """
    if identifier.isascii() and identifier.isdigit():
        return (0, int(identifier), identifier)
    return (1, 0, identifier)
