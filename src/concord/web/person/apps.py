"""How Django knows these pages."""

from __future__ import annotations

from django.apps import AppConfig


class PersonConfig(AppConfig):
    """The person's pages."""

    name = "concord.web.person"
    label = "person"
