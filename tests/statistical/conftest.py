"""Seeds: fixed on a change, fresh in long tests, and replayable."""

import os
import secrets

import pytest


@pytest.fixture
def fresh_seed() -> int:
    """A new seed for a long test, printed; QUASIMARKET_SEED plays one again."""
    seed = int(os.environ.get("QUASIMARKET_SEED") or secrets.randbelow(2**31))
    print(f"QUASIMARKET_SEED={seed}")
    return seed
