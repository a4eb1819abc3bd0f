"""How allauth behaves here: nobody signs up, and secrets are kept encrypted."""

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Sign-ins are made by managers; errors are worded plainly."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right"),
        "incorrect_password": _("The password is not right"),
        "too_many_login_attempts": _(
            "There were too many tries: wait a quarter of an hour"
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes a sign-in for themselves."""
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Keep the password that somebody chose; nobody else knows it then."""
        user.was_given_secret = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to work."""
        return "/"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *rest: Any,
        **named: Any,
    ) -> None:
        """Say what was done, but not that somebody signed in or out: they know."""
        if not (message_template or "").startswith("account/messages/logged_"):
            super().add_message(request, level, message_template, *rest, **named)

    def is_reauthentication_required(self, *, app: str, **rest: Any) -> bool:
        """Ask again who somebody is, but not right after they signed in.

        That is for setting up an authenticator app, which the first sign-in leads to.
        Before an act on which money rests (`app` is then blank) it is always asked.
        """
        if app == "allauth.mfa" and signed_in_lately(context.request):
            return False
        return bool(super().is_reauthentication_required(app=app, **rest))


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether the last proof of who this is was given a few minutes ago."""
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - latest < account_settings.REAUTHENTICATION_TIMEOUT)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right: wait for the next one"),
    }

    def get_totp_issuer(self) -> str:
        """Name the service as the app will show it."""
        return "Quasimarket"

    def encrypt(self, text: str) -> str:
        """Encrypt a secret; whoever reads the database alone cannot use it."""
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret back."""
        return cipher().decrypt(encrypted_text.encode()).decode()


def cipher() -> Fernet:
    """Make the cipher from the service's secret, which the database never holds."""
    digest = hashlib.sha256(b"authenticators|" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
