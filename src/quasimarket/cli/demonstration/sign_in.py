"""How the people of the demonstration sign in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How somebody of the demonstration signs in."""

    role: str
    organisation: str
    name: str
    email: str
    password: str
    totp_secret: str
    """For an authenticator app, in base32; blank for the participant."""
