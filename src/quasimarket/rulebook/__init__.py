"""The rules of a programme: what the commissioner decides, read from a folder."""

from quasimarket.rulebook.content_hash import content_hash
from quasimarket.rulebook.folder import shipped_programmes
from quasimarket.rulebook.loading import load_rulebook
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.rulebook.saving import save_rulebook


__all__ = [
    "Rulebook",
    "content_hash",
    "load_rulebook",
    "save_rulebook",
    "shipped_programmes",
]
