"""How Django knows these pages."""

from __future__ import annotations

from django.apps import AppConfig


class PersonConfig(AppConfig):
    """The person's pages."""

    name = "concord.web.person"
    label = "person"

    def ready(self) -> None:
        """Let Django's own `check` know of the words for a crisis."""
        from concord.web.person import checks  # noqa: F401, PLC0415 - it registers
