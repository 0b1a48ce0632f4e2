"""Setting Django up for the command line; a server does it by itself."""

from __future__ import annotations

import os

import django


def start() -> None:
    """Make the chart usable in this process, by the environment's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.web.settings")
    django.setup()
