"""Who does or asks something."""

from dataclasses import dataclass
from typing import Any

from quasimarket.service.people.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, an organisation's key, or the programme's own clockwork."""

    kind: str
    """user, key, system, sign-in or operator."""
    id: int
    """A person's id; a key's below zero, so that none is taken for a person's."""
    role: Role
    organisation: str
    """The organisation's id; blank for the system."""
    name: str

    @classmethod
    def of_user(cls, user: Any) -> "Actor":
        """Give the actor that a signed-in person is."""
        return cls(
            kind="user",
            id=user.pk,
            role=Role(user.role),
            organisation=user.organisation_id,
            name=user.name,
        )

    @classmethod
    def of_key(cls, key: Any) -> "Actor":
        """Give the actor that an organisation's key is."""
        return cls(
            kind="key",
            id=-key.pk,
            role=Role(key.role),
            organisation=key.organisation_id,
            name=key.name,
        )


SYSTEM = Actor(kind="system", id=0, role=Role.SYSTEM, organisation="", name="system")
"""The programme's own clockwork: jobs, feeds, the demonstration."""
SIGN_IN = Actor(
    kind="sign-in", id=0, role=Role.PARTICIPANT, organisation="", name="signing in"
)
"""Nobody yet: sees what signing in needs and nothing else."""
OPERATOR = Actor(
    kind="operator", id=0, role=Role.SYSTEM, organisation="", name="the operator"
)
"""Whoever runs the machine: does what the owner's connection alone lets be done."""
