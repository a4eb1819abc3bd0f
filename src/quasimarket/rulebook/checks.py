"""Checks across a rulebook's records, gathered in a visible list."""

from collections.abc import Callable
from dataclasses import dataclass

from quasimarket.core.errors import Fault
from quasimarket.rulebook.reading import Reading
from quasimarket.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rulebook that has been read and not yet checked."""

    rulebook: Rulebook
    reading: Reading


CHECKS: tuple[Callable[[Draft], list[Fault]], ...] = ()
