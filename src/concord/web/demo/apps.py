"""How Django knows the demonstration."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration's sign-ins, shown on the sign-in page in demo mode."""

    name = "concord.web.demo"
    label = "demo"
