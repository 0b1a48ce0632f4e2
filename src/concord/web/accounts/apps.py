"""How Django knows the accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who signs in."""

    name = "concord.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Be told of sign-ins."""
        from concord.web.accounts import signing_in  # noqa: PLC0415 - it needs the models

        signing_in.connect()
