"""The addresses of imports, setting events and of what else is on record."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
