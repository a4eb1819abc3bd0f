"""The forms of signing in, worded as the rest of the service is."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _


class LoginForm(AllauthLoginForm):
    """E-mail address and password."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Word the fields; a lost password is mended by a manager, not by e-mail."""
        super().__init__(*arguments, **named)
        word(self, "login", _("E-mail address"), _("Enter your e-mail address"))
        self.fields["login"].error_messages["invalid"] = _(
            "Enter an e-mail address like name@example.com"
        )
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        word(self, "password", _("Password"), _("Enter your password"))


class ReauthenticateForm(AllauthReauthenticateForm):
    """The password once more."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Word the field."""
        super().__init__(*arguments, **named)
        word(self, "password", _("Password"), _("Enter your password"))


class ChangePasswordForm(AllauthChangePasswordForm):
    """The password as it is, and twice as it shall be."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Word the fields."""
        super().__init__(*arguments, **named)
        word(self, "oldpassword", _("Your password now"), _("Enter your password"))
        word(
            self,
            "password1",
            _("The new one"),
            _("Enter a new password"),
            hint=_("At least 12 characters; three words that do not belong together"),
        )
        word(self, "password2", _("The new one again"), _("Enter it again"))


class AuthenticateForm(AllauthAuthenticateForm):
    """A code when signing in."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Word the field; a recovery code may be longer than an app's."""
        super().__init__(*arguments, **named)
        word(self, "code", _("Code"), _("Enter a code"))

    def clean_code(self) -> str:
        """Judge the code while no other sign-in of this person judges one."""
        one_at_a_time(self.user)
        return str(super().clean_code())


class CodeAgainForm(AllauthCodeAgainForm):
    """A code once more."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Word the field."""
        super().__init__(*arguments, **named)
        word(self, "code", _("Code"), _("Enter a code"))

    def clean_code(self) -> str:
        """Judge the code while no other sign-in of this person judges one."""
        one_at_a_time(self.user)
        return str(super().clean_code())


class ActivateForm(ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Word the field."""
        super().__init__(*arguments, **named)
        word(
            self, "code", _("Code from the app"), _("Enter the code that the app shows")
        )
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


def one_at_a_time(user: Any) -> None:
    """Hold a person's authenticators until the request ends.

    Whether a code was used is read and then written: two requests with one code at
    the same moment would both be let in.
    """
    rows = Authenticator.objects.select_for_update().filter(user=user).order_by("pk")
    list(rows.values_list("pk", flat=True))


def word(
    form: forms.Form, name: str, label: object, missing: object, *, hint: object = ""
) -> None:
    """Give a field its label, its hint, and what is said when it is left blank."""
    field = form.fields[name]
    field.label = label
    field.help_text = hint
    field.error_messages["required"] = missing
