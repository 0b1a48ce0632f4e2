"""How Django knows the shared part of the pages."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Templates, styles and filters that every page uses."""

    name = "concord.web.pages"
    label = "pages"
