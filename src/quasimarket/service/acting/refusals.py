"""Why an act was not done, in words that its doer can use.

Refused
├── NotFound     what it is about is not there, or not for the one who asks
├── NotAllowed   it is there, and this role may not do this to it
└── Refusal      the rules stand against it: a code, a field, what would mend it
"""

from dataclasses import dataclass


class Refused(Exception):
    """The root of every refusal."""


class NotFound(Refused):
    """It is not there, or it is not for the one who asks: the two look the same."""


class NotAllowed(Refused):
    """The role may not do this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """One rule that stands against an act."""

    code: str
    """For programs: "already-acknowledged"."""
    message: str
    """What is wrong, in plain words."""
    field: str = ""
    """The field of the act that it is about; blank for the whole act."""
    remedy: str = ""
    """What would mend it, and who can."""


class Refusal(Refused):
    """The rules stand against the act; every rule unmet is listed."""

    def __init__(self, *unmet: Unmet) -> None:
        """Keep what stands against it."""
        self.unmet = unmet
        super().__init__("; ".join(one.message for one in unmet))


def refuse(code: str, message: str, *, field: str = "", remedy: str = "") -> Refusal:
    """Make a refusal with one rule unmet."""
    return Refusal(Unmet(code=code, message=message, field=field, remedy=remedy))
