"""The seed of random allocation: kept from everybody, and committed to at the start.

Each draw and the programme's own row carry its digest, so that the seed cannot be
changed unseen. The database gives it to the programme's own clockwork alone; the
command `quasimarket draws` and a case's page draw again without showing it.
"""

import hashlib

from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import AllocationSeed, Programme


def commitment(seed: str) -> str:
    """Name a seed without giving it away."""
    return hashlib.sha256(f"allocation|{seed}".encode()).hexdigest()


def keep_seed(programme: Programme, seed: str) -> None:
    """Keep the seed of a new programme; the scope is the programme's own."""
    AllocationSeed.objects.create(programme=programme, seed=seed)


def allocation_seed() -> str:
    """Give the seed to what draws with it; it is never shown."""
    with acting_as(SYSTEM):
        return AllocationSeed.objects.get(programme_id=1).seed


def is_as_committed() -> bool:
    """Say whether the seed is the one that the programme began with."""
    said = Programme.objects.get(id=1).allocation_commitment
    return commitment(allocation_seed()) == said
