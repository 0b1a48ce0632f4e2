"""The forms of sign-in: allauth's, in our words; a code is accepted once."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.forms import ChangePasswordForm as _ChangePasswordForm
from allauth.account.forms import LoginForm as _LoginForm
from allauth.account.forms import ReauthenticateForm as _PasswordForm
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as _AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as _ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as _ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import AddWebAuthnForm as _AddWebAuthnForm
from django import forms
from django.conf import settings
from django.db import transaction

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


def step_now() -> int:
    """Return the number of the time step whose code an authenticator app shows."""
    return int(time.time()) // int(app_settings.TOTP_PERIOD)  # noqa: TID251 - RFC 6238


def _plain(form: forms.Form, **labels: str) -> None:
    """Give fields their labels, and no placeholder, which goes when one types."""
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(_LoginForm):  # type: ignore[misc]
    """An e-mail address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login="E-mail address", password="Password")  # noqa: S106 - a label
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class PasswordForm(_PasswordForm):  # type: ignore[misc]
    """The password again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password="Your password")  # noqa: S106 - a label


class ChangePasswordForm(_ChangePasswordForm):  # type: ignore[misc]
    """The password as it is, and twice as it is to be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            oldpassword="Your password now",
            password1="New password",
            password2="New password again",
        )
        self.fields["password1"].help_text = (
            f"At least {settings.SHORTEST_PASSWORD} characters. A few words together "
            "are good; no digits or signs are asked for."
        )


class _Once(forms.Form):
    """A code of an authenticator app is accepted once, whatever the cache forgets.

    The time step of the last accepted code is kept with the factor; a code of that
    step or an earlier one is refused (RFC 6238 §5.2).
    """

    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code="Code")
        self.fields[
            "code"
        ].help_text = "From your authenticator app, or one of your recovery codes."
        self.fields["code"].widget.attrs.update(_CODE)

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type != Authenticator.Type.TOTP:
            return code
        with transaction.atomic():
            kept = Authenticator.objects.select_for_update().get(
                pk=self.authenticator.pk
            )
            step = _step_of(kept, code)
            if step is None or step <= kept.data.get("step", 0):
                raise get_adapter().validation_error("incorrect_code")
            kept.data["step"] = step
            kept.save(update_fields=["data"])
        return code


def _step_of(authenticator: Authenticator, code: str) -> int | None:
    """Return the time step that a code belongs to, of those accepted now."""
    secret = decrypt(authenticator.data["secret"])
    tolerance = int(app_settings.TOTP_TOLERANCE)
    typed = "".join(code.split())
    for step in range(step_now() + tolerance, step_now() - tolerance - 1, -1):
        if format_hotp_value(hotp_value(secret, step)) == typed:
            return step
    return None


class AuthenticateForm(_Once, _AuthenticateForm):  # type: ignore[misc]
    """A code, to sign in."""


class CodeForm(_Once, _ReauthenticateForm):  # type: ignore[misc]
    """A code, to show that it is still the same person."""


class ActivateTOTPForm(_ActivateTOTPForm):  # type: ignore[misc]
    """The first code, which shows that the app was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code="The code that the app shows")
        self.fields["code"].widget.attrs.update(_CODE)


class AddWebAuthnForm(_AddWebAuthnForm):  # type: ignore[misc]
    """A name for a passkey, and whether it alone may sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            name="Name of the passkey",
            passwordless="Sign in with it alone, without my password",
        )
        self.fields["name"].help_text = "For example: my phone, the key on my ring."
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True
