"""How Django knows these pages."""

from __future__ import annotations

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The pages of those who run an organisation."""

    name = "concord.web.office"
    label = "office"
