"""References: what a thing is called in addresses, saying nothing of whom it is."""

import secrets


def new_reference(prefix: str) -> str:
    """Make a reference that cannot be guessed: "P-9f86d081884c7d65"."""
    return f"{prefix}-{secrets.token_hex(8)}"
