"""How Django knows the timeline."""

from __future__ import annotations

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    """The part of a page that shows a person over time."""

    name = "concord.web.timeline"
    label = "timeline"
