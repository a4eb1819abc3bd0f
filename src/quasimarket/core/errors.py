"""What can go wrong, by what the reader can do about it.

QuasimarketError
├── InputFault      something given to us is wrong: mend the named places
└── RunIncomplete   a run folder cannot be read: make it again
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with an input: where, what was found, what to do."""

    where: str
    """File and line, row, or key: a place the reader can open."""
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        """Say the fault in one line."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.where}: found {self.found}; expected {self.expected}{hint}"


class QuasimarketError(Exception):
    """The root of every error raised on purpose."""


class InputFault(QuasimarketError):
    """An input has faults; all of them are listed, and nothing was written."""

    def __init__(self, faults: Iterable[Fault], count: int | None = None) -> None:
        """Keep the faults in order; `count` says how many where not all are kept."""
        self.faults = tuple(faults)
        self.count = len(self.faults) if count is None else count
        super().__init__("\n".join(str(fault) for fault in self.faults))


class RunIncomplete(QuasimarketError):
    """A run folder lacks a table or was not finished."""
