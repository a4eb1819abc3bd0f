"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2; a password is hashed anew when it is changed, and not while signing in.

    Nobody is known yet who signs in, and the database lets nobody yet write passwords.
    """

    def must_update(self, encoded: str) -> bool:
        """Leave a hash that other settings made as it is."""
        return False
