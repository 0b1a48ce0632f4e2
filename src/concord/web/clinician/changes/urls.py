"""The addresses of changing a medicine and of answering a finding."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
