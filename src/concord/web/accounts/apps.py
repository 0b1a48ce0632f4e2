"""How Django knows the accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who signs in."""

    name = "concord.web.accounts"
    label = "accounts"
