"""The addresses of the clinician's pages."""

from __future__ import annotations

from django.urls import path

from concord.web.clinician import history, panel, person, timeline
from concord.web.clinician.changes.urls import urlpatterns as changes
from concord.web.clinician.clinical.urls import urlpatterns as clinical
from concord.web.clinician.scales.urls import urlpatterns as scales

app_name = "clinician"
urlpatterns = [
    path("", panel.panel, name="panel"),
    path("<uuid:person>/", person.person, name="person"),
    path("<uuid:person>/timeline/", timeline.timeline, name="timeline"),
    # The id of an imported line has a slash in it, so it is a path.
    path(
        "<uuid:person>/medicines/<path:line>/history/", history.history, name="history"
    ),
    *changes,
    *clinical,
    *scales,
]
