"""How Django knows the chart."""

from __future__ import annotations

from django.apps import AppConfig


class ChartConfig(AppConfig):
    """The tables of the record and of who may see it."""

    name = "concord.web.chart"
    label = "chart"
