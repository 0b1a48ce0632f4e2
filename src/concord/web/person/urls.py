"""The addresses of the person's own pages."""

from __future__ import annotations

from django.urls import path

from concord.web.person import today

app_name = "person"
urlpatterns = [
    path("", today.today, name="today"),
]
