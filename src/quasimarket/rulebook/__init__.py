"""The rules of a programme: what the commissioner decides, read from a folder."""

from quasimarket.rulebook.loading import load_rulebook
from quasimarket.rulebook.rulebook import Rulebook


__all__ = ["Rulebook", "load_rulebook"]
