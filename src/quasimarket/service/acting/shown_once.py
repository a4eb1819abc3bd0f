"""What an act gives to its doer once: a key, a secret, a password."""

import secrets


class ShownOnce(dict[str, str]):
    """Facts shown on the answer to the form, and kept nowhere in these words."""

    address = "/"
    """Where its doer goes afterwards."""

    def get_absolute_url(self) -> str:
        """Give that address."""
        return self.address


def new_password() -> str:
    """Make a password that can be read out: five groups of four letters and digits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))
    return "-".join(groups)
