"""Names of things in addresses: nobody can guess one or read anything from it."""

import secrets


def new_reference() -> str:
    """Make a reference that stands for one thing."""
    return secrets.token_hex(8)
