"""The addresses of the clinician's pages."""

from __future__ import annotations

from django.urls import path

from concord.web.clinician import panel, person

app_name = "clinician"
urlpatterns = [
    path("", panel.panel, name="panel"),
    path("<uuid:person>/", person.person, name="person"),
]
